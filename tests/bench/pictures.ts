/** Pictures of the benchmarks: read as planes of floats, written as 8-bit files. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { fillNormal } from '../../src/main/engine/diffusion/noise.js'
import type { PlanarPicture } from '../metrics/ssim.js'

/** A step that no walk reaches: with one of its own, detail would draw the very noise that the picture already holds. */
const STEP = 2 ** 32 - 1
const PICTURE = /\.(png|jpe?g|tiff?|webp)$/i

/** Paths of a folder's pictures in order of their names, every `every`-th. */
export async function picturesOf(folder: string, every = 1): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => PICTURE.test(name)).sort()
  if (names.length === 0) throw new Error(`There are no pictures in ${folder}.`)
  return names.filter((_, i) => i % every === 0).map((name) => join(folder, name))
}

/** RGB in 0..1, 8-bit numbers as they are in the file. */
export async function readPicture(path: string): Promise<PlanarPicture> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const bands = info.channels
  const planes = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < width * height; i++)
      planes[c * width * height + i] = data[i * bands + (bands < 3 ? 0 : c)]! / 255
  return { width, height, channels: 3, data: planes }
}

/** Clipped and rounded to 8 bits. */
export async function writePng(path: string, picture: PlanarPicture): Promise<void> {
  const { width, height, data } = picture
  const bytes = new Uint8Array(3 * width * height)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < width * height; i++)
      bytes[i * 3 + c] = Math.round(Math.min(1, Math.max(0, data[c * width * height + i]!)) * 255)
  await sharp(bytes, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path)
}

/**
 * Plus white Gaussian noise of `sigma` (of 255), neither clipped nor rounded; the same for the same seed. `grey`: the
 * same noise in all channels.
 */
export function withNoise(picture: PlanarPicture, sigma: number, seed: number, grey = false): PlanarPicture {
  const { width, height } = picture
  const plane = new Float32Array(width * height)
  const data = picture.data.slice()
  for (let c = 0; c < 3; c++) {
    if (c === 0 || !grey) fillNormal(plane, { seed, step: STEP, channel: c, left: 0, top: 0, width, height })
    for (let i = 0; i < plane.length; i++) data[c * plane.length + i]! += (plane[i]! * sigma) / 255
  }
  return { ...picture, data }
}

/** Luminance (Rec. 601, as PIL's "L") in all three channels. */
export function greyOf(picture: PlanarPicture): PlanarPicture {
  const size = picture.width * picture.height
  const data = new Float32Array(3 * size)
  for (let i = 0; i < size; i++) {
    const [r, g, b] = [picture.data[i]!, picture.data[size + i]!, picture.data[2 * size + i]!]
    const luminance = Math.round((0.299 * r + 0.587 * g + 0.114 * b) * 255) / 255
    for (let c = 0; c < 3; c++) data[c * size + i] = luminance
  }
  return { ...picture, data }
}

/** The middle `side` x `side` pixels. */
export function centreCrop({ width, height, channels, data }: PlanarPicture, side: number): PlanarPicture {
  const [left, top] = [(width - side) >> 1, (height - side) >> 1]
  if (left < 0 || top < 0) throw new RangeError(`${width} x ${height} is smaller than ${side}`)
  const out = new Float32Array(channels * side * side)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < side; y++) {
      const from = (c * height + top + y) * width + left
      out.set(data.subarray(from, from + side), (c * side + y) * side)
    }
  return { width: side, height: side, channels, data: out }
}
