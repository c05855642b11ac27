/** How fast models ran on this machine, remembered to say beforehand how long an edit will take. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { Edit } from '../../shared/edit.js'
import type { ModelManifest } from '../../shared/model.js'
import type { JobReport } from '../../shared/picture.js'
import type { Log } from './log.js'
import { makeFolders, type StudioPaths } from './paths.js'

const Measured = z.object({
  /** Million pixels of output a second for one evaluation of the network; of an enlargement, those of `JobReport.work`. */
  megapixelsPerSecond: z.number().positive(),
  tile: z.number().int().nonnegative(),
  device: z.string(),
})
export type Measured = z.infer<typeof Measured>
/** By what is measured alone (see `keyOf`), then by provider. */
const File = z.object({ version: z.literal(1), speeds: z.record(z.string(), z.record(z.string(), Measured)) })

/**
 * How often each pixel is computed: once for the mean, once for each step of a sample, once for each turned picture of an
 * ensemble, once for each of the variations of a fill that are drawn.
 */
export function evaluations(edit: Edit, variations = 1): number {
  if (edit.kind === 'denoise') return edit.detail > 0 ? 1 + edit.steps : 1
  return edit.kind === 'upscale' ? (edit.ensemble ? 8 : 1) : variations
}

/** How many variations a fill comes to when all are drawn: a network fills a hole in one way, however many are asked for. */
export const variationsOf = (edit: Edit, kind: ModelManifest['kind']): number =>
  'variations' in edit && kind !== 'inpainter' ? edit.variations : 1

/** What is added around a picture is filled in long strips, one side after the other: its speed is another than a hole's. */
const keyOf = (model: string, { kind }: Pick<Edit, 'kind'>): string => (kind === 'extend' ? `${model}+extend` : model)

/** Below this, start-up and rounding say more than the network does. */
const TELLING_PIXELS = { denoise: 100_000, inpaint: 10_000, extend: 10_000, upscale: 100_000 } as const

export class Speeds {
  readonly #paths: StudioPaths
  readonly #log: Log
  readonly #file: string
  #speeds: z.infer<typeof File>['speeds'] = {}

  private constructor(paths: StudioPaths, log: Log) {
    this.#paths = paths
    this.#log = log
    this.#file = join(paths.state, 'speeds.json')
  }

  /** A missing or damaged file means that nothing was measured yet. */
  static async open(paths: StudioPaths, log: Log): Promise<Speeds> {
    const speeds = new Speeds(paths, log)
    try {
      speeds.#speeds = File.parse(JSON.parse(await readFile(speeds.#file, 'utf8'))).speeds
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn('speeds.json was not understood', error)
    }
    return speeds
  }

  of(model: string): Readonly<Record<string, Measured>> {
    return this.#speeds[model] ?? {}
  }

  /**
   * The measurement of an edit that counts for a choice of provider: its own, or for `auto` the fastest. Nothing was extended yet:
   * that of fills.
   */
  for(edit: Edit, provider: string): { provider: string; measured: Measured } | null {
    const own = this.of(keyOf(edit.model, edit))
    const known = Object.keys(own).length > 0 ? own : this.of(edit.model)
    const all = Object.entries(known).map(([name, measured]) => ({ provider: name, measured }))
    const fitting = provider === 'auto' ? all : all.filter((one) => one.provider === provider)
    return fitting.sort((a, b) => b.measured.megapixelsPerSecond - a.measured.megapixelsPerSecond)[0] ?? null
  }

  /**
   * The newest measurement counts half, so that one run beside other work does not spoil the forecast. `times`: how often each of
   * the report's pixels was computed.
   */
  async add(edit: Edit, report: JobReport, times: number): Promise<void> {
    if (report.pixelsOut < TELLING_PIXELS[edit.kind] || report.wallMs <= 0) return
    const now = ((report.work ?? report.pixelsOut) * times) / 1000 / report.wallMs
    const key = keyOf(report.model, edit)
    const before = this.of(key)[report.provider]?.megapixelsPerSecond ?? now
    const measured = { megapixelsPerSecond: (before + now) / 2, tile: report.tile, device: report.device }
    this.#speeds = { ...this.#speeds, [key]: { ...this.of(key), [report.provider]: measured } }
    try {
      makeFolders(this.#paths)
      await writeFileAtomic(this.#file, JSON.stringify({ version: 1, speeds: this.#speeds }), { mode: 0o600 })
    } catch (error) {
      // A forecast is not worth failing an edit that is done.
      this.#log.warn('speeds.json was not written', error)
    }
  }
}
