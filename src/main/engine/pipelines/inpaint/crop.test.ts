/** What is worked out from a mask's tiles is what looking at all of its bytes gives. */
import { describe, expect, it } from 'vitest'
import { randomFrom, randomMask } from '../../../../../tests/support/masks.js'
import { MaskRaster, rasterise, rasterOf, type Mask } from '../../../../shared/mask/index.js'
import { HoleFinder } from '../../inpaint/context.js'
import { boundsOf, holesOf, mixPatch } from './crop.js'

const size = { width: 430, height: 310 }

function holesByEveryByte(mask: Mask) {
  const bytes = rasterise(mask)
  const finder = new HoleFinder()
  for (let at = 0; at < bytes.length; at += mask.width) finder.add(bytes.subarray(at, at + mask.width))
  return finder.holes()
}

function holesByTiles(mask: Mask) {
  const raster = rasterOf(mask)
  const bounds = boundsOf(raster)
  return bounds === null ? [] : holesOf(raster, bounds)
}

describe('the holes of a mask', () => {
  it('are those of its bytes, whatever was painted', () => {
    for (let seed = 400; seed < 440; seed++) {
      const mask = randomMask(randomFrom(seed), size)
      expect(holesByTiles(mask), `seed ${seed}`).toEqual(holesByEveryByte(mask))
    }
  })

  it('that touch across the corner of four tiles are one', () => {
    const dot = (x: number, y: number) => ({
      ...{ kind: 'rectangle' as const, x, y, width: 1, height: 1, erase: false },
    })
    const mask: Mask = { version: 1, ...size, operations: [dot(127, 127), dot(128, 128), dot(300, 4)] }
    expect(holesByTiles(mask)).toEqual([
      { left: 300, top: 4, width: 1, height: 1 },
      { left: 127, top: 127, width: 2, height: 2 },
    ])
  })

  it('are none where nothing is painted', () => expect(boundsOf(MaskRaster.blank(size))).toBeNull())
})

describe('a patch in a part of the picture', () => {
  const patch = { box: { left: 1, top: 1, width: 2, height: 2 }, rgb: new Float32Array(12).fill(1) }

  it('is mixed by the share that the mask says, and only where both are', () => {
    const samples = new Uint8Array(3 * 6).fill(100)
    const area = { left: 0, top: 1, width: 3, height: 2 }
    const mask = Uint8Array.of(255, 255, 0, 255, 51, 255)
    expect(mixPatch({ area, samples, mask }, patch, { bands: 3, depth: 8 })).toBe(true)
    expect([...samples].filter((_, i) => i % 3 === 0)).toEqual([100, 255, 100, 100, 131, 255])
  })

  it('says when it changed nothing', () => {
    const part = { area: { left: 0, top: 0, width: 3, height: 3 }, samples: new Uint8Array(9).fill(255) }
    expect(mixPatch({ ...part, mask: new Uint8Array(9).fill(255) }, patch, { bands: 1, depth: 8 })).toBe(false)
    expect(mixPatch({ ...part, mask: new Uint8Array(9) }, patch, { bands: 1, depth: 8 })).toBe(false)
  })
})
