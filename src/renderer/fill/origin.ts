/** Where the original's first pixel lies in the states that were made of it: extending the canvas moves it. */
import type { DocumentView, StateView } from '../../shared/contract.js'
import { extensionOf } from '../../shared/extend.js'
import type { Point } from '../canvas/viewport.js'

export function originOf({ states }: Pick<DocumentView, 'states'>, index: number): Point {
  let x = 0
  let y = 0
  for (let i = 1; i <= index; i++) {
    const before = states[i - 1]
    const edit = states[i]?.edit
    if (before === undefined || edit?.kind !== 'extend') continue
    const { left, top } = extensionOf(edit, before)
    x += left
    y += top
  }
  return { x, y }
}

/** Whether the canvas is another one than the original's. */
export const isExtended = ({ states }: Pick<DocumentView, 'states'>, index: number): boolean =>
  states.slice(1, index + 1).some(({ edit }) => edit?.kind === 'extend')

/** How far what is seen moves in picture pixels when another state is shown. */
export function shift(document: Pick<DocumentView, 'states'>, from: number, to: number): Point {
  const before = originOf(document, from)
  const after = originOf(document, to)
  return { x: after.x - before.x, y: after.y - before.y }
}

/** A state's place among those of its document; of one that is gone, that of the original. */
export const indexOf = ({ states }: Pick<DocumentView, 'states'>, state: StateView['id']): number =>
  Math.max(
    0,
    states.findIndex(({ id }) => id === state),
  )
