import { describe, expect, it } from 'vitest'
import { randomFrom, randomMask, randomOperation } from '../../../tests/support/masks.js'
import { rasterOf, type Mask, type MaskOperation } from '../../shared/mask/index.js'
import { MaskRasters } from './rasters.js'

const size = { width: 400, height: 300 }
const all = { x: 0, y: 0, ...size }

describe('the raster of a list of operations', () => {
  for (const budget of [1e9, 100_000])
    it(`is that of the mask, wherever undo, redo and new steps lead, with ${budget} bytes to keep them`, () => {
      const random = randomFrom(5)
      const rasters = new MaskRasters(size, budget)
      let operations: readonly MaskOperation[] = []
      let done = 0
      for (let turn = 0; turn < 60; turn++) {
        const choice = random()
        if (choice < 0.5) {
          operations = [...operations.slice(0, done), randomOperation(random, size)]
          done = operations.length
        } else done = Math.max(0, Math.min(operations.length, done + Math.round((random() - 0.5) * 12)))
        const mask: Mask = { version: 1, ...size, operations: operations.slice(0, done) }
        const bytes = rasters.of(mask.operations).read(all)
        expect(Buffer.compare(bytes, rasterOf(mask).read(all))).toBe(0)
      }
    })

  it('is kept for undo and redo, so that nothing is done again', () => {
    const { operations } = randomMask(randomFrom(3), size)
    const rasters = new MaskRasters(size)
    const steps = operations.map((_, i) => rasters.of(operations.slice(0, i + 1)))
    steps.forEach((raster, i) => expect(rasters.of(operations.slice(0, i + 1))).toBe(raster))
  })

  it('stays within its budget however long one paints', () => {
    const random = randomFrom(9)
    const rasters = new MaskRasters(size, 200_000)
    let operations: readonly MaskOperation[] = []
    for (let i = 0; i < 80; i++) {
      const x = random() * 380
      operations = [...operations, { kind: 'rectangle', x, y: random() * 280, width: 9.5, height: 9.5, erase: false }]
      rasters.of(operations)
      expect(rasters.bytes).toBeLessThan(400_000)
    }
  })
})
