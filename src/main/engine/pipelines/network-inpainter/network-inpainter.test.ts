import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixtureModel, startTestEngine, type TestEngine } from '../../../../../tests/support/engine.js'
import type { InpaintEdit } from '../../../../shared/edit.js'
import { ExtendEdit as Extend, InpaintEdit as Edit } from '../../../../shared/edit.js'
import type { MaskOperation } from '../../../../shared/mask/mask.js'
import type { ModelRef, RasterRef, RunOptions, TaskResult } from '../../protocol/tasks.js'

// The engine of a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let test: TestEngine
beforeAll(async () => {
  test = await startTestEngine()
})
afterAll(() => test[Symbol.asyncDispose]())

/** Surroundings and hole, so far apart in every channel that no mix-up gives the one for the other. */
const AROUND = [200, 90, 30]
const WITHIN = [20, 240, 130]

interface Box {
  x: number
  y: number
  width: number
  height: number
}

const inside = ({ x, y, width, height }: Box, px: number, py: number) =>
  px >= x && px < x + width && py >= y && py < y + height

const framed = (hole: Box, width = 200, height = 140): Promise<RasterRef> =>
  test.raster({ width, height, bands: 3, depth: 8 }, (x, y, band) => (inside(hole, x, y) ? WITHIN : AROUND)[band]!)

const taskOf = (raster: RasterRef, model: ModelRef, operations: MaskOperation[]) => ({
  ...{ raster, model, dir: test.dir },
  mask: {
    from: 'operations' as const,
    mask: { version: 1 as const, width: raster.width, height: raster.height, operations },
    images: {},
  },
})

async function inpaint(
  raster: RasterRef,
  hole: Box | MaskOperation[],
  { model, edit = {}, run = {} }: { model: ModelRef; edit?: Partial<InpaintEdit>; run?: Partial<RunOptions> },
): Promise<TaskResult<'edit'> & { samples: Uint8Array | Uint16Array }> {
  const operations = Array.isArray(hole) ? hole : [{ kind: 'rectangle' as const, ...hole, erase: false }]
  const result = await test.engine.run<'edit'>({
    kind: 'edit',
    ...taskOf(raster, model, operations),
    edit: Edit.parse({ kind: 'inpaint', model: model.id, ...edit }),
    out: join(test.dir, `out-${Math.random()}.v`),
    run: { ...test.run, ...run },
  })
  return { ...result, samples: await test.samples(result.raster) }
}

/** The mean colour of a box of an RGB picture. */
function meanOf(samples: ArrayLike<number>, width: number, box: Box): number[] {
  const sums = [0, 0, 0]
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++)
      for (let c = 0; c < 3; c++) sums[c]! += samples[3 * (y * width + x) + c]!
  return sums.map((sum) => sum / (box.width * box.height))
}

/** The largest difference of any channel from a colour, in a box or outside it. */
function furthest(samples: ArrayLike<number>, width: number, box: Box, colour: number[], where: 'in' | 'out'): number {
  let most = 0
  for (let at = 0; at < samples.length / 3; at++) {
    if (inside(box, at % width, Math.floor(at / width)) !== (where === 'in')) continue
    for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(samples[3 * at + c]! - colour[c]!))
  }
  return most
}

/** A copy of a fixture whose model.json says something else. */
async function described(name: string, change: (manifest: Record<string, unknown>) => void): Promise<ModelRef> {
  const folder = await mkdtemp(join(test.dir, 'model-'))
  await cp(fixtureModel(name).folder, folder, { recursive: true })
  const manifest = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>
  change(manifest)
  await writeFile(join(folder, 'model.json'), JSON.stringify(manifest))
  return { id: name, folder }
}

const HOLE = { x: 70, y: 50, width: 40, height: 30 }

const contracts = [
  'lama-contract',
  'migan-pipeline-contract',
  'migan-generator-contract',
  'four-channel-contract',
  'half-contract',
]

