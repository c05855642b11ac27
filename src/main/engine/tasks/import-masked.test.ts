import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { root } from '../../../../tests/support/engine.js'
import type { ImportGiven } from '../../../shared/model-import.js'
import { InpainterManifest } from '../../../shared/model.js'
import { isOfKind, loadNetwork, verifyModel } from '../models/load.js'
import { probeOf } from '../models/probe.js'
import { Inference } from '../runtime/inference.js'
import { Providers } from '../runtime/providers.js'
import { importNetwork } from './import-network.js'

vi.setConfig({ testTimeout: 120_000 })

const fixtures = join(root, 'tests/fixtures/models')
let inference: Inference
let dir: string
beforeAll(() => {
  inference = new Inference(pathToFileURL(join(root, 'out/main/inference-worker.js')))
  dir = mkdtempSync(join(tmpdir(), 'lacuna-import-'))
})
afterAll(() => {
  inference.close()
  rmSync(dir, { recursive: true, force: true })
})

let count = 0
async function looked(name: string, given: ImportGiven = {}) {
  const folder = join(dir, String(count++))
  mkdirSync(folder)
  const result = await importNetwork(
    {
      ...({ kind: 'import', source: join(fixtures, name, 'model.onnx'), dir: folder, given, photo: null } as const),
      run: { provider: 'cpu', tile: null, memoryBudget: 2e9, cacheDir: dir },
    },
    {
      engine: { inference, providers: new Providers(inference), provider: null, device: null },
      ...{ signal: new AbortController().signal, priority: 1 },
      ...{ progress: () => undefined, note: () => undefined, tellFill: () => undefined },
    },
  )
  return { folder, ...result }
}

async function imported(name: string): Promise<InpainterManifest> {
  const { folder, proposal, sample } = await looked(name)
  expect(sample?.after.length).toBeGreaterThan(100)
  const model = await loadNetwork({ id: 'imported', folder })
  await verifyModel(model)
  if (!isOfKind(model, 'inpainter')) throw new Error(`it is of the kind ${model.manifest.kind}`)
  expect(model.manifest).toEqual(proposal.manifest)
  // It runs as its golden tile says.
  const probe = probeOf(inference, model)
  const golden = await probe.golden('cpu')
  expect(probe.recorded).toHaveLength(8)
  for (const [place, value] of probe.recorded) expect(Math.abs(golden[place]! - value)).toBeLessThan(probe.tolerance)
  return model.manifest
}

describe('a network that fills holes is asked as it was built to be asked', () => {
  it.each([
    'lama-contract',
    'migan-pipeline-contract',
    'migan-generator-contract',
    'four-channel-contract',
    'half-contract',
    'nhwc-bgr-contract',
  ])('%s', async (name) => {
    const truth = InpainterManifest.parse(JSON.parse(readFileSync(join(fixtures, name, 'model.json'), 'utf8')))
    const found = await imported(name)
    const { inputs, output, layout, elements, range, mask, blends, precision } = truth
    expect(found).toMatchObject({ inputs, output, layout, elements, range, mask, blends })
    if ('width' in truth.size) expect(found.size).toEqual(truth.size)
    else expect(found.size).toMatchObject({ multipleOf: name === 'four-channel-contract' ? truth.size.multipleOf : 1 })
    // What a network blanks itself need not be blanked for it.
    if (name === 'migan-generator-contract') expect(found.holeValue).toBe(0)
    expect([found.task, precision === found.precision || precision === 'fp16']).toEqual(['inpaint', true])
  })
})

describe('what a person says of a network that fills holes', () => {
  it('is believed, and what comes out is shown; that it is unlike the scene is said', async () => {
    const { proposal } = await looked('nhwc-bgr-contract', { mask: { known: 255, hole: 0 } })
    expect(proposal.manifest).toMatchObject({ mask: { known: 255, hole: 0 } })
    expect(proposal.how).toMatchObject({ mask: 'given', channels: 'assumed' })
    expect(proposal.remarks.map(({ code }) => code)).toContain('unlike')
  })
})

describe('a network that takes a mask and fills nothing', () => {
  it('is refused', async () => {
    await expect(imported('flat-inpainter')).rejects.toMatchObject({ code: 'import.noFill' })
  })
})
