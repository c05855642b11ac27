import { describe, expect, it } from 'vitest'
import { pick, randomFrom, randomOperation } from '../../../tests/support/masks.js'
import { StateMasks } from '../../shared/fill.js'
import type { MaskOperation } from '../../shared/mask/index.js'
import { adjusted, cleared, inverted, maskOf, withStep, type MaskHistory } from './history.js'
import { canRedo, canUndo, changed, emptyLayers, layersOf, masksOf, redoneLayers, undoneLayers } from './layers.js'
import type { PaintTarget } from './store.js'

const size = { width: 300, height: 200 }
const dot = (x: number): MaskOperation => ({
  kind: 'stroke',
  points: [[x, 10]],
  diameter: 5,
  hardness: 1,
  erase: false,
})
const step = (operation: MaskOperation) => (history: MaskHistory) => withStep(history, operation)
const painted = (...steps: [PaintTarget, MaskOperation][]) =>
  steps.reduce((layers, [target, operation]) => changed(layers, target, step(operation)), emptyLayers(size))
const xs = (history: MaskHistory): number[] =>
  maskOf(history).operations.flatMap((operation) => (operation.kind === 'stroke' ? [operation.points[0]![0]] : []))

describe('undo takes back what was painted last', () => {
  const layers = painted(['mask', dot(1)], ['sources', dot(2)], ['mask', dot(3)])

  it('whichever of hole and source that was', () => {
    const one = undoneLayers(layers)
    expect([xs(one.mask), xs(one.sources)]).toEqual([[1], [2]])
    const two = undoneLayers(one)
    expect([xs(two.mask), xs(two.sources)]).toEqual([[1], []])
    const three = undoneLayers(two)
    expect([canUndo(three), undoneLayers(three)]).toEqual([false, three])
  })

  it('and redo brings it back in the same order', () => {
    const undone = undoneLayers(undoneLayers(undoneLayers(layers)))
    const one = redoneLayers(undone)
    expect([xs(one.mask), xs(one.sources)]).toEqual([[1], []])
    expect(redoneLayers(redoneLayers(one))).toEqual(layers)
    expect(canRedo(layers)).toBe(false)
  })

  it('a new stroke forgets what was undone in both', () => {
    const next = changed(undoneLayers(undoneLayers(layers)), 'sources', step(dot(4)))
    expect(canRedo(next)).toBe(false)
    expect([xs(next.mask), xs(next.sources)]).toEqual([[1], [4]])
    const undone = undoneLayers(next)
    expect([xs(undone.mask), xs(undone.sources)]).toEqual([[1], []])
  })
})

describe('a slider that is dragged is one step', () => {
  const grow = (pixels: number) => (history: MaskHistory) => adjusted(history, { kind: 'grow', pixels })

  it('also of one layer after the other was painted', () => {
    const layers = painted(['mask', dot(1)], ['sources', dot(2)])
    const grown = [3, 5, 8].reduce((now, pixels) => changed(now, 'mask', grow(pixels)), layers)
    expect(maskOf(grown.mask).operations).toEqual([dot(1), { kind: 'grow', pixels: 8 }])
    expect(undoneLayers(grown).order.length).toBe(3)
    expect(xs(undoneLayers(grown).mask)).toEqual([1])
  })

  it('but what lies under a stroke of the other layer is not changed any more', () => {
    const layers = changed(changed(painted(['mask', dot(1)]), 'mask', grow(3)), 'sources', step(dot(2)))
    const again = changed(layers, 'mask', grow(5))
    expect(maskOf(again.mask).operations.slice(1)).toEqual([
      { kind: 'grow', pixels: 3 },
      { kind: 'grow', pixels: 5 },
    ])
  })
})

describe('what is kept with a state', () => {
  it('is what comes back, with a step for each stroke', () => {
    const layers = { ...painted(['mask', dot(1)], ['mask', dot(2)], ['sources', dot(3)]), mode: 'never' as const }
    const kept = masksOf(layers)
    expect(StateMasks.parse(kept)).toEqual(kept)
    const back = layersOf(kept, size)
    expect(masksOf(back)).toEqual(kept)
    expect(back.mode).toBe('never')
    expect(xs(undoneLayers(back).mask)).toEqual([1])
  })

  it('is nothing when nothing is painted, or only a source that is not looked at', () => {
    expect(masksOf(emptyLayers(size))).toBeNull()
    expect(masksOf(painted(['sources', dot(1)]))).toBeNull()
    expect(masksOf({ ...painted(['sources', dot(1)]), mode: 'only' })?.sources?.mode).toBe('only')
  })

  it('says nothing of a source while the fill looks everywhere', () =>
    expect(masksOf(painted(['mask', dot(1)], ['sources', dot(2)]))?.sources).toBeNull())
})

it('whatever is done, undoing all of it and redoing all of it is the same', () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = randomFrom(seed)
    let layers = emptyLayers(size)
    for (let turn = 0; turn < 20; turn++) {
      const change = pick(random, step(randomOperation(random, size)), inverted, cleared, (history: MaskHistory) =>
        adjusted(history, { kind: 'feather', pixels: 1 + Math.floor(random() * 9) }),
      )
      layers = changed(layers, pick(random, 'mask', 'sources'), change)
      if (random() < 0.2) {
        layers = undoneLayers(layers)
        if (random() < 0.5) layers = redoneLayers(layers)
      }
      expect(layers.mask.done + layers.sources.done).toBe(layers.done)
    }
    const top = layers
    while (canUndo(layers)) layers = undoneLayers(layers)
    expect([xs(layers.mask), xs(layers.sources)]).toEqual([[], []])
    while (layers.done < top.done) layers = redoneLayers(layers)
    expect(masksOf({ ...layers, mode: 'only' })).toEqual(masksOf({ ...top, mode: 'only' }))
  }
})
