/**
 * The raster of a list of operations, made of the nearest one before it. All are kept within a budget of bytes, so that
 * undo and redo are a look-up; beyond it the older ones are thinned out to every sixteenth, so that going far back makes at
 * most fifteen operations again, and then the oldest of those go.
 */
import {
  applySteps,
  MaskRaster,
  noSelections,
  type MaskOperation,
  type PictureSize,
  type Selections,
} from '../../shared/mask/index.js'

interface Kept {
  readonly count: number
  readonly raster: MaskRaster
  /** Of what it does not share with the one kept before it. */
  readonly bytes: number
}

const EVERY = 16

export class MaskRasters {
  private operations: readonly MaskOperation[] = []
  /** By rising count, all of the same list of operations. */
  private kept: Kept[]

  constructor(
    size: PictureSize,
    private readonly budget = 128e6,
  ) {
    const raster = MaskRaster.blank(size)
    this.kept = [{ count: 0, raster, bytes: raster.bytesBeside(null) }]
  }

  get bytes(): number {
    return this.kept.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  of(operations: readonly MaskOperation[], selections: Selections = noSelections): MaskRaster {
    const steps = this.steps(operations, selections)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  }

  /**
   * The same in steps of a few milliseconds, for a caller that has frames to draw. It may be left unfinished: what it has
   * made of whole operations is kept.
   */
  *steps(operations: readonly MaskOperation[], selections: Selections = noSelections): Generator<void, MaskRaster> {
    const common = commonLength(this.operations, operations)
    // What was undone is kept for redo, until something else is done instead.
    if (common < operations.length && common < this.operations.length)
      this.kept = this.kept.filter(({ count }) => count <= common)
    if (common < operations.length) this.operations = operations
    const start = this.kept.findLast(({ count }) => count <= operations.length)
    let { count, raster } = start ?? this.kept[0]!
    while (count < operations.length) {
      const draft = raster.draft()
      yield* applySteps(draft, operations[count]!, { selections })
      raster = draft.finish()
      count++
      this.keep(count, raster)
    }
    return raster
  }

  /** A raster that was made elsewhere, by drawing: that of `operations`, which continue the list. */
  add(operations: readonly MaskOperation[], raster: MaskRaster): void {
    const common = commonLength(this.operations, operations)
    this.kept = this.kept.filter(({ count }) => count <= common && count < operations.length)
    this.operations = operations
    this.keep(operations.length, raster)
  }

  private keep(count: number, raster: MaskRaster): void {
    const at = this.kept.findLastIndex((each) => each.count < count) + 1
    const replaced = this.kept[at]?.count === count ? 1 : 0
    this.kept.splice(at, replaced, { count, raster, bytes: 0 })
    this.weigh(at)
    this.weigh(at + 1)
    while (this.bytes > this.budget) {
      // The blank one and the newest stay.
      const older = this.kept.slice(1).filter((each) => each.count !== count)
      const next = older.find((each) => each.count % EVERY !== 0) ?? older[0]
      if (next === undefined) return
      const gone = this.kept.indexOf(next)
      this.kept.splice(gone, 1)
      this.weigh(gone)
    }
  }

  private weigh(at: number): void {
    const kept = this.kept[at]
    if (kept === undefined) return
    this.kept[at] = { ...kept, bytes: kept.raster.bytesBeside(this.kept[at - 1]?.raster ?? null) }
  }
}

function commonLength(a: readonly MaskOperation[], b: readonly MaskOperation[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i
  return length
}
