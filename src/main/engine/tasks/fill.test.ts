/** Masks as people have them, on pictures as people have them: a sensible fill, or a clear sentence. */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { random, root, startTestEngine, type TestEngine } from '../../../../tests/support/engine.js'
import { InpaintEdit } from '../../../shared/edit.js'
import { emptyMask, type MaskOperation } from '../../../shared/mask/index.js'
import type { RasterShape, Samples } from '../imaging/raster.js'
import type { MaskSource, RasterRef, TakeFrom } from '../protocol/tasks.js'

vi.setConfig({ testTimeout: 120_000 })

const SIZE = { width: 48, height: 40 }
const HOLE = { left: 20, top: 16, width: 8, height: 6 }

let bench: TestEngine
beforeAll(async () => {
  bench = await startTestEngine()
})
afterAll(() => bench[Symbol.asyncDispose]())

/** Noise around a colour; alpha, where there is one, is opaque. */
function picture(change: Partial<RasterShape> = {}): Promise<RasterRef> {
  const shape: RasterShape = { ...SIZE, bands: 3, depth: 8, ...change }
  const full = shape.depth === 16 ? 65535 : 255
  const next = random(3)
  return bench.raster(shape, (_x, _y, band) => {
    const alpha = shape.bands % 2 === 0 && band === shape.bands - 1
    return Math.round(full * (alpha ? 1 : 0.4 + 0.1 * band + 0.1 * next()))
  })
}

async function inpaint(
  raster: RasterRef,
  mask: MaskSource,
  takeFrom?: TakeFrom,
): Promise<{ before: Samples; after: Samples }> {
  const edited = await bench.engine.run({
    ...{
      kind: 'edit',
      raster,
      mask,
      takeFrom,
      dir: bench.dir,
      run: bench.run,
      out: join(bench.dir, `${randomUUID()}.v`),
    },
    edit: InpaintEdit.parse({ kind: 'inpaint' }),
    model: { id: 'lacuna-patch', folder: join(root, 'models/lacuna-patch') },
  })
  return { before: await bench.samples(raster), after: await bench.samples(edited.raster) }
}

type Box = typeof HOLE
const painted = (...operations: MaskOperation[]): MaskSource => ({
  from: 'operations',
  mask: { ...emptyMask(SIZE), operations },
  images: {},
})
const box = ({ left: x, top: y, width, height }: Box): MaskOperation => ({
  ...{ kind: 'rectangle', x, y, width, height, erase: false },
})

/** How many numbers differ in the hole, and outside of it. */
function changes(
  { before, after }: { before: Samples; after: Samples },
  bands: number,
  { left, top, width, height }: Box,
) {
  let [inside, outside] = [0, 0]
  before.forEach((value, i) => {
    if (value === after[i]) return
    const [x, y] = [Math.floor(i / bands) % SIZE.width, Math.floor(i / bands / SIZE.width)]
    if (x >= left && x < left + width && y >= top && y < top + height) inside++
    else outside++
  })
  return { inside, outside }
}

/** A mask's file: `paint` where the hole is, `ground` elsewhere. */
async function maskFile(ground: string, paint: string, deep = false): Promise<MaskSource> {
  const { left, top, ...size } = HOLE
  const spot = await sharp({ create: { ...size, channels: 4, background: paint } })
    .png()
    .toBuffer()
  const path = join(bench.dir, `${randomUUID()}.png`)
  const image = sharp({ create: { ...SIZE, channels: 4, background: ground } }).composite([{ input: spot, left, top }])
  await (deep ? sharp(await image.png().toBuffer()).toColourspace('rgb16') : image).png().toFile(path)
  return { from: 'file', path, fit: false }
}

