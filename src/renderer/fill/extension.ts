/** The canvas as it is to become: what the settings of the panel come to for the picture shown. */
import type { ExtendEdit } from '../../shared/edit.js'
import { extensionOf, type Extension } from '../../shared/extend.js'
import { LacunaError } from '../../shared/errors.js'
import type { Point, Size } from '../canvas/viewport.js'

export type Aspect = readonly [width: number, height: number]

/** Null when nothing would be added. */
export function extensionFor(edit: ExtendEdit, picture: Size): Extension | null {
  try {
    return extensionOf(edit, picture)
  } catch (thrown) {
    if (thrown instanceof LacunaError && thrown.code === 'extend.nothing') return null
    throw thrown
  }
}

export const extended = ({ left, top, right, bottom }: Extension, { width, height }: Size): Size => ({
  width: left + width + right,
  height: top + height + bottom,
})

/** A size around which the canvas is laid, and where its middle lies in the picture's pixels. */
export interface Around extends Size {
  readonly middle: Point
}

export function around(extension: Extension, picture: Size): Around {
  const size = extended(extension, picture)
  return { ...size, middle: { x: size.width / 2 - extension.left, y: size.height / 2 - extension.top } }
}

/** Ratios to choose from, lying or standing as the picture does; 16:9 and 9:16 are named as they are. */
export function aspectsFor({ width, height }: Size): Aspect[] {
  const turn = ([a, b]: Aspect): Aspect => (height > width ? [b, a] : [a, b])
  return [[1, 1], turn([3, 2]), turn([4, 3]), [16, 9], [9, 16]]
}

export const aspectName = ([a, b]: Aspect): string => `${a}:${b}`

/** Which way the aspect adds room, once the sides were added: the anchor says where in it the picture lies. */
export function roomOf(edit: ExtendEdit, picture: Size): 'across' | 'down' | null {
  if (edit.aspect === null) return null
  const sides = extensionFor({ ...edit, aspect: null }, picture) ?? { left: 0, top: 0, right: 0, bottom: 0 }
  const whole = extensionFor(edit, picture)
  if (whole === null) return null
  const before = extended(sides, picture)
  const after = extended(whole, picture)
  if (after.width > before.width) return 'across'
  return after.height > before.height ? 'down' : null
}
