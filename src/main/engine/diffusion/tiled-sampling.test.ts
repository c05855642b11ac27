import { describe, expect, it } from 'vitest'
import { arrays } from './algebra.js'
import type { Denoiser } from './denoiser.js'
import { fillNormal, philox } from './noise.js'
import { samplerNames, samplers } from './samplers/index.js'
import { runSampler } from './sampling.js'
import { karras } from './schedules/sigmas.js'
import { planTiles, reflectIndex } from './tiling.js'

const STRIDE = 8
const WIDTHS = 4
/** How far the network below sees: 1 (head), then to the far side of the block after the next, 1 (tail). */
const REACH = 17

interface Planes {
  width: number
  height: number
  data: Float32Array[]
}

/**
 * A random network of the bundled ones' kind: 3x3 convolutions with zeros around the picture, down to a grid of 8 pixels and
 * up again, no statistics of the whole picture.
 */
function randomNetwork(seed: number) {
  const weights = (layer: number, count: number, fanIn: number): Float32Array => {
    const out = new Float32Array(count)
    fillNormal(out, { seed, step: 1000, channel: layer, left: 0, top: 0, width: count, height: 1 })
    return out.map((value) => value * Math.sqrt(2 / fanIn))
  }
  const head = weights(0, WIDTHS * 9, 9)
  const down = weights(1, WIDTHS * WIDTHS * STRIDE * STRIDE, WIDTHS * STRIDE * STRIDE)
  const middle = weights(2, WIDTHS * WIDTHS * 9, WIDTHS * 9)
  const up = weights(3, WIDTHS * WIDTHS * STRIDE * STRIDE, WIDTHS)
  const tail = weights(4, WIDTHS * 9, WIDTHS * 9)

  return (x: Planes, sigma: number): Planes => {
    const a = rectify(convolve(x, head, WIDTHS))
    const b = rectify(convolve(shrink(a, down), middle, WIDTHS))
    const c = grow(b, up)
    c.data.forEach((plane, i) => plane.forEach((value, at) => (plane[at] = value + a.data[i]![at]!)))
    const f = convolve(c, tail, 1)
    return { ...x, data: [x.data[0]!.map((value, at) => value - 0.3 * sigma * Math.tanh(f.data[0]![at]!))] }
  }
}

const rectify = (x: Planes): Planes => ({ ...x, data: x.data.map((plane) => plane.map((value) => Math.max(0, value))) })

function convolve({ width, height, data }: Planes, kernel: Float32Array, outputs: number): Planes {
  const out = Array.from({ length: outputs }, () => new Float32Array(width * height))
  out.forEach((plane, o) => {
    data.forEach((input, i) => {
      for (let ky = -1; ky <= 1; ky++) {
        for (let kx = -1; kx <= 1; kx++) {
          const weight = kernel[(o * data.length + i) * 9 + (ky + 1) * 3 + kx + 1]!
          for (let y = Math.max(0, -ky); y < Math.min(height, height - ky); y++) {
            for (let x = Math.max(0, -kx); x < Math.min(width, width - kx); x++) {
              plane[y * width + x]! += weight * input[(y + ky) * width + x + kx]!
            }
          }
        }
      }
    })
  })
  return { width, height, data: out }
}

/** Runs `visit` for every pixel of the large grid, every output and input, with its weight's place. */
function overBlocks(
  width: number,
  height: number,
  visit: (large: number, small: number, o: number, i: number, weight: number) => void,
): void {
  for (let o = 0; o < WIDTHS; o++) {
    for (let i = 0; i < WIDTHS; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const inBlock = (y % STRIDE) * STRIDE + (x % STRIDE)
          const small = Math.floor(y / STRIDE) * (width / STRIDE) + Math.floor(x / STRIDE)
          visit(y * width + x, small, o, i, (o * WIDTHS + i) * STRIDE * STRIDE + inBlock)
        }
      }
    }
  }
}

function shrink({ width, height, data }: Planes, kernel: Float32Array): Planes {
  const size = { width: width / STRIDE, height: height / STRIDE }
  const out = data.map(() => new Float32Array(size.width * size.height))
  overBlocks(width, height, (large, small, o, i, at) => (out[o]![small]! += kernel[at]! * data[i]![large]!))
  return { ...size, data: out }
}

