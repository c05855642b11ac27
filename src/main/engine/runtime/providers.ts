/**
 * Which execution provider runs a model. onnxruntime's own list of providers does not fall back by itself, and a
 * GPU that answers may answer wrongly, so each provider earns its place: it runs the model's golden tile, is
 * compared with the CPU, and `auto` takes the fastest that agrees. The verdict is remembered per model hash,
 * onnxruntime, device and driver.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LacunaError, type Note } from '../../../shared/errors.js'
import { modelIdentity, type NetworkManifest } from '../../../shared/model.js'
import type { Model } from '../models/load.js'
import { type Probe, probeOf } from '../models/probe.js'
import type { RunOptions } from '../protocol/tasks.js'
import { deviceName, driverKey } from './device.js'
import type { Inference } from './inference.js'

/** Side of the window that providers are timed on. */
const TIMED = 256
/** A timed window that would take longer than this is not run. */
const HOPELESS_MS = 3000

const Verdict = z.object({
  provider: z.string(),
  device: z.string(),
  /** `testing` is written before a test: found later, it means that the test took the process down. */
  state: z.enum(['passed', 'failed', 'unavailable', 'testing']),
  maxError: z.number().nullable(),
  megapixelsPerSecond: z.number().nullable(),
  reason: z.string().nullable(),
})
export type Verdict = z.infer<typeof Verdict>
const Remembered = z.record(z.string(), Verdict)

export interface Choice {
  provider: string
  device: string
  /** What the person should know: a provider that is there but answers wrongly. */
  notes: Note[]
}

export class Providers {
  #inference: Inference
  #driver = driverKey()
  #running = new Map<string, Promise<Verdict>>()

  constructor(inference: Inference) {
    this.#inference = inference
  }

  /**
   * The provider for a job. `cpu` needs no test. A named one must pass or `engine.providerUnavailable` is thrown;
   * `auto` never throws for a GPU's sake.
   */
  async choose(model: Model<NetworkManifest>, run: RunOptions): Promise<Choice> {
    if (run.provider === 'cpu') return cpu()
    if (run.provider !== 'auto') {
      const verdict = await this.verdict(model, run.provider, run.cacheDir)
      if (verdict.state !== 'passed')
        throw new LacunaError('engine.providerUnavailable', {
          provider: run.provider,
          reason: verdict.reason ?? verdict.state,
        })
      return { provider: run.provider, device: verdict.device, notes: [] }
    }
    const candidates = (await this.candidates()).filter((name) => name !== 'cpu')
    let best: Choice = cpu()
    let bestSpeed = 0
    const notes: Note[] = []
    for (const name of candidates) {
      const verdict = await this.verdict(model, name, run.cacheDir)
      if (verdict.state === 'failed')
        notes.push({
          code: 'engine.providerFellBack',
          params: { provider: deviceName(name), device: deviceName('cpu'), reason: verdict.reason ?? '' },
        })
      if (verdict.state !== 'passed' || verdict.megapixelsPerSecond === null) continue
      if (bestSpeed === 0) bestSpeed = (await this.verdict(model, 'cpu', run.cacheDir)).megapixelsPerSecond ?? 0
      if (verdict.megapixelsPerSecond <= bestSpeed) continue
      bestSpeed = verdict.megapixelsPerSecond
      best = { provider: name, device: verdict.device, notes: [] }
    }
    return { ...best, notes }
  }

  /** Providers worth trying here, the CPU among them. TensorRT is left out: it compiles for minutes. */
  async candidates(): Promise<string[]> {
    const { names } = await this.#inference.backends()
    return names.filter((name) => name !== 'tensorrt')
  }