describe('a hole of a known colour in a picture of one colour', () => {
  it.each(contracts)('%s: becomes the colour around it, and nothing else changes', async (name) => {
    const raster = await framed(HOLE)
    const { samples, report } = await inpaint(raster, HOLE, { model: fixtureModel(name) })
    expect(furthest(samples, 200, HOLE, AROUND, 'in')).toBeLessThanOrEqual(1)
    expect(furthest(samples, 200, HOLE, AROUND, 'out')).toBe(0)
    expect(report).toMatchObject({ model: name, provider: 'cpu', notes: [] })
  })

  it('channels last and blue first: the network that adds blue adds it to blue', async () => {
    const { samples } = await inpaint(await framed(HOLE), HOLE, { model: fixtureModel('nhwc-bgr-contract') })
    expect(furthest(samples, 200, HOLE, [AROUND[0]!, AROUND[1]!, AROUND[2]! + 32], 'in')).toBeLessThanOrEqual(1)
    expect(furthest(samples, 200, HOLE, AROUND, 'out')).toBe(0)
  })

  it('16 bits: known pixels stay bit by bit', async () => {
    const colour = [51_400, 23_131, 7_711]
    const value = (x: number, y: number, c: number) => (inside(HOLE, x, y) ? 60_000 : colour[c]!)
    const raster = await test.raster({ width: 200, height: 140, bands: 3, depth: 16 }, value)
    const { samples } = await inpaint(raster, HOLE, { model: fixtureModel('lama-contract') })
    // The mean of so many pixels in single precision is not exact to 16 bits.
    expect(furthest(samples, 200, HOLE, colour, 'in')).toBeLessThanOrEqual(32)
    expect(furthest(samples, 200, HOLE, colour, 'out')).toBe(0)
  })
})

describe('what model.json says is what counts: said wrongly, the same network gives another colour', () => {
  const wrongly: [string, string, (manifest: Record<string, unknown>) => void][] = [
    ['the mask inverted', 'lama-contract', (m) => (m['mask'] = { known: 1, hole: 0 })],
    ['the range of the result', 'lama-contract', (m) => (m['range'] = { image: [0, 1], output: [0, 1] })],
    ['the range of the picture', 'migan-generator-contract', (m) => (m['range'] = { image: [0, 1], output: [-1, 1] })],
    ['no 0 in the hole', 'migan-generator-contract', (m) => (m['holeValue'] = null)],
    ['the mask without its offset', 'migan-generator-contract', (m) => (m['mask'] = { known: 1, hole: 0 })],
    [
      'the order of a stack',
      'four-channel-contract',
      (m) => (m['inputs'] = { stacked: 'input', order: ['mask', 'image'] }),
    ],
    ['red and blue', 'nhwc-bgr-contract', (m) => (m['channels'] = 'rgb')],
  ]
  it.each(wrongly)('%s', async (_what, name, change) => {
    const expected = name === 'nhwc-bgr-contract' ? [AROUND[0]!, AROUND[1]!, AROUND[2]! + 32] : AROUND
    const model = await described(name, (manifest) => {
      change(manifest)
      // Otherwise the check of that refuses it; see below.
      manifest['blends'] = false
    })
    const { samples } = await inpaint(await framed(HOLE), HOLE, { model })
    expect(Math.max(...meanOf(samples, 200, HOLE).map((v, c) => Math.abs(v - expected[c]!)))).toBeGreaterThan(4)
  })

  it('a network that is said to blend and changes what is known is refused', async () => {
    const model = await described('lama-contract', (m) => (m['mask'] = { known: 1, hole: 0 }))
    const raster = await test.raster({ width: 200, height: 140, bands: 3, depth: 8 }, (x) => x)
    await expect(inpaint(raster, HOLE, { model })).rejects.toMatchObject({
      code: 'model.invalid',
      params: { reason: expect.stringMatching(/blends/) as string },
    })
  })
})

describe('a graph that is not what model.json says is refused with a reason', () => {
  const graphs: [string, string, (manifest: Record<string, unknown>) => void, RegExp][] = [
    ['another element type', 'half-contract', (m) => delete m['elements'], /input image takes float16, not float32/],
    [
      'another size',
      'lama-contract',
      (m) => (m['size'] = { width: 256, height: 256 }),
      /takes the shape batchx3x512x512/,
    ],
    ['another name', 'lama-contract', (m) => (m['inputs'] = { image: 'picture', mask: 'mask' }), /inputs image, mask/],
    ['another output', 'lama-contract', (m) => (m['output'] = 'result'), /no output result/],
    [
      'no such multiple',
      'four-channel-contract',
      (m) => (m['size'] = { multipleOf: 24, least: 72 }),
      /SpaceToDepth|block/i,
    ],
  ]
  it.each(graphs)('%s', async (_what, name, change, reason) => {
    const model = await described(name, change)
    await expect(inpaint(await framed(HOLE), HOLE, { model })).rejects.toMatchObject({
      code: 'model.invalid',
      params: { model: name, reason: expect.stringMatching(reason) as string },
    })
  })

  it('a denoiser does not fill holes', async () => {
    await expect(inpaint(await framed(HOLE), HOLE, { model: fixtureModel('tiny-denoiser') })).rejects.toMatchObject({
      code: 'model.invalid',
    })
  })
})

