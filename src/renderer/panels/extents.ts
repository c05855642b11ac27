/** How far a side is extended, as it is typed and shown: pixels, or a share of the picture's own side. */
import type { Extent } from '../../shared/edit.js'

export const sides = ['left', 'right', 'top', 'bottom'] as const
export type Side = (typeof sides)[number]
export type Unit = 'px' | '%'

const MOST: Record<Unit, number> = { px: 20_000, '%': 999 }

export const unitOf = (extent: Extent): Unit => (typeof extent === 'number' ? 'px' : '%')
export const amountOf = (extent: Extent): number => (typeof extent === 'number' ? extent : Number.parseFloat(extent))
export const wordOf = (extent: Extent): string => `${amountOf(extent)} ${unitOf(extent)}`

/** Whole pixels, or a share of the side with one decimal at most. */
export function extentOf(amount: number, unit: Unit): Extent {
  const inside = Math.min(MOST[unit], Math.max(0, amount))
  return unit === 'px' ? Math.round(inside) : `${Math.round(inside * 10) / 10}%`
}

/** "15%", "120 px", "12,5 %", or a number alone, which is meant in `unit`; nothing is 0. Null: no amount. */
export function typedExtent(text: string, unit: Unit): Extent | null {
  const found = /^(\d+(?:[.,]\d*)?|[.,]\d+)?\s*(px|p|%)?$/i.exec(text.trim())
  if (found === null) return null
  const [, number = '0', meant] = found
  return extentOf(Number.parseFloat(number.replace(',', '.')), meant === undefined ? unit : meant === '%' ? '%' : 'px')
}
