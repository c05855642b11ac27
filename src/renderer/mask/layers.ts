/**
 * What is painted on a state: the hole, and where a fill is taken from. Each has its own list of steps; undo goes through
 * both in the order in which they were made. Pure.
 */
import type { StateMasks } from '../../shared/fill.js'
import type { PictureSize } from '../../shared/mask/index.js'
import { emptyHistory, maskOf, redone, undone, withStep, type MaskHistory } from './history.js'
import type { PaintTarget, SourcesMode } from './store.js'

export interface Layers {
  readonly mask: MaskHistory
  readonly sources: MaskHistory
  /** Whose each step is, those that were undone included. */
  readonly order: readonly PaintTarget[]
  /** How many of the steps are done. */
  readonly done: number
  readonly mode: SourcesMode
}

export const emptyLayers = (size: PictureSize): Layers => ({
  mask: emptyHistory(size),
  sources: emptyHistory(size),
  order: [],
  done: 0,
  mode: 'anywhere',
})

/** What was kept with a state; every operation is a step that can be taken back. */
export function layersOf(masks: StateMasks | null, size: PictureSize): Layers {
  let layers = emptyLayers(size)
  if (masks === null) return layers
  const { mask, sources } = masks
  for (const operation of sources?.mask.operations ?? [])
    layers = changed(layers, 'sources', (history) => withStep(history, operation))
  for (const operation of mask.operations) layers = changed(layers, 'mask', (history) => withStep(history, operation))
  return { ...layers, mode: sources?.mode ?? 'anywhere' }
}

/** To be kept with the state; null when there is nothing to keep. */
export function masksOf({ mask, sources, mode }: Layers): StateMasks | null {
  const from = maskOf(sources)
  const used = mode !== 'anywhere' && from.operations.length > 0
  const hole = maskOf(mask)
  if (hole.operations.length === 0 && !used) return null
  return { mask: hole, sources: used ? { mode, mask: from } : null }
}

/** A change of one of both. It may add a step, change the last one, or take it back; what was undone is forgotten. */
export function changed(layers: Layers, target: PaintTarget, change: (history: MaskHistory) => MaskHistory): Layers {
  const before = layers[target]
  const order = layers.order.slice(0, layers.done)
  // The last step made is the other layer's: this one's is not to be touched any more, and gets a successor instead.
  const own = order.at(-1) === target || before.done === 0
  const after = own ? change(before) : appended(before, change)
  if (after === before) return layers
  const by = after.done - before.done
  const next = by > 0 ? [...order, ...new Array<PaintTarget>(by).fill(target)] : order.slice(0, order.length + by)
  return { ...layers, [target]: after, order: next, done: next.length }
}

/** A change that sees no steps, only what they came to, and whose own steps follow. */
function appended(history: MaskHistory, change: (history: MaskHistory) => MaskHistory): MaskHistory {
  const flat: MaskHistory = { size: history.size, steps: [maskOf(history).operations, []], done: 2 }
  const after = change(flat)
  return after === flat ? history : withStep(history, ...after.steps.slice(2, after.done).flat())
}

export const canUndo = ({ done }: Layers): boolean => done > 0
export const canRedo = ({ order, done }: Layers): boolean => done < order.length

export function undoneLayers(layers: Layers): Layers {
  const target = layers.order[layers.done - 1]
  if (target === undefined) return layers
  return { ...layers, [target]: undone(layers[target]), done: layers.done - 1 }
}

export function redoneLayers(layers: Layers): Layers {
  const target = layers.order[layers.done]
  if (target === undefined) return layers
  return { ...layers, [target]: redone(layers[target]), done: layers.done + 1 }
}
