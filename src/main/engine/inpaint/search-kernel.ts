/**
 * The distance of two patches in WebAssembly, a pixel of four channels at a time: nearly all of what the search does.
 * Plain arithmetic of single precision in a fixed order, so every machine gets the same bits.
 */
import { CHANNELS } from './shape.js'
import {
  add,
  type Code,
  exceeds,
  first,
  get,
  int,
  load,
  loadSplat,
  minus,
  moduleOf,
  multiply,
  plus,
  leaveIf,
  set,
  swapped,
  times,
  zeros,
} from './wasm.js'

const FLOAT = 4
/** Bytes of a pixel. */
export const PIXEL = FLOAT * CHANNELS

/**
 * The sum over a patch of weight x squared difference. All but `limit` are bytes: where the middle row of the target and
 * of the source begins, how long a row of the target is, the source's steps to the right and downwards, where the weights
 * are. Rows are added from the middle outwards, for there the window counts most; after any of them it may end with what
 * it has when that is above `limit`.
 */
export type PatchDistance = (
  target: number,
  source: number,
  stride: number,
  right: number,
  down: number,
  weights: number,
  limit: number,
) => number

const modules = new Map<number, WebAssembly.Module>()

export function patchDistanceIn(memory: WebAssembly.Memory, radius: number): PatchDistance {
  const module = modules.get(radius) ?? new WebAssembly.Module(moduleOf([distanceOf(radius)], 'shared'))
  modules.set(radius, module)
  const { exports } = new WebAssembly.Instance(module, { arena: { memory } })
  return exports['distance'] as PatchDistance
}

function distanceOf(radius: number) {
  const [target, source, stride, right, down, weights, limit] = [0, 1, 2, 3, 4, 5, 6]
  const [here, there] = [7, 8]
  const [apart, sum, other, total] = [9, 10, 11, 12]
  const size = 2 * radius + 1
  const away = (from: number, step: number, rows: number): Code => add(get(from), multiply(get(step), int(rows)))
  const row = (rows: number): Code => [
    ...set(here, away(target, stride, rows)),
    ...set(there, away(source, down, rows)),
    ...Array.from({ length: size }, (_, column) => {
      // Two sums by turns: an addition need not wait for the one before.
      const into = column % 2 === 0 ? sum : other
      const weight = loadSplat(get(weights), FLOAT * ((rows + radius) * size + column))
      return [
        ...set(apart, minus(load(get(here), PIXEL * column), load(get(there)))),
        ...set(into, plus(get(into), times(weight, times(get(apart), get(apart))))),
        ...(column < size - 1 ? set(there, add(get(there), get(right))) : []),
      ]
    }).flat(),
    ...set(total, plus(get(sum), get(other))),
    ...set(total, plus(get(total), swapped(get(total), [2, 3, 0, 1]))),
    ...set(total, plus(get(total), swapped(get(total), [1, 0, 3, 2]))),
    ...leaveIf(exceeds(first(get(total)), get(limit)), first(get(total))),
  ]
  const rows = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? i / 2 : -(i + 1) / 2))
  const body = [...set(sum, zeros), ...set(other, zeros), ...rows.map(row).flat(), ...first(get(total))]
  return { name: 'distance', parameters: 6, floats: 1, result: true, integers: 2, vectors: 4, body }
}
