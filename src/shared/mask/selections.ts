/** The operations that need more than their own numbers, and what came of looking. */
import type { MaskBitmap } from './bitmap.js'
import type { AlphaOperation, ImageOperation, Mask, MaskOperation, WandOperation } from './mask.js'
import type { PixelSource } from './pixels.js'
import { alphaBitmap } from './read-image.js'
import { wandBitmap } from './wand.js'

export type SelectingOperation = WandOperation | AlphaOperation | ImageOperation

/** By {@link selectionKey}. */
export type Selections = ReadonlyMap<string, MaskBitmap>

export const noSelections: Selections = new Map()

export interface MaskSources {
  /** The numbers of a state. */
  pixels(state: string): PixelSource
  /** A loaded mask as read by `readMaskImage` for this picture. */
  image(operation: ImageOperation): MaskBitmap
}

export const isSelecting = (operation: MaskOperation): operation is SelectingOperation =>
  operation.kind === 'wand' || operation.kind === 'alpha' || operation.kind === 'image'

/** Equal for operations that select the same pixels. */
export function selectionKey(operation: SelectingOperation): string {
  if (operation.kind === 'alpha') return JSON.stringify(['alpha', operation.state])
  if (operation.kind === 'image') return JSON.stringify(['image', operation.hash, operation.soft, operation.fit])
  const { state, x, y, tolerance, contiguous } = operation
  return JSON.stringify(['wand', state, x, y, tolerance, contiguous])
}

/** What the mask's operations select; `known` is not looked for again. */
export function select({ operations }: Mask, sources: MaskSources, known: Selections = noSelections): Selections {
  const found = new Map(known)
  for (const operation of operations.filter(isSelecting)) {
    const key = selectionKey(operation)
    if (!found.has(key)) found.set(key, selectOne(operation, sources))
  }
  return found
}

function selectOne(operation: SelectingOperation, sources: MaskSources): MaskBitmap {
  if (operation.kind === 'image') return sources.image(operation)
  const pixels = sources.pixels(operation.state)
  return operation.kind === 'wand' ? wandBitmap(operation, pixels) : alphaBitmap(operation, pixels)
}