describe('a mask’s file', () => {
  it.each([
    ['white on black', '#000', '#fff', false],
    ['of any colour on black', '#000', '#d00', false],
    ['painted on transparency', '#fff0', '#fff', false],
    ['of 16 bits', '#000', '#fff', true],
  ] as const)('%s marks the hole, and nothing else changes', async (_, ground, paint, deep) => {
    const result = await inpaint(await picture(), await maskFile(ground, paint, deep))
    expect(changes(result, 3, HOLE)).toEqual({ inside: expect.any(Number) as number, outside: 0 })
    expect(changes(result, 3, HOLE).inside).toBeGreaterThan(HOLE.width * HOLE.height)
  })

  it('that a feathered mask was saved to is that mask', async () => {
    const raster = await picture()
    const mask = painted({ ...box(HOLE), kind: 'ellipse' } as MaskOperation, { kind: 'feather', pixels: 5 })
    const out = join(bench.dir, `${randomUUID()}.v`)
    const made = await bench.engine.run({ kind: 'mask', raster, mask, out, dir: bench.dir })
    const rect = { left: 0, top: 0, ...SIZE }
    const { data } = await bench.engine.run({ kind: 'region', raster: made.raster, rect, type: 'grey' })
    const path = join(bench.dir, `${randomUUID()}.png`)
    await writeFile(path, data)
    const saved = await inpaint(raster, { from: 'file', path, fit: false })
    expect(saved.after).toEqual((await inpaint(raster, mask)).after)
  })
})

describe('a painted mask', () => {
  it('of one pixel fills that', async () => {
    const pixel = { left: 24, top: 20, width: 1, height: 1 }
    const result = await inpaint(await picture(), painted(box(pixel)))
    expect(changes(result, 3, pixel).outside).toBe(0)
    const at = 3 * (20 * SIZE.width + 24)
    for (const [band, low] of [0.38, 0.48, 0.58].entries()) {
      expect(result.after[at + band]).toBeGreaterThan(255 * low)
      expect(result.after[at + band]).toBeLessThan(255 * (low + 0.14))
    }
  })

  it('that leaves one pixel known carries its colour on', async () => {
    const { before, after } = await inpaint(
      await picture(),
      painted({ kind: 'invert' }, { ...box({ left: 5, top: 5, width: 1, height: 1 }), erase: true } as MaskOperation),
    )
    const known = 3 * (5 * SIZE.width + 5)
    for (const band of [0, 1, 2]) expect(Math.abs(after[band]! - before[known + band]!)).toBeLessThanOrEqual(1)
  })

  it.each([
    ['nothing', [], 'mask.empty'],
    ['everything', [{ kind: 'invert' }], 'mask.full'],
    ['beside the picture', [box({ left: 100, top: 5, width: 9, height: 9 })], 'mask.outside'],
  ] as [string, MaskOperation[], string][])('of %s is refused', async (_, operations, code) => {
    await expect(inpaint(await picture(), painted(...operations))).rejects.toMatchObject({ code })
  })

  it('made for another size is refused', async () => {
    const mask = {
      ...emptyMask({ width: 10, height: 10 }),
      operations: [box({ left: 2, top: 2, width: 2, height: 2 })],
    }
    await expect(inpaint(await picture(), { from: 'operations', mask, images: {} })).rejects.toMatchObject({
      code: 'mask.size',
    })
  })
})

