/** Between a crop's pixels and those that a network is shown. */
import type { View } from './views.js'

interface Taps {
  /** For each pixel that is made: places of what it is made of, and their shares; `first[i]` to `first[i + 1]`. */
  first: Int32Array
  place: Int32Array
  share: Float32Array
}

/** The mean of what each of the network's pixels covers; `channels` interleaved. Beyond the crop's border it is mirrored. */
export function shown(
  values: ArrayLike<number>,
  channels: number,
  crop: { width: number; height: number },
  { left, top, width, height, scale }: Omit<View, 'part'>,
): Float32Array {
  const across = tapsOf(left, width, scale, crop.width)
  const down = tapsOf(top, height, scale, crop.height)
  const rows = new Map<number, Float32Array>()
  const rowOf = (y: number): Float32Array => {
    const known = rows.get(y)
    if (known) return known
    const row = new Float32Array(width * channels)
    for (let x = 0; x < width; x++)
      for (let tap = across.first[x]!; tap < across.first[x + 1]!; tap++) {
        const from = (y * crop.width + across.place[tap]!) * channels
        for (let c = 0; c < channels; c++)
          row[x * channels + c] = row[x * channels + c]! + across.share[tap]! * values[from + c]!
      }
    rows.set(y, row)
    return row
  }
  const out = new Float32Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const into = out.subarray(y * width * channels, (y + 1) * width * channels)
    for (let tap = down.first[y]!; tap < down.first[y + 1]!; tap++) {
      const row = rowOf(down.place[tap]!)
      const share = down.share[tap]!
      for (let i = 0; i < into.length; i++) into[i] = into[i]! + share * row[i]!
    }
  }
  return out
}

/** Pixels that a box of `scale` covers from `start` on, each with its share of it. */
function tapsOf(start: number, count: number, scale: number, side: number): Taps {
  const first = new Int32Array(count + 1)
  const place: number[] = []
  const share: number[] = []
  for (let i = 0; i < count; i++) {
    const from = start + i * scale
    const to = from + scale
    for (let p = Math.floor(from); p < to; p++) {
      const part = (Math.min(to, p + 1) - Math.max(from, p)) / scale
      // What rounding leaves of a pixel is none of it.
      if (part < 1e-6) continue
      place.push(mirrored(p, side))
      share.push(part)
    }
    first[i + 1] = place.length
  }
  return { first, place: Int32Array.from(place), share: Float32Array.from(share) }
}

/** The border pixel is not repeated, as by PyTorch's `reflect`; however far beyond the border. */
export function mirrored(at: number, side: number): number {
  if (side === 1) return 0
  const period = 2 * (side - 1)
  const within = ((at % period) + period) % period
  return within < side ? within : period - within
}

/** What a network's picture is at a pixel of the crop: red, green, blue into `out`. Between pixels by Catmull and Rom's spline. */
export function sampleAt(
  picture: Float32Array,
  { left, top, width, height, scale }: Omit<View, 'part'>,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const clampTo = (value: number, most: number) => Math.min(most, Math.max(0, value))
  if (scale === 1) {
    const from = 3 * (clampTo(y - top, height - 1) * width + clampTo(x - left, width - 1))
    for (let c = 0; c < 3; c++) out[c] = picture[from + c]!
    return
  }
  const u = (x + 0.5 - left) / scale - 0.5
  const v = (y + 0.5 - top) / scale - 0.5
  const [x0, y0] = [Math.floor(u), Math.floor(v)]
  out.fill(0)
  for (let j = -1; j <= 2; j++) {
    const down = spline(v - y0 - j)
    for (let i = -1; i <= 2; i++) {
      const weight = down * spline(u - x0 - i)
      const from = 3 * (clampTo(y0 + j, height - 1) * width + clampTo(x0 + i, width - 1))
      for (let c = 0; c < 3; c++) out[c] = out[c]! + weight * picture[from + c]!
    }
  }
}

function spline(distance: number): number {
  const d = Math.abs(distance)
  if (d < 1) return 1 + d * d * (1.5 * d - 2.5)
  return d < 2 ? 2 + d * (-4 + d * (2.5 - 0.5 * d)) : 0
}