  /** Tests a provider with a model, or recalls what the test said. `fresh` tests again. */
  async verdict(model: Model<NetworkManifest>, provider: string, cacheDir: string, fresh = false): Promise<Verdict> {
    const { version } = await this.#inference.backends()
    const key = [keyOf(model.manifest), version, provider, this.#driver].join(':')
    const running = this.#running.get(key)
    if (running && !fresh) return running
    const verdict = this.#recallOrTest(key, model, provider, cacheDir, fresh)
    this.#running.set(key, verdict)
    verdict.catch(() => this.#running.delete(key))
    return verdict
  }

  async #recallOrTest(
    key: string,
    model: Model<NetworkManifest>,
    provider: string,
    cacheDir: string,
    fresh: boolean,
  ): Promise<Verdict> {
    const known = (await recall(cacheDir))[key]
    if (known && !fresh) {
      if (known.state !== 'testing') return known
      const crashed: Verdict = { ...known, state: 'failed', reason: 'its last self-test took the engine down' }
      await remember(cacheDir, key, crashed)
      return crashed
    }
    const blank = { provider, device: deviceName(provider), maxError: null, megapixelsPerSecond: null, reason: null }
    if (provider !== 'cpu') await remember(cacheDir, key, { ...blank, state: 'testing' })
    const verdict: Verdict = { ...blank, ...(await this.#test(model, provider)) }
    await remember(cacheDir, key, verdict)
    return verdict
  }

  async #test(
    model: Model<NetworkManifest>,
    provider: string,
  ): Promise<Pick<Verdict, 'state' | 'maxError' | 'megapixelsPerSecond' | 'reason'>> {
    try {
      const probe = probeOf(this.#inference, model)
      const got = await probe.golden(provider)
      let maxError = 0
      // The CPU is the reference for the others; its own reference is what the manifest recorded.
      if (provider === 'cpu') {
        for (const [place, value] of probe.recorded)
          maxError = Math.max(maxError, Math.abs((got[place] ?? NaN) - value))
        if (probe.recorded.length === 0 && !got.every(Number.isFinite)) maxError = NaN
      } else {
        const reference = await probe.golden('cpu')
        for (let i = 0; i < got.length; i++)
          maxError = Math.max(maxError, Math.abs((got[i] ?? NaN) - (reference[i] ?? NaN)))
      }
      if (!(maxError <= probe.tolerance)) {
        const reason = `differs from the ${provider === 'cpu' ? 'recorded result' : 'CPU'} by ${maxError.toPrecision(2)}`
        return {
          state: 'failed',
          maxError: Number.isFinite(maxError) ? maxError : null,
          megapixelsPerSecond: null,
          reason,
        }
      }
      return { state: 'passed', maxError, megapixelsPerSecond: await this.#time(probe, provider), reason: null }
    } catch (error) {
      // The worker itself is gone: that says nothing of the provider and must not be remembered of it.
      if (error instanceof LacunaError && error.code === 'engine.startFailed') throw error
      return { state: 'unavailable', maxError: null, megapixelsPerSecond: null, reason: firstSentence(error) }
    }
  }

  /**
   * Speed on a window of ordinary size; the first run, which also compiles shaders or packs weights, does not count.
   * A provider that is hopeless on the golden tile already (a GPU made of software) is not kept at it.
   */
  async #time(probe: Probe, provider: string): Promise<number> {
    const small = await speed(() => probe.golden(provider).then(() => probe.pixels))
    if (TIMED ** 2 / 1e3 / small > HOPELESS_MS) return small
    await probe.timed(provider, TIMED)
    return speed(() => probe.timed(provider, TIMED))
  }
}

/** Megapixels per second of a run that tells how many pixels it had. */
async function speed(run: () => Promise<number>): Promise<number> {
  const began = performance.now()
  const pixels = await run()
  return pixels / 1e3 / (performance.now() - began)
}

/** The same network may be described anew, and then it has to pass anew. */
function keyOf(manifest: NetworkManifest): string {
  if (manifest.kind === 'denoiser') return manifest.files.model.sha256.slice(0, 16)
  return createHash('sha256').update(modelIdentity(manifest)).digest('hex').slice(0, 16)
}

const cpu = (): Choice => ({ provider: 'cpu', device: deviceName('cpu'), notes: [] })

const memoryFile = (dir: string) => join(dir, 'providers.json')

/** A cache: when it cannot be read, the test is made again. */
async function recall(dir: string): Promise<Record<string, Verdict>> {
  try {
    return Remembered.parse(JSON.parse(await readFile(memoryFile(dir), 'utf8')))
  } catch {
    return {}
  }
}

async function remember(dir: string, key: string, verdict: Verdict): Promise<void> {
  await mkdir(dir, { recursive: true })
  const all = { ...(await recall(dir)), [key]: verdict }
  const temporary = `${memoryFile(dir)}.${process.pid}.tmp`
  await writeFile(temporary, JSON.stringify(all, null, 1))
  await rename(temporary, memoryFile(dir))
}

function firstSentence(error: unknown): string {
  if (error instanceof LacunaError && typeof error.params['reason'] === 'string') return error.params['reason']
  const text = (error instanceof Error ? error.message : String(error))
    // onnxruntime begins with the place in its own source that failed.
    .replace(/^.*\bwas false\. /s, '')
    .replace(/^Error: /, '')
  return (text.split('\n').find((line) => line.trim()) ?? text).trim().slice(0, 300)
}
