import { describe, expect, it } from 'vitest'
import { goldenTile } from '../../src/main/engine/models/golden.js'
import { asEightBit, meanSquaredError, median, psnr } from './error.js'
import { topOctave } from './spectrum.js'
import { ssim, type PlanarPicture } from './ssim.js'

const tile = (size: number, seed: number): PlanarPicture => ({
  width: size,
  height: size,
  channels: 3,
  data: goldenTile(size, seed),
})
const waves = (size: number, cycles: number): PlanarPicture => ({
  width: size,
  height: size,
  channels: 1,
  data: Float32Array.from({ length: size * size }, (_, i) => 0.5 + 0.4 * Math.sin(2 * Math.PI * cycles * (i % size))),
})

describe('squared error and PSNR', () => {
  it('are those of the definition', () => {
    expect(meanSquaredError(Float32Array.of(0, 0.5), Float32Array.of(0.5, 0.5))).toBeCloseTo(0.125, 9)
    expect(psnr(Float32Array.of(0.1, 0.3), Float32Array.of(0.2, 0.2))).toBeCloseTo(20, 4)
    expect(psnr(tile(48, 1).data, tile(48, 2).data)).toBeCloseTo(21.69462, 4)
  })

  it('are taken of what an 8-bit file holds', () => {
    expect([...asEightBit(Float32Array.of(-0.1, 0.5, 1.2))]).toEqual([0, Math.fround(128 / 255), 1])
  })

  it('refuse pictures of different sizes', () => {
    expect(() => psnr(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(RangeError)
  })

  it('go with a median that splits even counts in the middle', () => {
    expect(median([4, 1, 3])).toBe(3)
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })
})

describe('SSIM', () => {
  // The mean over channels of scikit-image 0.26's structural_similarity(gaussian_weights, sigma 1.5, population covariance),
  // borders of 5 px left out, for the golden tiles of seeds 1 and 2.
  it('agrees with scikit-image', () => {
    expect(ssim(tile(48, 1), tile(48, 2))).toBeCloseTo(0.8585754328, 8)
  })

  it('is 1 for equal pictures', () => {
    expect(ssim(tile(32, 1), tile(32, 1))).toBeCloseTo(1, 12)
  })

  it('refuses pictures that are smaller than its window', () => {
    expect(() => ssim(tile(8, 1), tile(8, 1))).toThrow(RangeError)
  })
})

describe('the top octave of the spectrum', () => {
  it('agrees with numpy', () => {
    expect(topOctave(tile(64, 1)) / 15310.348534).toBeCloseTo(1, 5)
  })

  it('holds the energy of fine waves and not of coarse ones', () => {
    expect(topOctave(waves(64, 0.375))).toBeGreaterThan(1e4 * topOctave(waves(64, 0.125)))
  })
})
