/** Everything in a picture that might be a scratch or a speck, with its features and its shape. */
import { cancelled } from '../../../shared/errors.js'
import type { RasterShape } from '../imaging/raster.js'
import { joinCurves } from './curves.js'
import { Crowd, rivalsOf } from './crowd.js'
import { curveFeatures, ratioOf, speckFeatures } from './features.js'
import { findLines, LINE_REACH } from './lines.js'
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
  const parts = SCALES.map((scale) => 1 / scale ** 2)
  const all = parts.reduce((sum, part) => sum + part, 0)
  let done = 0
  for (const [k, scale] of SCALES.entries()) {
    const from = done
    const marks = await markAll(source, scale, {
      ...options,
      progress: (fraction) => options.progress?.((from + parts[k]! * fraction) / all),
    })
    done += parts[k]!
    found.push(...judged(marks.lines.sorted(), marks.specks.sorted(), scale, source.ref))
  }
  return found
}

function judged(lines: Marks, specks: Marks, scale: number, { width, height }: RasterShape): Candidate[] {
  const [across, down] = [Math.ceil(width / scale), Math.ceil(height / scale)]
  const setting = { lines: new Crowd(lines, across, down), specks: new Crowd(specks, across, down), scale }
  const curves = joinCurves(lines)
  const strengths = Float64Array.from(curves, (curve) => curve.reduce((sum, i) => sum + ratioOf(lines, i), 0))
  const rivals = rivalsOf(strengths, 0.5)
  const found: Candidate[] = curves.map((curve, k) => ({
    kind: 'curve',
    features: curveFeatures(curve, lines, setting, rivals[k]!),
    shape: shapeOf(curve, lines, scale),
  }))
  const ratios = Float64Array.from({ length: specks.length }, (_, i) => ratioOf(specks, i))
  for (const [i, others] of rivalsOf(ratios, 1).entries())
    found.push({
      kind: 'speck',
      features: speckFeatures(i, specks, setting, others),
      shape: shapeOf(Int32Array.of(i), specks, scale),
    })
  return found
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
        ...{ x0: -MARGIN, y0: top - MARGIN },
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

function shapeOf(indices: Int32Array, { columns: { x, y, half } }: Marks, scale: number): Shape {
  const centre = (scale - 1) / 2
  return {
    x: Float32Array.from(indices, (i) => x[i]! * scale + centre),
    y: Float32Array.from(indices, (i) => y[i]! * scale + centre),
    radius: Float32Array.from(indices, (i) => (half[i]! / 4 + 0.5) * scale + 0.7),
  }
}
