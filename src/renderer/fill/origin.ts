/** Where the original lies in the states that were made of it: extending the canvas moves it, enlarging scales it. */
import type { DocumentView, StateView } from '../../shared/contract.js'
import { extensionOf } from '../../shared/extend.js'
import type { Point, Rect } from '../canvas/viewport.js'

/** In the state's pixels. */
export function originalIn({ states }: Pick<DocumentView, 'states'>, index: number): Rect {
  let place: Rect = { x: 0, y: 0, width: states[0]?.width ?? 0, height: states[0]?.height ?? 0 }
  for (let i = 1; i <= index; i++) {
    const [before, state] = [states[i - 1], states[i]]
    const edit = state?.edit
    if (before === undefined || state === undefined) continue
    if (edit?.kind === 'extend') {
      const { left, top } = extensionOf(edit, before)
      place = { ...place, x: place.x + left, y: place.y + top }
    } else if (edit?.kind === 'upscale') {
      const [across, down] = [state.width / before.width, state.height / before.height]
      const { x, y, width, height } = place
      place = { x: x * across, y: y * down, width: width * across, height: height * down }
    }
  }
  return place
}

export const originOf = (document: Pick<DocumentView, 'states'>, index: number): Point => {
  const { x, y } = originalIn(document, index)
  return { x, y }
}

/** A point of one state in another: `from` and `to` are the original's places in them. */
export const movedTo = (from: Rect, to: Rect, { x, y }: Point): Point => ({
  x: to.x + ((x - from.x) / from.width) * to.width,
  y: to.y + ((y - from.y) / from.height) * to.height,
})

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
