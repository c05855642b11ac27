import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixtureModel, largestDifference, startTestEngine, type TestEngine } from '../../../../tests/support/engine.js'

/** A software Vulkan driver that Debian's Chromium brings: the WebGPU provider runs on it, slowly. */
const swiftshader = '/usr/lib/chromium/vk_swiftshader_icd.json'
const withVulkan = existsSync(swiftshader)

// Compiling shaders for a GPU made of software takes many seconds.
vi.setConfig({ testTimeout: 120_000 })

let test: TestEngine
beforeAll(async () => {
  if (withVulkan) process.env['VK_ICD_FILENAMES'] = swiftshader
  test = await startTestEngine()
})
afterAll(async () => {
  delete process.env['VK_ICD_FILENAMES']
  await test[Symbol.asyncDispose]()
})

const picture = () =>
  test.raster({ width: 96, height: 64, bands: 3, depth: 8 }, (x, y, b) => ((x * 13 + y * 7 + b * 50) % 180) + 30)

describe('auto', () => {
  it('takes the CPU where nothing faster passes, and remembers what it learned', async () => {
    const { report } = await test.denoise(await picture(), { run: { provider: 'auto' } })
    expect(report.provider).toBe('cpu')
    const remembered = JSON.parse(await readFile(join(test.run.cacheDir, 'providers.json'), 'utf8')) as object
    expect(Object.keys(remembered).some((key) => key.includes(':webgpu:'))).toBe(true)
  })
})

describe('a provider that was asked for by name', () => {
  it('is refused with the reason when it cannot run here', async () => {
    await expect(test.denoise(await picture(), { run: { provider: 'cuda' } })).rejects.toMatchObject({
      code: 'engine.providerUnavailable',
      params: { provider: 'cuda' },
    })
  })

  it.skipIf(!withVulkan)('WebGPU agrees with the CPU (needs a Vulkan driver)', async () => {
    const raster = await picture()
    const gpu = await test.denoise(raster, { run: { provider: 'webgpu' } })
    const cpu = await test.denoise(raster)
    expect(gpu.report).toMatchObject({ provider: 'webgpu', notes: [] })
    const [a, b] = [await test.samples(gpu.raster), await test.samples(cpu.raster)]
    expect(largestDifference(a, b)).toBeLessThanOrEqual(1)
  })
})

describe('doctor', () => {
  it('tells providers, their errors and speeds, and whether models are whole', async () => {
    const models = [fixtureModel('tiny-denoiser'), { id: 'gone', folder: join(test.dir, 'gone') }]
    const report = await test.engine.run<'doctor'>({ kind: 'doctor', models, run: test.run })
    expect(report.models).toMatchObject([
      { id: 'tiny-denoiser', state: 'intact' },
      { id: 'gone', state: 'missing' },
    ])
    const cpu = report.providers.find((p) => p.provider === 'cpu')
    expect(cpu).toMatchObject({ model: 'tiny-denoiser', state: 'passed', reason: null })
    expect(cpu?.megapixelsPerSecond).toBeGreaterThan(0)
    expect(report.providers.find((p) => p.provider === 'webgpu')?.state).toBe(withVulkan ? 'passed' : 'unavailable')
    expect(report.versions['onnxruntime']).toMatch(/^\d+\.\d+/)
  })
})
