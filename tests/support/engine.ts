/** A real engine process on the built program, and rasters to give it. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DenoiseEdit } from '../../src/shared/edit.js'
import { RasterReader, RasterWriter, type RasterShape, type Samples } from '../../src/main/engine/imaging/raster.js'
import type { EngineClient, RunTaskOptions } from '../../src/main/engine/protocol/client.js'
import type { ModelRef, RasterRef, RunOptions, TaskResult } from '../../src/main/engine/protocol/tasks.js'
import { forkEngine } from '../../src/main/studio/engine/fork-link.js'
import { createEngine, type SupervisorOptions } from '../../src/main/studio/engine/supervisor.js'

export const root = resolve(import.meta.dirname, '../..')

export const fixtureModel = (name: string): ModelRef => ({
  id: name,
  folder: join(root, 'tests/fixtures/models', name),
})

export const denoiseEdit = (change: Partial<DenoiseEdit> = {}): DenoiseEdit => ({
  version: 1,
  kind: 'denoise',
  model: 'tiny-denoiser',
  sigma: 'auto',
  strength: 1,
  detail: 0,
  blend: 0,
  steps: 6,
  seed: 0,
  ...change,
})

export interface TestEngine extends AsyncDisposable {
  engine: EngineClient
  dir: string
  run: RunOptions
  raster(shape: RasterShape, value: (x: number, y: number, band: number) => number): Promise<RasterRef>
  denoise(
    raster: RasterRef,
    options?: { edit?: Partial<DenoiseEdit>; model?: string; run?: Partial<RunOptions> } & RunTaskOptions,
  ): Promise<TaskResult<'edit'>>
  samples(raster: RasterRef): Promise<Samples>
}

export async function startTestEngine(options: Partial<SupervisorOptions> = {}): Promise<TestEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'lacuna-engine-'))
  const engine = createEngine({ start: forkEngine(join(root, 'out/main/engine.js')), ...options })
  const run: RunOptions = { provider: 'cpu', tile: null, memoryBudget: 2e9, cacheDir: join(dir, 'cache') }
  return {
    engine,
    dir,
    run,
    async raster(shape, value) {
      const writer = await RasterWriter.create(join(dir, `${randomUUID()}.v`), shape, null)
      for (let y = 0; y < shape.height; y++) {
        const row = new (shape.depth === 16 ? Uint16Array : Uint8Array)(shape.width * shape.bands)
        for (let x = 0; x < shape.width; x++)
          for (let b = 0; b < shape.bands; b++) row[x * shape.bands + b] = value(x, y, b)
        await writer.append(row)
      }
      return writer.finish()
    },
    denoise: (raster, { edit, model = 'tiny-denoiser', run: change, ...rest } = {}) =>
      engine.run<'edit'>(
        {
          kind: 'edit',
          raster,
          edit: denoiseEdit({ model, ...edit }),
          model: fixtureModel(model),
          out: join(dir, `${randomUUID()}.v`),
          dir,
          run: { ...run, ...change },
        },
        rest,
      ),
    async samples(raster) {
      const reader = await RasterReader.open(raster)
      try {
        return await reader.readRows(0, raster.height)
      } finally {
        await reader.close()
      }
    },
    async [Symbol.asyncDispose]() {
      await engine.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** NaN when the lengths differ or a value is not a number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)))
  return most
}

/** A seeded generator for property tests: mulberry32 as uniform numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
