import { describe, expect, it } from 'vitest'
import type { MaskOperation } from '../../shared/mask/index.js'
import {
  adjusted,
  again,
  canRedo,
  canUndo,
  cleared,
  emptyHistory,
  feathered,
  grown,
  inverted,
  maskOf,
  redone,
  undone,
  withStep,
  type MaskHistory,
} from './history.js'

const size = { width: 40, height: 30 }
const box = (x: number): MaskOperation => ({ kind: 'rectangle', x, y: 0, width: 5, height: 5, erase: false })
const kinds = (history: MaskHistory): string[] => maskOf(history).operations.map(({ kind }) => kind)
const painted = withStep(withStep(emptyHistory(size), box(1)), box(2))

describe('a mask remembers what was done', () => {
  it('step by step, back and forth', () => {
    expect(maskOf(painted)).toEqual({ version: 1, ...size, operations: [box(1), box(2)] })
    const back = undone(undone(painted))
    expect(maskOf(back).operations).toEqual([])
    expect([canUndo(back), canRedo(back)]).toEqual([false, true])
    expect(redone(redone(back))).toEqual(painted)
  })

  it('no further than to its beginning and its end', () => {
    const empty = emptyHistory(size)
    expect(undone(empty)).toBe(empty)
    expect(redone(painted)).toBe(painted)
  })

  it('a new step forgets what was undone', () => {
    const other = withStep(undone(painted), box(3))
    expect(maskOf(other).operations).toEqual([box(1), box(3)])
    expect(canRedo(other)).toBe(false)
  })

  it('what is redone are the very operations, so that nothing is painted again', () =>
    expect(maskOf(redone(undone(painted))).operations[1]).toBe(maskOf(painted).operations[1]))
})

describe('steps on the whole mask', () => {
  it('clear, which can be undone', () => {
    const clear = cleared(painted)
    expect(kinds(clear)).toEqual(['rectangle', 'rectangle', 'clear'])
    expect(undone(clear).done).toBe(2)
    expect(cleared(clear)).toBe(clear)
    expect(cleared(emptyHistory(size)).steps).toEqual([])
  })

  it('invert; twice is not at all', () => {
    expect(kinds(inverted(painted))).toEqual(['rectangle', 'rectangle', 'invert'])
    expect(kinds(inverted(inverted(painted)))).toEqual(['rectangle', 'rectangle'])
  })

  it('grow, shrink and feather, by nothing too', () => {
    expect(maskOf(feathered(grown(painted, -2), 4)).operations.slice(2)).toEqual([
      { kind: 'grow', pixels: -2 },
      { kind: 'feather', pixels: 4 },
    ])
    expect(feathered(grown(painted, 0), 0)).toBe(painted)
  })

  it('a slider that is dragged is one step', () => {
    const dragged = [1, 2, 5].reduce((history, pixels) => adjusted(history, { kind: 'feather', pixels }), painted)
    expect(maskOf(dragged).operations.slice(2)).toEqual([{ kind: 'feather', pixels: 5 }])
    expect(undone(dragged).done).toBe(2)
  })
})

describe('the same mask again', () => {
  const wand: MaskOperation = {
    kind: 'wand',
    x: 1,
    y: 1,
    tolerance: 3,
    contiguous: true,
    state: 'first',
    erase: false,
  }
  const mask = maskOf(withStep(painted, wand))

  it('is one step on the next picture, looking at its pixels', () => {
    const next = again(emptyHistory(size), mask, 'second', 'the mask')
    expect(maskOf(next).operations).toEqual([box(1), box(2), { ...wand, state: 'second' }])
    expect(maskOf(undone(next)).operations).toEqual([])
  })

  it('takes the place of what was painted there', () =>
    expect(kinds(again(painted, mask, 'second', 'the mask'))).toEqual([
      'rectangle',
      'rectangle',
      'clear',
      'rectangle',
      'rectangle',
      'wand',
    ]))

  it('is refused for another size', () =>
    expect(() => again(emptyHistory({ width: 30, height: 40 }), mask, 'second', 'the mask')).toThrow(
      expect.objectContaining({ code: 'mask.size' }),
    ))
})