describe('a hole of any size and form', () => {
  it('larger than the network sees: filled smaller, enlarged, and the person is told', async () => {
    const hole = { x: 60, y: 40, width: 700, height: 560 }
    const { samples, report } = await inpaint(await framed(hole, 820, 640), hole, {
      model: fixtureModel('lama-contract'),
    })
    expect(furthest(samples, 820, hole, AROUND, 'in')).toBeLessThanOrEqual(1)
    expect(furthest(samples, 820, hole, AROUND, 'out')).toBe(0)
    expect(report.notes).toMatchObject([{ code: 'inpaint.enlarged', params: { percent: 49 } }])
  })

  it('long and thin: piece by piece at full size', async () => {
    const scratch = { x: 4, y: 30, width: 900, height: 5 }
    const { samples, report } = await inpaint(await framed(scratch, 910, 80), scratch, {
      model: fixtureModel('migan-generator-contract'),
    })
    expect(furthest(samples, 910, scratch, AROUND, 'in')).toBeLessThanOrEqual(1)
    expect(report.notes).toEqual([])
  })

  it.each(contracts)('%s: in the corner of a picture smaller than it can be shown', async (name) => {
    const hole = { x: 0, y: 0, width: 20, height: 14 }
    const { samples } = await inpaint(await framed(hole, 41, 37), hole, { model: fixtureModel(name) })
    expect(furthest(samples, 41, hole, AROUND, 'in')).toBeLessThanOrEqual(1)
  })

  it('two holes apart are each filled from what is around them', async () => {
    const [left, right] = [
      { x: 20, y: 40, width: 30, height: 30 },
      { x: 1140, y: 40, width: 30, height: 30 },
    ]
    const raster = await test.raster({ width: 1200, height: 110, bands: 3, depth: 8 }, (x, y) =>
      inside(left, x, y) || inside(right, x, y) ? 255 : x < 600 ? 50 : 150,
    )
    const operations = [left, right].map((box) => ({ kind: 'rectangle' as const, ...box, erase: false }))
    const { samples } = await inpaint(raster, operations, { model: fixtureModel('migan-generator-contract') })
    expect(meanOf(samples, 1200, left)[0]).toBeCloseTo(50, 0)
    expect(meanOf(samples, 1200, right)[0]).toBeCloseTo(150, 0)
  })

  it('a transparent surrounding is not seen', async () => {
    const raster = await test.raster({ width: 200, height: 140, bands: 4, depth: 8 }, (x, _y, band) =>
      band === 3 ? (x < 60 ? 0 : 255) : x < 60 ? 255 : AROUND[band]!,
    )
    const { samples } = await inpaint(raster, HOLE, { model: fixtureModel('lama-contract') })
    const at = 4 * (60 * 200 + 90)
    expect([...samples.slice(at, at + 4)]).toEqual([...AROUND, 255])
  })
})

describe('a result is looked at before it is kept', () => {
  const noisy = () => test.raster({ width: 200, height: 140, bands: 3, depth: 8 }, (x, y) => (x * 7 + y * 3) % 256)

  it.each([
    ['not a number', 'nan-inpainter', 'notFinite'],
    ['one grey for everything', 'flat-inpainter', 'flat'],
  ])('%s: refused', async (_what, name, fault) => {
    await expect(inpaint(await noisy(), HOLE, { model: fixtureModel(name) })).rejects.toMatchObject({
      code: 'engine.badOutput',
      params: { model: name, fault },
    })
  })

  it('out of memory: shown less, and the person is told', async () => {
    const hole = { x: 60, y: 40, width: 120, height: 60 }
    const { samples, report } = await inpaint(await framed(hole, 300, 200), hole, {
      model: fixtureModel('hungry-inpainter'),
    })
    expect(furthest(samples, 300, hole, AROUND, 'in')).toBeLessThanOrEqual(1)
    expect(report.notes.map(({ code }) => code)).toContain('engine.retriedSmaller')
  })
})