describe('a picture', () => {
  it('smaller than a patch is filled from what there is', async () => {
    const size = { width: 3, height: 3 }
    const raster = await bench.raster({ ...size, bands: 3, depth: 8 }, () => 90)
    const mask = { ...emptyMask(size), operations: [box({ left: 1, top: 1, width: 1, height: 1 })] }
    const { after } = await inpaint(raster, { from: 'operations', mask, images: {} })
    for (const value of after) expect(Math.abs(value - 90)).toBeLessThanOrEqual(1)
  })

  it.each([
    ['grey', { bands: 1 }],
    ['grey with alpha, 16 bits', { bands: 2, depth: 16 }],
    ['colour, 16 bits', { bands: 3, depth: 16 }],
    ['colour with alpha', { bands: 4 }],
  ] as [string, Partial<RasterShape>][])('%s changes in the hole alone, and never in its alpha', async (_, shape) => {
    const raster = await picture(shape)
    const result = await inpaint(raster, painted(box(HOLE)))
    expect(changes(result, raster.bands, HOLE)).toMatchObject({ outside: 0 })
    expect(changes(result, raster.bands, HOLE).inside).toBeGreaterThan(0)
    if (raster.bands % 2 === 0)
      for (let i = raster.bands - 1; i < result.after.length; i += raster.bands)
        expect(result.after[i]).toBe(result.before[i])
  })

  it('with transparency takes nothing from under it', async () => {
    // Left of the hole everything is transparent, and red below that.
    const raster = await bench.raster({ ...SIZE, bands: 4, depth: 8 }, (x, _y, band) => {
      const clear = x < HOLE.left
      return band === 3 ? (clear ? 0 : 255) : clear ? [255, 0, 0][band]! : [40, 90, 160][band]!
    })
    const { after } = await inpaint(raster, painted(box(HOLE)))
    for (let y = HOLE.top; y < HOLE.top + HOLE.height; y++)
      for (let x = HOLE.left; x < HOLE.left + HOLE.width; x++) expect(after[4 * (y * SIZE.width + x)]).toBeLessThan(60)
  })
})

describe('where a fill may take from', () => {
  // A band of stripes lies farther away than a fill looks by itself; all else is plain.
  const wide = { width: 320, height: 40 }
  const far = { left: 270, top: 0, width: 50, height: 40 }
  const striped = () =>
    bench.raster({ ...wide, bands: 3, depth: 8 }, (x, y) => (x >= far.left && y % 4 < 2 ? 200 : 100))
  const marked = (...operations: MaskOperation[]): MaskSource => ({
    ...{ from: 'operations', mask: { ...emptyMask(wide), operations }, images: {} },
  })
  /** How much neighbouring rows of the hole differ: nothing in a plain one. */
  async function texture(takeFrom?: TakeFrom): Promise<number> {
    const { after } = await inpaint(await striped(), marked(box(HOLE)), takeFrom)
    let sum = 0
    for (let y = HOLE.top + 1; y < HOLE.top + HOLE.height; y++)
      for (let x = HOLE.left; x < HOLE.left + HOLE.width; x++)
        sum += Math.abs(after[3 * (y * wide.width + x)]! - after[3 * ((y - 1) * wide.width + x)]!)
    return sum / (HOLE.width * (HOLE.height - 1))
  }

  it('is looked up however far away it was painted', async () => {
    expect(await texture()).toBeLessThan(1)
    expect(await texture({ mode: 'only', mask: marked(box(far)) })).toBeGreaterThan(5)
  })

  it('says nothing while nothing is painted', async () => {
    expect(await texture({ mode: 'only', mask: marked() })).toBeLessThan(1)
    expect(await texture({ mode: 'never', mask: marked() })).toBeLessThan(1)
  })

  it('may not be nowhere', async () => {
    const nowhere = inpaint(await striped(), marked(box(HOLE)), { mode: 'never', mask: marked({ kind: 'invert' }) })
    await expect(nowhere).rejects.toMatchObject({ code: 'mask.noSource' })
  })
})

describe('a wand', () => {
  it('in a mask is looked for on the picture itself', async () => {
    const raster = await bench.raster({ ...SIZE, bands: 3, depth: 8 }, (x, y) =>
      x >= HOLE.left && x < HOLE.left + 8 && y >= HOLE.top && y < HOLE.top + 6 ? 230 : 80,
    )
    const wand = { kind: 'wand', x: 22, y: 18, tolerance: 5, contiguous: true, state: 'it', erase: false } as const
    const { after } = await inpaint(raster, painted(wand, { kind: 'grow', pixels: 1 }))
    for (const value of after) expect(Math.abs(value - 80)).toBeLessThanOrEqual(2)
  })
})
