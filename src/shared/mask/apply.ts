/** One operation on a draft of a mask. What is painted counts where it is more than what is there; erasing, where it leaves less. */
import { intersection, isEmpty, type Area } from './area.js'
import { BitmapCoverage } from './bitmap.js'
import type { Coverage } from './coverage.js'
import type { MaskOperation } from './mask.js'
import { PolygonCoverage } from './polygon.js'
import { MASK_TILE, type MaskDraft, type MaskRaster } from './raster.js'
import { noSelections, selectionKey, type SelectingOperation, type Selections } from './selections.js'
import { EllipseCoverage, RectangleCoverage } from './shapes.js'
import { spreadSteps } from './spread.js'
import { strokeCoverages } from './stroke.js'

export interface ApplyOptions {
  /** For wand, alpha and image; see `select`. */
  readonly selections?: Selections
  /** Told of each part that may have changed. */
  readonly changed?: (area: Area) => void
}

export function apply(draft: MaskDraft, operation: MaskOperation, options: ApplyOptions = {}): void {
  const steps = applySteps(draft, operation, options)
  while (steps.next().done !== true);
}

/** A raster with one operation more. */
export function applied(raster: MaskRaster, operation: MaskOperation, options: ApplyOptions = {}): MaskRaster {
  const draft = raster.draft()
  apply(draft, operation, options)
  return draft.finish()
}

/** The same in steps of a few milliseconds at most, for a caller that has frames to draw. */
export function* applySteps(
  draft: MaskDraft,
  operation: MaskOperation,
  { selections = noSelections, changed = () => undefined }: ApplyOptions = {},
): Generator<void, void> {
  switch (operation.kind) {
    case 'stroke':
      for (const piece of strokeCoverages(operation)) yield* coverSteps(draft, piece, operation.erase, changed)
      return
    case 'rectangle':
      return yield* coverSteps(draft, new RectangleCoverage(operation), operation.erase, changed)
    case 'ellipse':
      return yield* coverSteps(draft, new EllipseCoverage(operation), operation.erase, changed)
    case 'polygon':
      return yield* coverSteps(draft, new PolygonCoverage(operation, draft.grid.area), operation.erase, changed)
    case 'wand':
    case 'alpha':
    case 'image':
      return yield* coverSteps(draft, bitmapOf(operation, selections), operation.erase, changed)
    case 'grow':
    case 'feather':
      return yield* spreadSteps(draft, operation, changed)
    case 'invert':
      return invert(draft, changed)
    case 'clear':
      return clear(draft, changed)
  }
}

/** Adds or takes away one shape; yields after each tile. */
export function* coverSteps(
  draft: MaskDraft,
  shape: Coverage,
  erase: boolean,
  changed: (area: Area) => void,
): Generator<void, void> {
  const full = erase ? 0 : 255
  const row = new Uint8Array(MASK_TILE)
  for (const index of draft.grid.touched(shape.bounds)) {
    const area = draft.grid.areaOf(index)
    const tile = draft.tile(index)
    if (tile === full) continue
    const kind = shape.classify(area)
    if (kind === 'none') continue
    const part = kind === 'full' ? area : intersection(area, shape.bounds)
    if (isEmpty(part)) continue
    if (kind === 'full') draft.put(index, full)
    else {
      const bytes = draft.writable(index)
      for (let y = part.y; y < part.y + part.height; y++) {
        shape.row(y, part.x, part.width, row)
        combine(bytes, (y - area.y) * MASK_TILE + part.x - area.x, row, part.width, erase)
      }
    }
    changed(part)
    yield
  }
}

function combine(bytes: Uint8Array, at: number, row: Uint8Array, width: number, erase: boolean): void {
  for (let i = 0; i < width; i++) {
    const covered = row[i]!
    if (covered === 0) continue
    const there = bytes[at + i]!
    if (erase) {
      if (255 - covered < there) bytes[at + i] = 255 - covered
    } else if (covered > there) bytes[at + i] = covered
  }
}

function bitmapOf(operation: SelectingOperation, selections: Selections): Coverage {
  const bitmap = selections.get(selectionKey(operation))
  // A mistake of the caller, who had to look for it first.
  if (bitmap === undefined) throw new RangeError(`Nothing was selected for ${selectionKey(operation)}.`)
  return new BitmapCoverage(bitmap)
}

function invert(draft: MaskDraft, changed: (area: Area) => void): void {
  for (let index = 0; index < draft.grid.count; index++) {
    const tile = draft.tile(index)
    draft.put(index, typeof tile === 'number' ? 255 - tile : tile.map((value) => 255 - value))
  }
  changed(draft.grid.area)
}

function clear(draft: MaskDraft, changed: (area: Area) => void): void {
  for (let index = 0; index < draft.grid.count; index++) {
    if (draft.tile(index) === 0) continue
    draft.put(index, 0)
    changed(draft.grid.areaOf(index))
  }
}
