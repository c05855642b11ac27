/** What was done to a mask, step by step: a stroke is a step. Pure; undo and redo move in the list, a new step forgets what was undone. */
import { emptyMask, maskFor, type Mask, type MaskOperation, type PictureSize } from '../../shared/mask/index.js'

export interface MaskHistory {
  readonly size: PictureSize
  /** The operations of each step; the same mask on another picture is one step of many. */
  readonly steps: readonly (readonly MaskOperation[])[]
  /** How many of the steps are done. */
  readonly done: number
}

export const emptyHistory = ({ width, height }: PictureSize): MaskHistory => ({
  size: { width, height },
  steps: [],
  done: 0,
})

/** The mask as it is now. */
export const maskOf = ({ size, steps, done }: MaskHistory): Mask => ({
  ...emptyMask(size),
  operations: steps.slice(0, done).flat(),
})

export const withStep = (history: MaskHistory, ...operations: readonly MaskOperation[]): MaskHistory =>
  operations.length === 0
    ? history
    : { ...history, steps: [...history.steps.slice(0, history.done), operations], done: history.done + 1 }

/** A slider that is dragged is one step: the last step is replaced when it was the same kind of operation. */
export function adjusted(history: MaskHistory, operation: MaskOperation): MaskHistory {
  const last = history.steps[history.done - 1]
  const same = last?.length === 1 && last[0]?.kind === operation.kind
  return withStep(same ? { ...history, done: history.done - 1 } : history, operation)
}

export const canUndo = ({ done }: MaskHistory): boolean => done > 0
export const canRedo = ({ steps, done }: MaskHistory): boolean => done < steps.length

export const undone = (history: MaskHistory): MaskHistory =>
  canUndo(history) ? { ...history, done: history.done - 1 } : history

export const redone = (history: MaskHistory): MaskHistory =>
  canRedo(history) ? { ...history, done: history.done + 1 } : history

/** Nothing to clear where nothing was painted since the last time. */
export function cleared(history: MaskHistory): MaskHistory {
  const last = maskOf(history).operations.at(-1)
  return last === undefined || last.kind === 'clear' ? history : withStep(history, { kind: 'clear' })
}

/** Twice is not at all. */
export function inverted(history: MaskHistory): MaskHistory {
  const last = history.steps[history.done - 1]
  return last?.length === 1 && last[0]?.kind === 'invert' ? undone(history) : withStep(history, { kind: 'invert' })
}

/** Out by so many pixels, in when negative. */
export const grown = (history: MaskHistory, pixels: number): MaskHistory =>
  pixels === 0 ? history : withStep(history, { kind: 'grow', pixels })

export const feathered = (history: MaskHistory, pixels: number): MaskHistory =>
  pixels === 0 ? history : withStep(history, { kind: 'feather', pixels })

/**
 * 'Same mask again': another picture's mask in the place of this one, as one step. Throws `mask.size` when that picture had
 * another size; `name` is what the sentence calls the mask.
 */
export function again(history: MaskHistory, mask: Mask, state: string, name: string): MaskHistory {
  const { operations } = maskFor(mask, history.size, state, name)
  const painted = maskOf(history).operations.length > 0
  return withStep(history, ...(painted ? [{ kind: 'clear' } as const] : []), ...operations)
}
