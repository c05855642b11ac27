import { describe, expect, it } from 'vitest'
import { regionPsnr } from './error.js'
import { haarPsi } from './haar-psi.js'
import { msSsim } from './ms-ssim.js'
import references from './references.json' with { type: 'json' }
import { dilate } from './region.js'
import type { PlanarPicture } from './ssim.js'

const { width, height } = references

/** The pictures of references.py. */
function picture(kind: string): PlanarPicture {
  const triangle = (value: number) => Math.abs((value % 128) - 64) * 2
  const data = new Float32Array(3 * width * height)
  let i = 0
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const light = (x >> 1) + ((Math.floor(x / 24) + Math.floor(y / 16)) % 2) * 30
        const grain = (x * 1103 + y * 2917 + c * 97 + x * y * 13) % 31
        const slant = 3 * x + 5 * y + 40 * c
        const value = {
          truth: triangle(slant) + light + grain,
          grainless: triangle(slant) + light + 15,
          shifted: triangle(slant + 9 * Math.floor(x / 60)) + light + grain,
          flat: 120,
        }[kind]!
        data[i++] = Math.min(255, value) / 255
      }
  return { width, height, channels: 3, data }
}

function region(kind: string): Uint8Array {
  const inside = { whole: () => true, disc: inDisc, edge: (x: number, y: number) => x < 21 || y > 150 }[kind]!
  return Uint8Array.from({ length: width * height }, (_, i) => Number(inside(i % width, Math.floor(i / width))))
}
const inDisc = (x: number, y: number) => (x - 90) ** 2 + (y - 70) ** 2 <= 37 ** 2

const truth = picture('truth')

describe('MS-SSIM and HaarPSI inside a region', () => {
  it.each(references.rows)('agree with extended precision: $picture, $region', (row) => {
    expect(msSsim(truth, picture(row.picture), region(row.region))).toBeCloseTo(row.msSsim, 10)
    expect(haarPsi(truth, picture(row.picture), region(row.region))).toBeCloseTo(row.haarPsi, 10)
  })

  it('are 1 for equal pictures, also for flat ones', () => {
    for (const kind of ['truth', 'flat']) {
      expect(msSsim(picture(kind), picture(kind))).toBeCloseTo(1, 12)
      expect(haarPsi(picture(kind), picture(kind))).toBeCloseTo(1, 10)
    }
  })

  it('take the whole picture when no region is given', () => {
    expect(msSsim(truth, picture('shifted'))).toBe(msSsim(truth, picture('shifted'), region('whole')))
    expect(haarPsi(truth, picture('shifted'))).toBe(haarPsi(truth, picture('shifted'), region('whole')))
  })

  it('see a fault inside the region better than one far away from it', () => {
    const broken = picture('truth')
    for (let i = 0; i < broken.data.length; i++) if (i % width > 140) broken.data[i] = 0.5
    for (const measure of [msSsim, haarPsi]) {
      expect(measure(truth, broken, region('disc'))).toBeGreaterThan(0.95)
      expect(measure(truth, broken, region('edge'))).toBeLessThan(measure(truth, broken, region('disc')))
    }
  })

  it('refuse pictures of two shapes, pictures too small and empty regions', () => {
    const small: PlanarPicture = { width: 14, height: 14, channels: 3, data: new Float32Array(588) }
    for (const measure of [msSsim, haarPsi]) {
      expect(() => measure(truth, small)).toThrow(RangeError)
      expect(() => measure(truth, truth, new Uint8Array(width * height))).toThrow(RangeError)
      expect(() => measure(truth, truth, new Uint8Array(3))).toThrow(RangeError)
    }
    expect(() => msSsim(small, small)).toThrow(RangeError)
    expect(() => haarPsi(small, small)).toThrow(RangeError)
  })
})

describe('PSNR inside a region', () => {
  it('counts the pixels of the region alone, in all channels', () => {
    const [a, b] = [Float32Array.of(0.5, 0.5, 0.5, 0.5), Float32Array.of(0.6, 1, 0.4, 1)]
    expect(regionPsnr(a, b, Uint8Array.of(1, 0))).toBeCloseTo(20, 5)
  })

  it('refuses a region that does not fit the channels', () => {
    expect(() => regionPsnr(new Float32Array(4), new Float32Array(4), new Uint8Array(3))).toThrow(RangeError)
  })
})

describe('a grown mask', () => {
  const grown = (points: [number, number][], size: number, radius: number) => {
    const mask = new Uint8Array(size * size)
    for (const [x, y] of points) mask[y * size + x] = 1
    const out = dilate(mask, size, size, radius)
    return Array.from({ length: size }, (_, y) => out.subarray(y * size, (y + 1) * size).join(''))
  }

  it('holds every pixel within the radius', () => {
    expect(grown([[2, 2]], 5, 2)).toEqual(['00100', '01110', '11111', '01110', '00100'])
  })

  it('ends at the edge of the picture', () => {
    expect(grown([[0, 0]], 3, 1)).toEqual(['110', '100', '000'])
  })

  it('is the union of what its pixels reach', () => {
    const points: [number, number][] = Array.from({ length: 25 }, (_, i) => [4 + (i % 5), 4 + Math.floor(i / 5)])
    const size = 13
    const reached = (x: number, y: number) => points.some(([px, py]) => (px - x) ** 2 + (py - y) ** 2 <= 9)
    const wanted = Array.from({ length: size }, (_, y) =>
      Array.from({ length: size }, (_, x) => Number(reached(x, y))).join(''),
    )
    expect(grown(points, size, 3)).toEqual(wanted)
  })
})
