/** How well a mask covers what was drawn: by pixel, with two pixels' tolerance. */
import sharp from 'sharp'
import type { RowSource } from '../../../src/main/engine/scratches/source.js'
import { DAMAGES, type Damage, type Photo } from './damage.js'

const TOLERANCE = 2

export interface Score {
  /** Pixels. */
  truth: number
  reached: number
  marked: number
  right: number
  byKind: Record<Damage, { truth: number; reached: number }>
}

export async function readPhoto(path: string): Promise<Photo> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  if (info.channels === 3) return { width: info.width, height: info.height, rgb: new Uint8Array(data) }
  const rgb = new Uint8Array(3 * info.width * info.height)
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3) * info.channels]!
  return { width: info.width, height: info.height, rgb }
}

export const rowsOf = ({ width, height, rgb }: Photo): RowSource => ({
  ref: { width, height, bands: 3, depth: 8 },
  readRows: (top, count) => Promise.resolve(rgb.subarray(3 * top * width, 3 * (top + count) * width)),
})

export function measure(mask: Uint8Array, truth: Uint8Array, width: number): Score {
  const near = widened(truth, width)
  const found = widened(mask, width)
  const score: Score = {
    ...{ truth: 0, reached: 0, marked: 0, right: 0 },
    byKind: { scratch: { truth: 0, reached: 0 }, hair: { truth: 0, reached: 0 }, speck: { truth: 0, reached: 0 } },
  }
  for (let i = 0; i < mask.length; i++) {
    if (truth[i]) {
      const kind = score.byKind[DAMAGES[truth[i]! - 1]!]
      score.truth++
      kind.truth++
      if (found[i]) {
        score.reached++
        kind.reached++
      }
    }
    if (mask[i]) {
      score.marked++
      if (near[i]) score.right++
    }
  }
  return score
}

/** What is within the tolerance of anything set: 1. */
export function widened(mask: Uint8Array, width: number): Uint8Array {
  const height = mask.length / width
  const out = new Uint8Array(mask.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue
      for (let dy = -TOLERANCE; dy <= TOLERANCE; dy++)
        for (let dx = -TOLERANCE; dx <= TOLERANCE; dx++) {
          if (dx * dx + dy * dy > TOLERANCE * TOLERANCE) continue
          const [column, row] = [x + dx, y + dy]
          if (column >= 0 && row >= 0 && column < width && row < height) out[row * width + column] = 1
        }
    }
  return out
}
