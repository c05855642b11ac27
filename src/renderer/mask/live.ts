/**
 * The mask on the screen: what is done, and on top of it the stroke that is being drawn, which grows by its last piece
 * alone. Every call says which parts of the picture it changed.
 */
import {
  coverSteps,
  MASK_TILE,
  noSelections,
  strokeCoverages,
  type Area,
  type Mask,
  type MaskDraft,
  type MaskOperation,
  type MaskRaster,
  type MaskTiles,
  type Selections,
} from '../../shared/mask/index.js'
import { MaskRasters } from './rasters.js'

type Stroke = MaskOperation & { kind: 'stroke' }

export class LiveMask {
  private readonly rasters: MaskRasters
  private raster: MaskRaster
  private operations: readonly MaskOperation[] = []
  private drawing: { draft: MaskDraft; stroke: Stroke } | null = null

  constructor(size: { width: number; height: number }) {
    this.rasters = new MaskRasters(size)
    this.raster = this.rasters.of([])
  }

  /** As it is to be shown. */
  get tiles(): MaskTiles {
    return this.drawing?.draft ?? this.raster
  }

  /** As it is without the stroke in the making. */
  get settled(): MaskRaster {
    return this.raster
  }

  /** Shows a mask: after a step, undo or redo. `selections` are those of its operations. */
  show(mask: Mask, selections: Selections = noSelections): Area[] {
    const steps = this.showSteps(mask, selections)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  }

  /**
   * The same in steps of a few milliseconds, for a caller that has frames to draw. Until the end what was shown stays,
   * strokes included; it may be left unfinished.
   */
  *showSteps({ operations }: Mask, selections: Selections = noSelections): Generator<void, Area[]> {
    const drawn = this.taken(operations)
    if (drawn !== null) return drawn
    const raster = yield* this.rasters.steps(operations, selections)
    const given = this.forget()
    const before = this.raster
    this.raster = raster
    this.operations = operations
    return [...given, ...raster.changedSince(before).map((index) => before.grid.areaOf(index))]
  }

  /** Shows a stroke in the making; other operations are outlines until they are done. */
  draw(operation: MaskOperation): Area[] {
    if (operation.kind !== 'stroke') return []
    const known = this.drawing?.stroke
    const grows = known !== undefined && isLonger(operation, known)
    const changed = grows ? [] : this.forget()
    const draft = this.drawing?.draft ?? this.raster.draft()
    this.drawing = { draft, stroke: operation }
    const from = grows ? known.points.length - 1 : 0
    if (grows && operation.points.length === known.points.length) return changed
    for (const piece of strokeCoverages(operation, from))
      for (const _ of coverSteps(draft, piece, operation.erase, (area) => changed.push(area)));
    return changed
  }

  /** Forgets the stroke in the making. */
  forget(): Area[] {
    const { grid } = this.raster
    const changed = this.drawing?.draft.touched.map((index) => grid.areaOf(index)) ?? []
    this.drawing = null
    return changed
  }

  /** What was drawn has become the last step: it is there already. */
  private taken(operations: readonly MaskOperation[]): Area[] | null {
    const { drawing } = this
    const last = operations.at(-1)
    if (drawing === null || last?.kind !== 'stroke' || operations.length !== this.operations.length + 1) return null
    if (!this.operations.every((operation, i) => operation === operations[i])) return null
    if (!isLonger(last, drawing.stroke)) return null
    const changed = this.draw(last)
    this.raster = drawing.draft.finish()
    this.rasters.add(operations, this.raster)
    this.operations = operations
    this.drawing = null
    return changed
  }
}

/** Whether a stroke begins with all of another: it is that one, longer or as long. */
function isLonger(stroke: Stroke, begun: Stroke): boolean {
  const { points, diameter, hardness, erase } = begun
  if (stroke.diameter !== diameter || stroke.hardness !== hardness || stroke.erase !== erase) return false
  return stroke.points.length >= points.length && points.every((point, i) => stroke.points[i] === point)
}

/** Parts that overlap much are looked at once: by tiles of the mask. */
export function merged(areas: readonly Area[]): Area[] {
  const byTile = new Map<string, Area>()
  for (const area of areas) {
    const key = `${Math.floor(area.x / MASK_TILE)},${Math.floor(area.y / MASK_TILE)}`
    const known = byTile.get(key)
    byTile.set(key, known === undefined ? area : around(known, area))
  }
  return [...byTile.values()]
}

function around(a: Area, b: Area): Area {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}
