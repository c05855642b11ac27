import { afterEach, beforeEach, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../tests/support/studio.js'
import { createStudio, type Studio } from './studio.js'

let home: TestHome
let studio: Studio
beforeEach(() => (home = testHome()))
afterEach(async () => {
  await studio.close()
  await home[Symbol.asyncDispose]()
})

it('what was typed for a run holds instead of the settings, is shown as that, and is not kept', async () => {
  const overrides = { provider: 'cpu', tile: 128, memoryBudget: 900_000_000 } as const
  studio = await createStudio({ engine: home.engine(), paths: home.paths, overrides })
  await studio.settings.set({ provider: 'webgpu', memoryBudget: 2_000_000_000 })
  const { engine, settings, overrides: shown } = studio.view()
  expect(engine.memoryBudget).toBe(900_000_000)
  expect(settings).toMatchObject({ provider: 'webgpu', memoryBudget: 2_000_000_000, tile: null })
  expect(shown).toEqual(overrides)
  await studio.close()

  studio = await createStudio({ engine: home.engine(), paths: home.paths })
  expect(studio.view()).toMatchObject({ engine: { memoryBudget: 2_000_000_000 }, overrides: {} })
})
