import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DoctorEvent } from '../../../src/shared/events.js'
import { eventsOf, openBench, type Bench } from './lacuna.js'

/** `lacuna inpaint --model ID`: a network of the person's own, in a folder with its model.json. */

// A command that starts an engine each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const AROUND = { r: 200, g: 90, b: 30 }
const HOLE = { left: 40, top: 30, width: 24, height: 20 }

let bench: Bench
beforeAll(async () => {
  bench = await openBench(['migan-generator-contract', 'migan-pipeline-contract'])
  const patch = (background: string) =>
    sharp({ create: { ...HOLE, channels: 3, background } })
      .png()
      .toBuffer()
  const framed = async (name: string, background: string | typeof AROUND, hole: string) =>
    sharp({ create: { width: 120, height: 90, channels: 3, background } })
      .composite([{ input: await patch(hole), left: HOLE.left, top: HOLE.top }])
      .png()
      .toFile(bench.at(name))
  await framed('a.png', AROUND, '#14f082')
  await framed('mask.png', '#000', '#fff')
})
afterAll(() => bench[Symbol.asyncDispose]())

const inpaint = (model: string, ...args: string[]) =>
  bench.run(['inpaint', 'a.png', '--mask', 'mask.png', '--model', model, '--provider', 'cpu', ...args])

/** Gives the model in the person's folder another manifest, and says how to undo that. */
async function redescribe(model: string, change: (text: string) => string): Promise<() => Promise<void>> {
  const file = join(bench.home, 'data/models', model, 'model.json')
  const before = await readFile(file, 'utf8')
  await writeFile(file, change(before))
  return () => writeFile(file, before)
}

describe('a network of the person’s own', () => {
  it('fills the hole, by its id', async () => {
    const { code, stdout } = await inpaint('migan-generator-contract', '-o', 'out.png', '--json')
    expect(code).toBe(0)
    expect(eventsOf(stdout, 'done')).toMatchObject([{ model: 'migan-generator-contract', provider: 'cpu' }])
    const { channels } = await sharp(bench.at('out.png')).stats()
    for (const [c, value] of Object.values(AROUND).entries()) {
      expect(channels[c]!.min).toBeGreaterThanOrEqual(value - 1)
      expect(channels[c]!.max).toBeLessThanOrEqual(value + 1)
    }
  })

  it('is in what doctor lists, verifies and runs', async () => {
    const { stdout } = await bench.run(['doctor', '--json'])
    const report = DoctorEvent.parse(JSON.parse(stdout))
    for (const id of ['migan-generator-contract', 'migan-pipeline-contract']) {
      expect(report.models).toContainEqual({ id, state: 'intact', reason: null })
      const cpu = report.providers.find(({ provider, model }) => provider === 'cpu' && model === id)
      expect(cpu).toMatchObject({ state: 'passed', reason: null })
    }
  })

  it('with a misspelt key in its model.json: says which, before any picture is looked at', async () => {
    const undo = await redescribe('migan-pipeline-contract', (text) => text.replace('"blends"', '"blend"'))
    const { code, stderr } = await inpaint('migan-pipeline-contract', '-o', 'bad.png')
    const { models } = DoctorEvent.parse(JSON.parse((await bench.run(['doctor', '--json'])).stdout))
    await undo()
    expect(models.find(({ id }) => id === 'migan-pipeline-contract')?.reason).toContain('Unrecognized key: "blend"')
    expect(code).toBe(1)
    expect(stderr).toContain('The model migan-pipeline-contract cannot be used')
    expect(stderr).toMatch(/blend/)
    expect(stderr).toContain('check its model.json')
  })

  it('whose graph takes something else than its model.json says: the picture fails, with that reason', async () => {
    const undo = await redescribe('migan-pipeline-contract', (text) =>
      text.replace('"image": "uint8"', '"image": "float32"'),
    )
    const { code, stdout } = await inpaint('migan-pipeline-contract', '-o', 'bad.png', '--json')
    await undo()
    expect(code).toBe(1)
    const [failed] = eventsOf(stdout, 'failed')
    expect(failed?.error.code).toBe('model.invalid')
    expect(failed?.error.message).toContain("the graph's input image takes uint8, not float32")
  })
})