function grow({ width, height, data }: Planes, kernel: Float32Array): Planes {
  const size = { width: width * STRIDE, height: height * STRIDE }
  const out = data.map(() => new Float32Array(size.width * size.height))
  overBlocks(size.width, size.height, (large, small, o, i, at) => (out[o]![large]! += kernel[at]! * data[i]![small]!))
  return { ...size, data: out }
}

/** A denoiser of whole pictures that runs the network tile by tile. */
function tiledDenoiser(
  network: ReturnType<typeof randomNetwork>,
  width: number,
  height: number,
  tile: number,
  margin: number,
  even = true,
): Denoiser<Float32Array> {
  const plan = planTiles({ width, height, tile, margin, multipleOf: STRIDE, even })
  return (x, sigma) => {
    const out = new Float32Array(x.length).fill(NaN)
    for (const { window, core } of plan.tiles) {
      const input = new Float32Array(window.width * window.height)
      for (let row = 0; row < window.height; row++) {
        for (let column = 0; column < window.width; column++) {
          const from = reflectIndex(window.top + row, height) * width + reflectIndex(window.left + column, width)
          input[row * window.width + column] = x[from]!
        }
      }
      const [result] = network({ width: window.width, height: window.height, data: [input] }, sigma).data
      for (let row = core.top; row < core.top + core.height; row++) {
        const start = (row - window.top) * window.width + core.left - window.left
        out.set(result!.subarray(start, start + core.width), row * width + core.left)
      }
    }
    return Promise.resolve(out)
  }
}

async function sample(test: number, tile: number, margin: number, even = true): Promise<Float32Array> {
  const pick = (question: number, limit: number): number => {
    const words = new Int32Array(4)
    philox(words, test, question, 0, 0, 55, 0)
    return (words[0]! >>> 0) % limit
  }
  const width = 1 + pick(0, 70)
  const height = 1 + pick(1, 70)
  const seed = pick(2, 1e6)
  const steps = 1 + pick(3, 4)
  const sampler = samplers[samplerNames[test % samplerNames.length]!]
  const noise = (step: number): Promise<Float32Array> => {
    const out = new Float32Array(width * height)
    // In pieces as a tiled source would fill it: the numbers are the place's.
    for (let top = 0; top < height; top += 13) {
      const rows = Math.min(13, height - top)
      fillNormal(out.subarray(top * width, (top + rows) * width), {
        seed,
        step,
        channel: 0,
        left: 0,
        top,
        width,
        height: rows,
      })
    }
    return Promise.resolve(out)
  }
  const x = (await noise(500)).map((value, i) => value + Math.sin(i / 7))
  return runSampler(
    sampler({
      denoise: tiledDenoiser(randomNetwork(pick(4, 1e6)), width, height, tile, margin, even),
      x,
      sigmas: karras({ steps, min: 0.05, max: 1 }),
      noise,
      algebra: arrays,
    }),
  )
}

const difference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
const HALF_LEVEL = 0.5 / 255

describe('a picture sampled in tiles is the picture sampled whole, whatever size, tile, seed, steps and sampler', () => {
  it.each(
    Array.from(
      { length: 20 },
      (_, test) => [test, samplerNames[test % samplerNames.length]!, [8, 16, 24, 40][test % 4]!] as const,
    ),
  )('case %i: %s in tiles of %i', async (test, _, tile) => {
    const whole = await sample(test, 4096, REACH)
    expect(whole.every(Number.isFinite)).toBe(true)
    expect(difference(await sample(test, tile, REACH), whole)).toBeLessThan(HALF_LEVEL)
    expect(difference(await sample(test, tile, REACH, false), whole)).toBeLessThan(HALF_LEVEL)
  })

  it('and would not be with a margin of one block less', async () => {
    let most = 0
    for (let test = 0; test < 20; test++) {
      most = Math.max(most, difference(await sample(test, 8, REACH - STRIDE), await sample(test, 4096, 0)))
    }
    expect(most).toBeGreaterThan(10 * HALF_LEVEL)
  })
})