describe('a canvas that grows', () => {
  it('is filled on all sides, once', async () => {
    const raster = await test.raster({ width: 90, height: 60, bands: 3, depth: 8 }, (_x, _y, band) => AROUND[band]!)
    const model = fixtureModel('four-channel-contract')
    const { area, variations } = await test.engine.run<'fill'>({
      kind: 'fill',
      ...{ raster, model, run: test.run, dir: await mkdtemp(join(test.dir, 'extend-')) },
      edit: Extend.parse({ kind: 'extend', model: model.id, left: 40, top: 8, right: 20, bottom: 30, variations: 3 }),
    })
    expect(area).toEqual({ left: -40, top: -8, width: 150, height: 98 })
    expect(variations).toMatchObject([{ distance: null, changed: true }])
    const samples = await test.samples(variations[0]!.raster)
    expect(furthest(samples, 150, { x: 0, y: 0, width: 150, height: 98 }, AROUND, 'in')).toBeLessThanOrEqual(1)
  })
})

describe('cancelling', () => {
  it('stops between two views', async () => {
    const scratch = { x: 4, y: 30, width: 2400, height: 5 }
    const raster = await framed(scratch, 2410, 80)
    const controller = new AbortController()
    const seen: number[] = []
    const running = test.engine.run<'edit'>(
      {
        kind: 'edit',
        ...taskOf(raster, fixtureModel('lama-contract'), [{ kind: 'rectangle', ...scratch, erase: false }]),
        edit: Edit.parse({ kind: 'inpaint', model: 'lama-contract' }),
        out: join(test.dir, 'cancelled.v'),
        run: test.run,
      },
      {
        signal: controller.signal,
        onProgress: ({ phase, fraction }) => {
          if (phase !== 'fill' || fraction <= 0.05) return
          seen.push(fraction)
          controller.abort()
        },
      },
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen[0]).toBeLessThan(0.9)
  })
})

describe('one variation', () => {
  it('is all there is, whatever the seed and however many are asked for', async () => {
    const raster = await framed(HOLE)
    const fill = async (seed: number) => {
      const model = fixtureModel('lama-contract')
      const { variations } = await test.engine.run<'fill'>({
        kind: 'fill',
        ...taskOf(raster, model, [{ kind: 'rectangle', ...HOLE, erase: false }]),
        edit: Edit.parse({ kind: 'inpaint', model: model.id, seed, variations: 4 }),
        dir: await mkdtemp(join(test.dir, 'fill-')),
        run: test.run,
      })
      expect(variations).toMatchObject([{ seed, distance: null, changed: true }])
      return test.samples(variations[0]!.raster)
    }
    expect(await fill(7)).toEqual(await fill(8))
  })

  it('another one that is asked for is the same, and the person is told', async () => {
    const { report } = await inpaint(await framed(HOLE), HOLE, {
      model: fixtureModel('lama-contract'),
      edit: { variations: 3, variation: 2 },
    })
    expect(report.notes).toMatchObject([{ code: 'inpaint.oneVariation', params: { model: 'lama-contract' } }])
  })
})

describe('doctor', () => {
  it('verifies them, and runs the golden tile that the manifest has numbers of', async () => {
    const models = [...contracts, 'nhwc-bgr-contract'].map(fixtureModel)
    const report = await test.engine.run<'doctor'>({ kind: 'doctor', models, run: test.run })
    expect(report.models).toEqual(models.map(({ id }) => ({ id, state: 'intact', reason: null })))
    const cpu = report.providers.filter(({ provider }) => provider === 'cpu')
    expect(cpu.map(({ model, state }) => [model, state])).toEqual(models.map(({ id }) => [id, 'passed']))
  })

  it('does not pass one whose golden tile comes out otherwise', async () => {
    const model = await described('lama-contract', (m) => (m['mask'] = { known: 1, hole: 0 }))
    const report = await test.engine.run<'doctor'>({ kind: 'doctor', models: [model], run: test.run })
    expect(report.providers.find(({ provider }) => provider === 'cpu')).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/recorded result/) as string,
    })
  })
})
