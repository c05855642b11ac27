/** For tests: states that come in by the door of all states, with pixels of the test's own. */
import { dirname, join } from 'node:path'
import { RasterReader, RasterWriter, readProfile, type Samples } from '../../src/main/engine/imaging/raster.js'
import { ExtendEdit, InpaintEdit } from '../../src/shared/edit.js'
import type { FillArea } from '../../src/shared/fill.js'
import type { RasterRef } from '../../src/main/engine/protocol/tasks.js'
import type { Studio } from '../../src/main/studio/studio.js'
import { currentState } from '../../src/main/studio/documents/history.js'

export type { Samples }

/** Resolves to its id when its pixels, and its history, are there. */
export async function opened(studio: Studio, path: string): Promise<string> {
  const id = await studio.documents.open(path)
  const stop = new AbortController()
  for await (const { documents } of studio.watch(stop.signal))
    if (documents.some((one) => one.id === id && one.phase !== 'opening')) stop.abort()
  return id
}

export async function samplesOf(studio: Studio, id: string, index: number): Promise<Samples> {
  const state = studio.documents.get(id).history.states[index]
  await using pixels = await studio.documents.pixels(id, state?.id ?? '')
  const reader = await RasterReader.open(pixels.raster)
  try {
    return await reader.readRows(0, pixels.raster.height)
  } finally {
    await reader.close()
  }
}

/** Noise in an area, as a fill is kept. */
export async function fillAt(studio: Studio, id: string, next: () => number, given?: FillArea): Promise<void> {
  await add(studio, id, InpaintEdit.parse({ kind: 'inpaint' }), async (raster, out) => {
    const [width, height] = [1 + Math.floor(next() * 90), 1 + Math.floor(next() * 90)]
    const left = Math.floor(next() * Math.max(1, raster.width - width))
    const top = Math.floor(next() * Math.max(1, raster.height - height))
    const area = given ?? {
      ...{ left, top, width: Math.min(width, raster.width), height: Math.min(height, raster.height) },
    }
    const patch = await noise({ ...raster, ...area, path: join(dirname(out), 'patch.v') }, next, null)
    const pasted = await studio.engine.run({ kind: 'paste', raster, patch, area, out })
    return { raster: pasted.raster, area }
  })
}

export async function changeAll(studio: Studio, id: string, next: () => number): Promise<void> {
  await add(studio, id, InpaintEdit.parse({ kind: 'inpaint' }), async (raster, out) => ({
    raster: await noise({ ...raster, path: out }, next, await readProfile(raster)),
    area: null,
  }))
}

/** Another size, larger or smaller. */
export async function resize(studio: Studio, id: string, next: () => number): Promise<void> {
  await add(studio, id, ExtendEdit.parse({ kind: 'extend' }), async (raster, out) => {
    const [width, height] = [1 + Math.floor(next() * 1300), 1 + Math.floor(next() * 700)]
    return { raster: await noise({ ...raster, width, height, path: out }, next, await readProfile(raster)), area: null }
  })
}

async function add(
  studio: Studio,
  id: string,
  edit: InpaintEdit | ExtendEdit,
  make: (raster: RasterRef, out: string) => Promise<{ raster: RasterRef; area: FillArea | null }>,
): Promise<void> {
  const document = studio.documents.get(id)
  const { signal } = document.gone
  await studio.documents.states.add(
    document,
    currentState(document.history).id,
    edit,
    signal,
    async ({ raster, out }) => ({
      ...(await make(raster, out)),
      report: null,
    }),
  )
  await studio.documents.states.stored(document)
}

async function noise(ref: RasterRef, next: () => number, profile: Buffer | null): Promise<RasterRef> {
  const { width, height, bands, depth } = ref
  const writer = await RasterWriter.create(ref.path, { width, height, bands, depth }, profile)
  const row = new (depth === 16 ? Uint16Array : Uint8Array)(width * bands)
  for (let y = 0; y < height; y++) {
    const base = next() * 200
    for (let i = 0; i < row.length; i++) row[i] = base + ((i * 7 + y) % 50)
    await writer.append(row)
  }
  return await writer.finish()
}
