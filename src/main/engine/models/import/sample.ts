/** A patch of a photo before and after, for a person to look at. */
import sharp from 'sharp'
import type { Description } from './describe.js'
import { cut, lumaOf, scene } from './pictures.js'
import type { MaskedDescription } from './masked.js'
import type { Planes } from './trial.js'

export interface Sample {
  /** PNG. */
  readonly before: Uint8Array
  readonly after: Uint8Array
  readonly width: number
  readonly height: number
}

const SIDE = 128

export async function sampleOf(described: Description, photo: string | null): Promise<Sample> {
  const { size, form, trial, ranges, channels } = described
  const { width, height } = 'width' in size ? size : squareOf(size.multipleOf)
  const picture = (photo === null ? null : await patchOf(photo, width, height)) ?? scene(3, width, height)
  const shown = form.channels === 1 ? lumaOf(picture) : picture
  const blueFirst = channels === 'bgr'
  const fed = blueFirst ? reversed(shown) : shown
  const out = await trial.run(fed, ranges.image)
  const [low, high] = ranges.output
  const numbers = { ...out, data: out.data.map((value) => (value - low) / (high - low)) }
  const after = blueFirst ? reversed(numbers) : numbers
  const { scale, crop } = described
  if (crop === null) return { before: await png(shown), after: await png(after), width, height }
  // The part that is there before and after.
  const rim = Math.ceil(Math.max(...crop) / scale)
  const [wide, high_] = [width - 2 * rim, height - 2 * rim]
  const from = rim * scale - crop[0]
  return {
    before: await png(cut(shown, rim, rim, wide, high_)),
    after: await png(cut(after, from, from, wide * scale, high_ * scale)),
    ...{ width: wide, height: high_ },
  }
}

/** The scene that a network was tried with, its hole as it was, and filled. */
export async function fillSampleOf({ before, after }: MaskedDescription): Promise<Sample> {
  const { width, height } = before
  const planes = (data: Float32Array): Planes => ({
    ...{ channels: 3, width, height },
    data: data.map((_, i) => data[3 * (i % (width * height)) + Math.floor(i / (width * height))]!),
  })
  return { before: await png(planes(before.picture)), after: await png(planes(after)), width, height }
}

function squareOf(multipleOf: number): { width: number; height: number } {
  const side = Math.ceil(SIDE / multipleOf) * multipleOf
  return { width: side, height: side }
}

/** The middle of a photo, shrunk a little, so that there is something to see in it. */
async function patchOf(photo: string, width: number, height: number): Promise<Planes> {
  const { data } = await sharp(photo)
    .resize({ width: 3 * width, height: 3 * height, fit: 'cover' })
    .extract({ left: width, top: height, width, height })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const plane = width * height
  const planes = new Float32Array(3 * plane)
  for (let at = 0; at < plane; at++) for (let c = 0; c < 3; c++) planes[c * plane + at] = data[3 * at + c]! / 255
  return { channels: 3, width, height, data: planes }
}

function reversed(picture: Planes): Planes {
  const plane = picture.width * picture.height
  const data = new Float32Array(picture.data.length)
  for (let c = 0; c < picture.channels; c++)
    data.set(picture.data.subarray(c * plane, (c + 1) * plane), (picture.channels - 1 - c) * plane)
  return { ...picture, data }
}

async function png({ channels, width, height, data }: Planes): Promise<Uint8Array> {
  const bytes = Buffer.alloc(data.length)
  const plane = width * height
  for (let at = 0; at < plane; at++)
    for (let c = 0; c < channels; c++)
      bytes[at * channels + c] = Math.round(255 * Math.min(1, Math.max(0, data[c * plane + at]!)))
  return sharp(bytes, { raw: { width, height, channels: channels === 1 ? 1 : 3 } })
    .png()
    .toBuffer()
}
