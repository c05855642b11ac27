/** Enlarging an open picture: what is said before, the patch, the state of another size, and its file. */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import { UpscaleEdit } from '../../../shared/edit.js'
import { OutputSettings } from '../../../shared/picture.js'
import { createStudio, type Studio } from '../studio.js'

vi.setConfig({ testTimeout: 120_000 })

const SIZE = { width: 400, height: 300 }

let home: TestHome
let studio: Studio
let document: string
beforeAll(async () => {
  home = testHome(['tiny-denoiser', 'tiny-upscaler'])
  studio = await createStudio({ engine: home.engine(), paths: home.paths })
  await studio.settings.set({ provider: 'cpu', memoryBudget: 1e9 })
  document = await studio.documents.open(await home.picture('in.png', SIZE))
  await vi.waitFor(() => expect(studio.documents.get(document).phase).toBe('ready'), { timeout: 30_000 })
})
afterAll(async () => {
  await studio.close()
  await home[Symbol.asyncDispose]()
})

const edit = (target: UpscaleEdit['target']): UpscaleEdit =>
  UpscaleEdit.parse({ kind: 'upscale', model: 'tiny-upscaler', target })
const states = () => studio.documents.get(document).history.states
const rawOf = (data: Uint8Array) => sharp(data).removeAlpha().raw().toBuffer()

describe('an enlargement of an open picture', () => {
  it('says its size, its file and its memory before it starts', async () => {
    const told = await studio.foretell(document, edit({ by: 'width', width: 1000 }))
    expect(told.result).toMatchObject({ width: 1000, height: 750 })
    expect(told.result?.bytes).toBeGreaterThan(100_000)
    expect(told.memory).toBeGreaterThan(1e6)
    expect(told.obstacle).toBeNull()
  })

  it('says what cannot be, and begins nothing', async () => {
    const smaller = edit({ by: 'width', width: 100 })
    const larger = edit({ by: 'fit', width: 1_000_000, height: 1_000_000 })
    expect((await studio.foretell(document, smaller)).obstacle).toMatchObject({ code: 'upscale.smaller' })
    expect((await studio.foretell(document, larger)).obstacle).toMatchObject({ code: 'upscale.tooLarge' })
    expect(() => studio.documents.apply(document, larger)).toThrow(
      expect.objectContaining({ code: 'upscale.tooLarge' }),
    )
    expect(studio.jobs.views()).toEqual([])
  })

  it('says when the format cannot hold it, and which can', async () => {
    const wide = await studio.documents.open(await home.picture('wide.png', { width: 3000, height: 16 }))
    await vi.waitFor(() => expect(studio.documents.get(wide).phase).toBe('ready'), { timeout: 30_000 })
    const webp = OutputSettings.parse({ format: 'webp' })
    const told = await studio.foretell(wide, edit({ by: 'scale', scale: 8 }), webp)
    expect(told.obstacle).toMatchObject({ code: 'output.formatLimit', params: { format: 'WebP' } })
    expect(told.obstacle?.params['alternatives']).toContain('PNG')
    expect(told.result).toMatchObject({ width: 24000, height: 128, bytes: null })
    studio.documents.close(wide)
  })

  it('is seen in a patch before, and is a state of its size: the same pixels', async () => {
    const twice = edit({ by: 'scale', scale: 2 })
    const [original] = states()
    const patch = { left: 512, top: 0, width: 256, height: 256 }
    const signal = new AbortController().signal
    const { data } = await studio.views.upscaled(document, original?.id ?? '', patch, twice, signal)
    const outside = { ...patch, left: 700 }
    await expect(studio.views.upscaled(document, original?.id ?? '', outside, twice, signal)).rejects.toMatchObject({
      code: 'request.invalid',
    })

    studio.documents.apply(document, twice)
    await vi.waitFor(() => expect(states()).toHaveLength(2), { timeout: 60_000 })
    const [, state] = states()
    expect(state).toMatchObject({ width: 800, height: 600 })
    const tile = await studio.views.tile(document, state?.id ?? '', 0, 1, 0, signal)
    const seen = await sharp(tile.data)
      .extract({ left: 0, top: 0, width: 256, height: 256 })
      .removeAlpha()
      .raw()
      .toBuffer()
    expect(Buffer.compare(await rawOf(data), seen)).toBe(0)
  })

  it('is undone and written in its size, named by what was done', async () => {
    const { suggestedName } = await studio.exports.plan(document, OutputSettings.parse({}))
    expect(suggestedName).toBe('in_upscaled.png')
    const path = home.at('out.png')
    await studio.exports.export({ document, output: OutputSettings.parse({}), target: { path, overwrite: 'never' } })
    expect(await sharp(readFileSync(path)).metadata()).toMatchObject({ width: 800, height: 600 })
    await studio.documents.show(document, 0)
    expect(studio.view().documents[0]).toMatchObject({ current: 0, states: [SIZE, { width: 800, height: 600 }] })
  })

  it('was measured: another size is foretold by its work, an ensemble by eight times that', async () => {
    const seconds = (target: UpscaleEdit['target'], ensemble = false) =>
      studio.predict(document, { ...edit(target), ensemble }).seconds ?? 0
    const twice = seconds({ by: 'scale', scale: 2 })
    expect(twice).toBeGreaterThan(0)
    // One pass each: a few more pixels come out of it.
    expect(seconds({ by: 'scale', scale: 4 }) / twice).toBeCloseTo(1.32 / 1.08, 5)
    expect(seconds({ by: 'width', width: 800 })).toBeCloseTo(twice, 8)
    expect(seconds({ by: 'scale', scale: 2 }, true) / twice).toBeCloseTo(8, 5)
  })
})
