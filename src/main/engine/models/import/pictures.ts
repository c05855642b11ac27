/** Pictures that a network is tried with: seeded, of edges, gradients, texture and colours, as photos are. */
import { random } from './random.js'
import type { Planes } from './trial.js'

/**
 * A scene of overlapping soft-edged discs and stripes in many colours over a gradient, from black to white, anti-aliased:
 * the same scene at every `scale`, so that its enlargement is known. Of one channel: its luma.
 */
export function scene(channels: 1 | 3, width: number, height: number, scale = 1, seed = 1): Planes {
  const next = random(seed)
  // Sizes and places in pixels of scale 1, for as many pixels as there are.
  const discs = Array.from({ length: Math.ceil((width * height) / 150) }, () => ({
    x: next() * width,
    y: next() * height,
    radius: 2 + 10 * next() ** 2,
    soft: 0.7 + next(),
    stripes: next() < 0.3 ? 0.5 + next() : 0,
    turn: next() * Math.PI,
    colour: [next(), next(), next()].map((value) => Math.min(1, Math.max(0, 1.2 * value - 0.1))),
  }))
  const wide = width * scale
  const high = height * scale
  const data = new Float32Array(3 * wide * high)
  const plane = wide * high
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const t = (x / wide + y / high) / 2
      for (let c = 0; c < 3; c++) data[c * plane + y * wide + x] = 0.2 + 0.6 * (c === 1 ? t : c === 0 ? 1 - t : 0.5)
    }
  for (const { x, y, radius, soft, stripes, turn, colour } of discs) {
    const reach = radius + 2 * soft
    for (let v = Math.max(0, Math.floor((y - reach) * scale)); v < Math.min(high, (y + reach) * scale); v++)
      for (let u = Math.max(0, Math.floor((x - reach) * scale)); u < Math.min(wide, (x + reach) * scale); u++) {
        const dx = (u + 0.5) / scale - x
        const dy = (v + 0.5) / scale - y
        const cover = 1 / (1 + Math.exp((4 * (Math.hypot(dx, dy) - radius)) / soft))
        const wave = stripes === 0 ? 1 : 0.6 + 0.4 * Math.sin((dx * Math.cos(turn) + dy * Math.sin(turn)) * stripes * 2)
        for (let c = 0; c < 3; c++) {
          const at = c * plane + v * wide + u
          data[at] = data[at]! * (1 - cover) + colour[c]! * wave * cover
        }
      }
  }
  const picture: Planes = { channels: 3, width: wide, height: high, data }
  return channels === 3 ? picture : lumaOf(picture)
}

/** A scene of `width` x `height` pixels going in, and what should come out at a scale. */
export function knownScene(channels: 1 | 3, scale: number, width: number, height: number): { given: Planes; expected: Planes } {
  const expected = scene(channels, width, height, scale)
  return { given: shrunk(expected, scale), expected }
}

/** BT.601, full range. */
export function lumaOf({ width, height, data }: Planes): Planes {
  const plane = width * height
  const luma = new Float32Array(plane)
  for (let at = 0; at < plane; at++)
    luma[at] = 0.299 * data[at]! + 0.587 * data[plane + at]! + 0.114 * data[2 * plane + at]!
  return { channels: 1, width, height, data: luma }
}

/** Each pixel the mean of `scale` x `scale`. */
export function shrunk({ channels, width, height, data }: Planes, scale: number): Planes {
  const wide = width / scale
  const high = height / scale
  const out = new Float32Array(channels * wide * high)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        out[(c * high + Math.floor(y / scale)) * wide + Math.floor(x / scale)]! +=
          data[(c * height + y) * width + x]! / scale ** 2
  return { channels, width: wide, height: high, data: out }
}

/** The part of a picture. */
export function cut({ channels, width, height, data }: Planes, left: number, top: number, wide: number, high: number): Planes {
  const out = new Float32Array(channels * wide * high)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < high; y++) {
      const from = (c * height + top + y) * width + left
      out.set(data.subarray(from, from + wide), (c * high + y) * wide)
    }
  return { channels, width: wide, height: high, data: out }
}

/** Red for blue. */
export function swapped(picture: Planes): Planes {
  const plane = picture.width * picture.height
  const data = picture.data.slice()
  data.copyWithin(0, 2 * plane, 3 * plane)
  data.set(picture.data.subarray(0, plane), 2 * plane)
  return { ...picture, data }
}

/** Peak signal to noise in dB of what came out, in the numbers of `range`, to the picture it should be; the rim left out. */
export function likeness(out: Planes, range: readonly [number, number], expected: Planes, rim: number): number {
  const { channels, width, height } = expected
  const [low, high] = range
  let error = 0
  let count = 0
  for (let c = 0; c < channels; c++)
    for (let y = rim; y < height - rim; y++)
      for (let x = rim; x < width - rim; x++) {
        const at = (c * height + y) * width + x
        const value = Math.min(1, Math.max(0, (out.data[at]! - low) / (high - low)))
        error += (value - expected.data[at]!) ** 2
        count++
      }
  return -10 * Math.log10(error / count + 1e-9)
}

export const allFinite = ({ data }: Planes): boolean => data.every(Number.isFinite)
