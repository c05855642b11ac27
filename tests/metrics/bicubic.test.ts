import { describe, expect, it } from 'vitest'
import { enlarged, shrunk } from './bicubic.js'
import references from './bicubic.json' with { type: 'json' }
import type { PlanarPicture } from './ssim.js'

/** The picture of bicubic.py. */
const plane = (width: number, height: number): PlanarPicture => ({
  ...{ width, height, channels: 1 },
  data: Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return (x * 37 + y * 101 + x * y * 7) % 256
  }),
})

describe('the bicubic resizing of the benchmarks', () => {
  it.each([
    ['shrunk by 2', shrunk(plane(24, 16), 2), references.shrunk2],
    ['shrunk by 4', shrunk(plane(24, 16), 4), references.shrunk4],
    ['enlarged by 2', enlarged(plane(6, 4), 2), references.enlarged2],
    ['enlarged by 4', enlarged(plane(6, 4), 4), references.enlarged4],
  ])('%s agrees with the one that networks are trained with', (_, got, expected) => {
    expect(got.data).toHaveLength(expected.length)
    for (const [i, value] of expected.entries()) expect(Math.abs(got.data[i]! - value)).toBeLessThan(1e-3)
  })
})
