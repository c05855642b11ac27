/** Everything in a picture that might be a scratch or a speck, with its features and its shape. */
import { cancelled } from '../../../shared/errors.js'
import type { RasterShape } from '../imaging/raster.js'
import { joinCurves } from './curves.js'
import { Crowd, rivalsOf } from './crowd.js'
import { curveFeatures, ratioOf, speckFeatures } from './features.js'
import { Places } from './follow.js'
import { findLines, LINE_REACH, turnsApart } from './lines.js'
import { Marks } from './marks.js'
import { readBand, smoothed, type RowSource } from './source.js'
import { findSpecks } from './specks.js'

/** Full size, and half: scratches and dust of twice the width. */
export const SCALES = [1, 2] as const
/** Side of a tile, px: half a second's pause of the engine's thread at most. */
const TILE = 512

/** Part of a mask: discs, in full-size pixels. */
export interface Shape {
  x: Float32Array
  y: Float32Array
  radius: Float32Array
}

export interface Candidate {
  kind: 'curve' | 'speck'
  features: number[]
  shape: Shape
}

export interface SearchOptions {
  signal: AbortSignal
  progress?: ((fraction: number) => void) | undefined
  /** Rows of a band; the result does not depend on it. */
  rows?: number
}

/** Throws `cancelled`, and what reading throws. */
export async function findCandidates(source: RowSource, options: SearchOptions): Promise<Candidate[]> {
  const found: Candidate[] = []
  const all = SCALES.reduce((sum, scale) => sum + 1 / scale ** 2, 0)
  let done = 0
  let finer: Places | null = null
  for (const scale of SCALES) {
    const part = 1 / scale ** 2 / all
    const from = done
    const progress = (fraction: number) => options.progress?.(from + part * fraction)
    const marks = await markAll(source, scale, { ...options, progress })
    done += part
    const places: Places = new Places(marks.lines.sorted(), Math.ceil(source.ref.height / scale))
    found.push(
      ...curvesOf(places, scale, source.ref, finer),
      ...specksOf(marks.specks.sorted(), places, scale, source.ref),
    )
    finer = places
  }
  return found
}

function curvesOf(places: Places, scale: number, { width, height }: RasterShape, finer: Places | null): Candidate[] {
  const { marks } = places
  const crowd = new Crowd(marks, Math.ceil(width / scale), Math.ceil(height / scale))
  const curves = joinCurves(marks)
  const strengths = Float64Array.from(curves, (curve) => curve.reduce((sum, i) => sum + ratioOf(marks, i), 0))
  const rivals = rivalsOf(strengths, 0.5)
  return curves.map((curve, k) => ({
    kind: 'curve',
    features: curveFeatures(curve, places, { crowd, scale, rivals: rivals[k]! }),
    shape: shapeOf(curve, marks, scale, finer),
  }))
}

function specksOf(specks: Marks, lines: Places, scale: number, { width, height }: RasterShape): Candidate[] {
  const [across, down] = [Math.ceil(width / scale), Math.ceil(height / scale)]
  const crowd = new Crowd(specks, across, down)
  const lineCrowd = new Crowd(lines.marks, across, down)
  const ratios = Float64Array.from({ length: specks.length }, (_, i) => ratioOf(specks, i))
  return rivalsOf(ratios, 1).map((rivals, i) => ({
    kind: 'speck',
    features: speckFeatures(i, specks, { crowd, lines: lineCrowd, scale, rivals }),
    shape: shapeOf(Int32Array.of(i), specks, scale, null),
  }))
}

const MARGIN = LINE_REACH

export async function markAll(source: RowSource, scale: number, { signal, progress, rows = TILE }: SearchOptions) {
  const marks = { lines: new Marks(), specks: new Marks() }
  const width = Math.ceil(source.ref.width / scale)
  const height = Math.ceil(source.ref.height / scale)
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top)
    const band = await readBand(source, { scale, top, rows: count, margin: MARGIN })
    const plane = smoothed(band)
    for (let left = 0; left < width; left += TILE) {
      if (signal.aborted) throw cancelled()
      const right = Math.min(width, left + TILE)
      const tile = {
        ...{ left: left + MARGIN, right: right + MARGIN, top: MARGIN, bottom: count + MARGIN },
        ...{ x0: -MARGIN, y0: top - MARGIN, width, height },
      }
      findLines(band, plane, tile, marks.lines)
      findSpecks(band, plane, tile, marks.specks)
      progress?.((top * width + right * count) / (width * height))
      // The engine's thread has other things to answer between two tiles.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return marks
}

/** Around a mark's own width, px: a soft rim has to go with it. */
const RIM = 0.7
/** So far from a mark of the half size the same line is looked for at full size, px. */
const SAME = 3

/** `finer`: marks at twice the size, which know better how wide a thin line is. */
function shapeOf(indices: Int32Array, { columns: m }: Marks, scale: number, finer: Places | null): Shape {
  const place = (at: number) => at * scale + (scale - 1) / 2
  const radiusOf = (half: number, of: number) => (half / 4 + 0.5) * of + RIM
  return {
    x: Float32Array.from(indices, (i) => place(m.x[i]!)),
    y: Float32Array.from(indices, (i) => place(m.y[i]!)),
    radius: Float32Array.from(indices, (i) => {
      const own = radiusOf(m.half[i]!, scale)
      if (finer === null) return own
      const fine = finer.marks.columns
      let narrow = own
      finer.some(place(m.x[i]!), place(m.y[i]!), SAME, (j) => {
        const same = fine.sign[j] === m.sign[i] && turnsApart(fine.turn[j]!, m.turn[i]!) <= 1
        // Half a pixel more, for it lies beside the middle that was found at half the size.
        if (same && fine.contrast[j]! >= m.contrast[i]! / 2)
          narrow = Math.min(narrow, radiusOf(fine.half[j]!, scale / 2) + 0.5)
        return false
      })
      return narrow
    }),
  }
}
