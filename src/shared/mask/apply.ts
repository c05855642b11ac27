/** One operation on a draft of a mask. What is painted counts where it is more than what is there; erasing, where it leaves less. */
import { intersection, isEmpty, type Area } from './area.js'
import { BitmapCoverage } from './bitmap.js'
import type { Coverage, Span } from './coverage.js'
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
  for (const index of draft.grid.touched(shape.bounds)) {
    const area = draft.grid.areaOf(index)
    const tile = draft.tile(index)
    if (tile === full) continue
    const kind = shape.classify(area)
    if (kind === 'none') continue
    const part = kind === 'full' ? area : intersection(area, shape.bounds)
    if (isEmpty(part)) continue
    if (kind === 'full') draft.put(index, full)
    else coverPart(draft.writable(index), shape, area, part, erase)
    changed(part)
    yield
  }
}

/** A part of a tile, row by row; where a row is full from its ends on, nothing is worked out. */
function coverPart(bytes: Uint8Array, shape: Coverage, tile: Area, part: Area, erase: boolean): void {
  const full = erase ? 0 : 255
  const row = new Uint8Array(MASK_TILE)
  const span: Span = { from: 0, to: 0 }
  const there = { bytes, at: 0, full }
  for (let y = part.y; y < part.y + part.height; y++) {
    span.from = part.x
    span.to = part.x + part.width
    shape.narrow?.(y, span)
    const start = (y - tile.y) * MASK_TILE - tile.x
    while (span.from < span.to && bytes[start + span.from] === full) span.from++
    while (span.from < span.to && bytes[start + span.to - 1] === full) span.to--
    if (span.from >= span.to) continue
    there.at = start + span.from
    shape.row(y, span.from, span.to - span.from, row, there)
    combine(bytes, there.at, row, span.to - span.from, erase)
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
    if (typeof tile === 'number') draft.put(index, 255 - tile)
    else {
      const bytes = draft.writable(index)
      for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - bytes[i]!
    }
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
