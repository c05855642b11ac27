import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../../tests/support/engine.js'
import { InpainterManifest } from '../../../../shared/model.js'
import { sightOf, smaller } from './sight.js'

const read = (name: string, change: object = {}): InpainterManifest => {
  const text = readFileSync(join(root, 'tests/fixtures/models', name, 'model.json'), 'utf8')
  return InpainterManifest.parse({ ...(JSON.parse(text) as object), ...change })
}
const run = { provider: 'cpu' as const, tile: null, memoryBudget: 2e9, cacheDir: '' }

describe('how much a network is shown at a time', () => {
  it('the one size that it was exported for', () => {
    expect(sightOf(read('lama-contract'), { ...run, tile: 128 })).toEqual({ width: 512, height: 512, free: null })
  })

  it('what it allows, what is asked for, or what the memory holds, in multiples', () => {
    const model = read('four-channel-contract', { size: { multipleOf: 32, least: 64, most: 500 } })
    expect(sightOf(model, run)).toMatchObject({ width: 480, height: 480 })
    expect(sightOf(model, { ...run, tile: 130 })).toMatchObject({ width: 128, height: 128 })
    const hungry = { ...model, bytesPerPixel: 50_000 }
    expect(sightOf(hungry, { ...run, memoryBudget: 1e9 })).toMatchObject({ width: 96 })
  })

  it('never less than the least, and half of it after memory ran out, until that', () => {
    const model = read('four-channel-contract')
    const least = sightOf(model, { ...run, memoryBudget: 1e8 })
    expect(least).toMatchObject({ width: 64, height: 64 })
    expect(smaller(sightOf(model, { ...run, tile: 256 }))).toMatchObject({ width: 128, height: 128 })
    expect(smaller(least)).toBeNull()
    expect(smaller(sightOf(read('lama-contract'), run))).toBeNull()
  })
})
