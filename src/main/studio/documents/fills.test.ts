import { rm } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import type { DocumentView, StudioView } from '../../../shared/contract.js'
import { ExtendEdit, InpaintEdit } from '../../../shared/edit.js'
import { emptyMask, type MaskOperation } from '../../../shared/mask/index.js'
import { OutputSettings } from '../../../shared/picture.js'
import { createStudio, type Studio } from '../studio.js'

// Every fill takes all cores, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const WIDTH = 160
const HEIGHT = 120
/** Bands of colour that go on behind the hole. */
const HOLE = { x: 60, y: 50, width: 16, height: 12 }

let home: TestHome
let studio: Studio
let id: string
let count = 0
beforeAll(async () => {
  home = testHome([])
  studio = await createStudio({ engine: home.engine(), paths: home.paths })
})
afterAll(async () => {
  await studio.close()
  const left = home.scratch()
  await home[Symbol.asyncDispose]()
  expect(left, 'a closed studio leaves no scratch').toEqual([])
})
beforeEach(async () => {
  id = await studio.documents.open(await striped('in.png'))
  await until(() => now().phase === 'ready')
})
afterEach(async () => {
  await studio.fills.discardOf(id)
  studio.documents.close(id)
  studio.jobs.clear()
  await rm(home.at('in.png'))
})

async function striped(name: string): Promise<string> {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      for (let c = 0; c < 3; c++) data[3 * (y * WIDTH + x) + c] = 60 + 40 * (Math.floor(x / 8) % 3) + 10 * c
  // Another content each time: the same would bring its history back.
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
  await image.withMetadata({ density: 100 + ++count }).toFile(home.at(name))
  return home.at(name)
}

const now = (): DocumentView => studio.documents.views().find((one) => one.id === id) ?? fail()
const fail = (): never => {
  throw new Error('the picture is not open')
}

/** The first view that satisfies; the test's own time limit ends the waiting. */
async function until(test: (view: StudioView) => boolean): Promise<void> {
  const stop = new AbortController()
  for await (const view of studio.watch(stop.signal)) if (test(view)) return stop.abort()
}

/** The state's id. */
const shown = (): string => now().states[now().current]?.id ?? fail()

function paint(...operations: MaskOperation[]): void {
  const mask = { ...emptyMask({ width: WIDTH, height: HEIGHT }), operations }
  void studio.masks.set(id, shown(), { mask, sources: null })
}
const box = (): MaskOperation => ({ kind: 'rectangle', ...HOLE, erase: false })
const inpaint = (change: Partial<InpaintEdit> = {}): InpaintEdit => InpaintEdit.parse({ kind: 'inpaint', ...change })

async function drawn(edit: InpaintEdit | ExtendEdit): Promise<string> {
  const { fill, job } = await studio.fills.start(id, edit)
  await until(({ jobs }) => jobs.some((one) => one.id === job && one.endedAt !== null))
  expect(studio.jobs.views().find((one) => one.id === job)).toMatchObject({ error: null, state: 'done' })
  return fill
}

