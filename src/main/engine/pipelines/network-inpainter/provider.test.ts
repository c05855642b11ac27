import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  fixtureModel,
  largestDifference,
  startTestEngine,
  type TestEngine,
} from '../../../../../tests/support/engine.js'
import { InpaintEdit } from '../../../../shared/edit.js'
import type { RunOptions } from '../../protocol/tasks.js'

/** A software Vulkan driver that Debian's Chromium brings: the WebGPU provider runs on it, slowly. */
const swiftshader = '/usr/lib/chromium/vk_swiftshader_icd.json'
const withVulkan = existsSync(swiftshader)

// Compiling shaders for a GPU made of software takes many seconds.
vi.setConfig({ testTimeout: 180_000 })

let test: TestEngine
beforeAll(async () => {
  if (withVulkan) process.env['VK_ICD_FILENAMES'] = swiftshader
  test = await startTestEngine()
})
afterAll(async () => {
  delete process.env['VK_ICD_FILENAMES']
  await test[Symbol.asyncDispose]()
})

describe('a network that fills holes, on another provider', () => {
  async function fill(name: string, provider: RunOptions['provider']) {
    const raster = await test.raster(
      { width: 160, height: 120, bands: 3, depth: 8 },
      (x, y, b) => ((x * 13 + y * 7 + b * 50) % 180) + 30,
    )
    const rectangle = { kind: 'rectangle' as const, x: 60, y: 40, width: 30, height: 30, erase: false }
    const mask = { version: 1 as const, width: 160, height: 120, operations: [rectangle] }
    const result = await test.engine.run<'edit'>({
      kind: 'edit',
      ...{ raster, mask: { from: 'operations', mask, images: {} }, model: fixtureModel(name) },
      edit: InpaintEdit.parse({ kind: 'inpaint', model: name }),
      ...{ dir: test.dir, out: join(test.dir, `${name}-${provider}.v`), run: { ...test.run, provider } },
    })
    return { report: result.report, samples: await test.samples(result.raster) }
  }

  const contracts = ['lama-contract', 'migan-pipeline-contract', 'nhwc-bgr-contract']
  it.skipIf(!withVulkan).each(contracts)('%s: WebGPU agrees with the CPU (needs a Vulkan driver)', async (name) => {
    const gpu = await fill(name, 'webgpu')
    expect(gpu.report).toMatchObject({ provider: 'webgpu', notes: [] })
    expect(largestDifference(gpu.samples, (await fill(name, 'cpu')).samples)).toBeLessThanOrEqual(1)
  })

  it('one that the device cannot run is run on the CPU by auto, and refused by name', async () => {
    // Half floats: no device made of software has them, and where there is no device nothing runs on it at all.
    const { report, samples } = await fill('half-contract', 'auto')
    expect(report.provider).toBe('cpu')
    expect(samples).toEqual((await fill('half-contract', 'cpu')).samples)
    await expect(fill('half-contract', 'cuda')).rejects.toMatchObject({ code: 'engine.providerUnavailable' })
  })
})
