/** A fill in the studio: from Enter to the first thing that is seen of it, to its end, and until it is kept. */
import { join } from 'node:path'
import { InpaintEdit } from '../../src/shared/edit.js'
import { emptyMask } from '../../src/shared/mask/index.js'
import { createStudio, type Studio } from '../../src/main/studio/studio.js'
import { studioPaths } from '../../src/main/studio/index.js'
import { openEngine } from './engine.js'
import { makePhoto } from './photo.js'
import { anonymousOfTree } from './process-tree.js'
import { table } from './table.js'
import { openWorkspace } from './workspace.js'

/** Megapixels of the picture, diameter of the hole in px, threads. */
const FILLS = [
  { megapixels: 24, hole: 50, threads: 2 },
  { megapixels: 24, hole: 200, threads: 1 },
  { megapixels: 24, hole: 200, threads: 2 },
  { megapixels: 24, hole: 600, threads: 2 },
  { megapixels: 2, hole: 200, threads: 2 },
  { megapixels: 100, hole: 200, threads: 2 },
] as const
const MEMORY_MS = 50

export async function fills(quick: boolean): Promise<string> {
  const rows: string[][] = []
  for (const { megapixels, hole, threads } of FILLS) {
    const size = quick ? megapixels / 12 : megapixels
    const across = quick ? Math.ceil(hole / 4) : hole
    const { first, filled, search, kept, memory } = await fillOnce(size, across, threads)
    rows.push([
      ...[`${size.toFixed(quick ? 1 : 0)} MP`, `${across} px`, String(threads)],
      ...[first, filled, kept].map((ms) => (ms / 1000).toFixed(2)),
      `${(100 * (filled / search - 1)).toFixed(1)} %`,
      (memory / 1e6).toFixed(0),
    ])
  }
  return table(
    ['picture', 'hole', 'threads', 'first preview, s', 'filled, s', 'kept, s', 'around the search', 'memory, MB'],
    rows,
  )
}

interface Fill {
  /** From the call, ms. */
  first: number
  filled: number
  /** Time in the search alone, ms. */
  search: number
  /** From Enter in the strip to the new state, ms. */
  kept: number
  /** The largest of host and engine while it was filled, bytes. */
  memory: number
}

async function fillOnce(megapixels: number, hole: number, threads: number): Promise<Fill> {
  process.env['LACUNA_THREADS'] = String(threads)
  await using workspace = await openWorkspace()
  await using engine = openEngine()
  const { path } = await makePhoto(join(workspace.dir, 'photo.jpg'), megapixels)
  await using studio = await createStudio({
    engine: engine.client,
    paths: studioPaths({ dataDir: workspace.home }),
  })
  const id = await studio.documents.open(path)
  await until(studio, () => studio.documents.get(id).phase === 'ready' && studio.documents.get(id).noise !== null)
  // The first fill of a session starts the threads, which is not what is measured.
  await fillAt(studio, id, 20, 0.2)
  const fill = await fillAt(studio, id, hole, 0.5)
  delete process.env['LACUNA_THREADS']
  return fill
}

async function fillAt(studio: Studio, id: string, across: number, at: number): Promise<Fill> {
  const document = studio.documents.get(id)
  const { state } = document.ready()
  const { width, height } = state
  const ellipse = { x: width * at - across / 2, y: height * at - across / 2, width: across, height: across }
  const mask = { ...emptyMask(state), operations: [{ kind: 'ellipse' as const, ...ellipse, erase: false }] }
  await studio.masks.set(id, state.id, { mask, sources: null })
  let memory = 0
  const timer = setInterval(() => (memory = Math.max(memory, anonymousOfTree(process.pid))), MEMORY_MS)
  const began = performance.now()
  const { fill, job } = await studio.fills.start(id, InpaintEdit.parse({ kind: 'inpaint' }))
  await until(studio, () => (document.fill?.previews ?? 0) > 0 || document.fill?.done === true)
  const first = performance.now() - began
  await until(studio, () => document.fill?.done === true)
  const filled = performance.now() - began
  clearInterval(timer)
  await until(studio, () => studio.jobs.views().some((view) => view.id === job && view.endedAt !== null))
  const report = studio.jobs.views().find((view) => view.id === job)?.report
  if (report == null) throw new Error('the fill failed')
  const keeping = performance.now()
  await studio.fills.keep(id, fill, 0)
  return { first, filled, search: report.sessionMs, kept: performance.now() - keeping, memory }
}

/** Looks again with every change that the page would be told. */
async function until(studio: Studio, test: () => boolean): Promise<void> {
  const stop = new AbortController()
  for await (const _view of studio.watch(stop.signal)) {
    if (!test()) continue
    stop.abort()
    return
  }
}