/** The shown state's numbers, as they would be saved. */
async function pixels(): Promise<{ data: Buffer; width: number; height: number }> {
  const target = { path: home.at('out.png'), overwrite: 'always' as const }
  await studio.exports.export({ document: id, output: OutputSettings.parse({}), target })
  const { data, info } = await sharp(home.at('out.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  await rm(home.at('out.png'))
  return { data, width: info.width, height: info.height }
}

describe('a fill', () => {
  it('is drawn beside the picture: the area, previews, and the variations as they come', async () => {
    paint(box())
    const fill = await drawn(inpaint({ variations: 3 }))
    const view = now().fill
    expect(view).toMatchObject({ id: fill, done: true, area: { left: 60, top: 50, width: 16, height: 12 } })
    expect(view?.variations).toHaveLength(3)
    expect(view?.previews).toBeGreaterThan(0)
    expect(now().states).toHaveLength(1)

    const preview = await studio.fills.preview(id, fill, view?.previews ?? 0)
    expect(await sharp(preview.data).metadata()).toMatchObject({ width: 16, height: 12 })
    const picture = await studio.fills.picture(id, fill, 2, 'full', new AbortController().signal)
    expect(await sharp(picture.data).metadata()).toMatchObject({ width: 16, height: 12 })
  })

  it('that is kept becomes a state, and changes nothing outside of the mask', async () => {
    const before = await pixels()
    paint({ kind: 'ellipse', ...HOLE, erase: false })
    const fill = await drawn(inpaint())
    await studio.fills.keep(id, fill, 0)
    expect(now()).toMatchObject({ fill: null, current: 1, states: [{}, { edit: { kind: 'inpaint' } }] })
    const after = await pixels()
    let outside = 0
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const inside = x >= 60 && x < 76 && y >= 50 && y < 62
        const at = 3 * (y * WIDTH + x)
        if (!inside && !before.data.subarray(at, at + 3).equals(after.data.subarray(at, at + 3))) outside++
      }
    expect(outside).toBe(0)
  })

  it('has the same bytes whether it was shown among others or asked for alone', async () => {
    paint(box())
    const fill = await drawn(inpaint({ variations: 2, seed: 5 }))
    await studio.fills.keep(id, fill, 1)
    const chosen = await pixels()
    await studio.documents.show(id, 0)
    const again = await drawn(inpaint({ variations: 2, seed: 5 }))
    await studio.fills.keep(id, again, 1)
    expect((await pixels()).data.equals(chosen.data)).toBe(true)
  })

  it('that is undone shows the state with its mask again', async () => {
    paint(box())
    const fill = await drawn(inpaint())
    await studio.fills.keep(id, fill, 0)
    expect(studio.masks.get(id, shown())).toBeNull()
    await studio.documents.show(id, 0)
    expect(studio.masks.get(id, shown())?.mask.operations).toEqual([box()])
  })

  it('that is discarded leaves picture, mask and disk as they were', async () => {
    paint(box())
    const fill = await drawn(inpaint())
    await studio.fills.discard(id, fill)
    expect(now()).toMatchObject({ fill: null, states: [{ masked: true }] })
    await expect(studio.fills.keep(id, fill, 0)).rejects.toMatchObject({ code: 'fill.notFound' })
  })

  it('that is still being drawn is cancelled by being discarded', async () => {
    paint(box())
    const { fill, job } = await studio.fills.start(id, inpaint({ variations: 8 }))
    await studio.fills.discard(id, fill)
    await until(({ jobs }) => jobs.some((one) => one.id === job && one.endedAt !== null))
    expect(studio.jobs.views().find((one) => one.id === job)?.state).toBe('cancelled')
    expect(now().fill).toBeNull()
  })

  it('that was given up can be drawn once more from the list of jobs, on the state that it was of', async () => {
    paint(box())
    const kept = await drawn(inpaint())
    await studio.fills.keep(id, kept, 0)
    await studio.documents.show(id, 0)
    const { fill, job } = await studio.fills.start(id, inpaint({ variations: 8 }))
    await studio.fills.discard(id, fill)
    await until(({ jobs }) => jobs.some((one) => one.id === job && one.endedAt !== null))
    await studio.documents.show(id, 1)
    const again = await studio.jobs.retry(job)
    expect(now()).toMatchObject({ current: 0, fill: { job: again, edit: { variations: 8 }, state: 'original' } })
    // Once that state is gone, there is nothing to fill any more.
    await studio.fills.discardOf(id)
    const other = await drawn(inpaint({ seed: 3 }))
    await studio.fills.keep(id, other, 0)
    studio.documents.close(id)
    await expect(Promise.resolve(studio.jobs.retry(again))).rejects.toMatchObject({ code: 'document.notFound' })
    await studio.documents.reopen()
  })

  it('is replaced by the next', async () => {
    paint(box())
    const first = await drawn(inpaint())
    const second = await drawn(inpaint({ seed: 9 }))
    expect(now().fill?.id).toBe(second)
    await expect(studio.fills.keep(id, first, 0)).rejects.toMatchObject({ code: 'fill.notFound' })
  })

  it('takes only from where it was told to', async () => {
    // Left of the hole the stripes are as they are; a plain grey is allowed only.
    const mask = { ...emptyMask({ width: WIDTH, height: HEIGHT }), operations: [box()] }
    const only = { ...mask, operations: [{ kind: 'rectangle', x: 0, y: 0, width: 40, height: HEIGHT, erase: false }] }
    await studio.masks.set(id, shown(), { mask, sources: { mode: 'only', mask: only as typeof mask } })
    const fill = await drawn(inpaint())
    expect(now().fill?.variations).toMatchObject([{ changed: expect.any(Boolean) as boolean }])
    await studio.fills.keep(id, fill, 0)
  })

  it('needs something painted', async () => {
    await expect(studio.fills.start(id, inpaint())).rejects.toMatchObject({ code: 'mask.empty' })
  })

  it('of everything is refused with the picture in the sentence', async () => {
    paint({ kind: 'invert' })
    const { job } = await studio.fills.start(id, inpaint())
    await until(({ jobs }) => jobs.some((one) => one.id === job && one.endedAt !== null))
    expect(studio.jobs.views().find((one) => one.id === job)?.error).toMatchObject({
      code: 'mask.full',
      params: { name: 'in.png' },
    })
    expect(now().fill).toBeNull()
  })
})

describe('an extension', () => {
  const extend = (change: Partial<ExtendEdit>): ExtendEdit => ExtendEdit.parse({ kind: 'extend', ...change })

  it('is a state of another size, with the picture in it as it was', async () => {
    const before = await pixels()
    const fill = await drawn(extend({ left: 12, bottom: '10%' }))
    expect(now().fill?.area).toEqual({ left: -12, top: 0, width: WIDTH + 12, height: HEIGHT + 12 })
    await studio.fills.keep(id, fill, 0)
    expect(now().states[1]).toMatchObject({ width: WIDTH + 12, height: HEIGHT + 12 })
    const after = await pixels()
    expect(after).toMatchObject({ width: WIDTH + 12, height: HEIGHT + 12 })
    for (let y = 0; y < HEIGHT; y++) {
      const [from, to] = [3 * y * WIDTH, 3 * (y * after.width + 12)]
      expect(after.data.subarray(to, to + 3 * WIDTH).equals(before.data.subarray(from, from + 3 * WIDTH))).toBe(true)
    }
    // Nothing stays black that was not.
    const corner = 3 * ((after.height - 1) * after.width)
    expect(after.data.subarray(corner, corner + 3).every((value) => value > 30)).toBe(true)
  })

  it('of nothing is refused', async () => {
    await expect(studio.fills.start(id, extend({}))).rejects.toMatchObject({ code: 'extend.nothing' })
  })
})

describe('masks as pictures', () => {
  it('are selected by colour on the state’s own pixels', async () => {
    const operation = {
      kind: 'wand',
      x: 2,
      y: 2,
      tolerance: 4,
      contiguous: true,
      state: shown(),
      erase: false,
    } as const
    const { hash, area } = await studio.maskPictures.select(id, shown(), operation)
    expect(area).toEqual({ x: 0, y: 0, width: 8, height: HEIGHT })
    const { data } = await studio.maskPictures.picture(hash)
    expect(await sharp(data).metadata()).toMatchObject({ width: 8, height: HEIGHT })
  })

  it('are saved, and loaded again are the same', async () => {
    paint(box())
    const target = { path: home.at('in.mask.png'), overwrite: 'always' as const }
    expect(await studio.maskPictures.save(id, shown(), target)).toMatchObject({ name: 'in.mask.png' })
    const source = { from: 'file', path: home.at('in.mask.png'), fit: false } as const
    const { hash, area } = await studio.maskPictures.load(id, shown(), source)
    expect(area).toEqual({ x: 0, y: 0, width: WIDTH, height: HEIGHT })
    paint({ kind: 'image', hash, soft: false, fit: false, erase: false })
    await studio.maskPictures.save(id, shown(), target)
    const second = await studio.maskPictures.load(id, shown(), source)
    expect(second.hash).toBe(hash)
    await rm(home.at('in.mask.png'))
  })
})
