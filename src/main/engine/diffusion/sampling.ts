/** What a sampler is: an async generator over a denoiser. It knows of no progress, previews, cancelling or files. */
import { LacunaError } from '../../../shared/errors.js'
import type { Algebra, Term } from './algebra.js'
import type { Denoiser, NoiseSource } from './denoiser.js'

export interface SamplingStep<F> {
  /** 0, 1, …, `sigmas.length - 2`. */
  index: number
  /** Noise level of `sample`: `sigmas[index + 1]`. */
  sigma: number
  /** The field after this step. */
  sample: F
  /** The last estimate of the clean picture that this step asked the denoiser for. */
  denoised: F
}

export interface SamplerInput<F> {
  denoise: Denoiser<F>
  /** The noisy field at level `sigmas[0]`. It stays the caller's: it is not written to and not released. */
  x: F
  /** Falling levels, all above 0 but the last, which may be 0. One level alone is no step: a copy of `x` comes back. */
  sigmas: Float64Array | readonly number[]
  noise: NoiseSource<F>
  algebra: Algebra<F>
}

/**
 * Yields after each step and returns the final sample.
 *
 * Who releases what: the sampler releases every field it made or was given by `denoise` and `noise`, also when
 * iteration is stopped early (`break`, `return()`) or something throws. What it yields is valid until the next
 * `next()`, `return()` or `throw()`. The sample it returns belongs to the caller (it is the `sample` of the last
 * step); use {@link runSampler} to get it from a `for await`-like loop.
 */
export type Sampler<O = object> = <F>(input: SamplerInput<F>, options?: O) => AsyncGenerator<SamplingStep<F>, F>

/**
 * Walks a sampling to its end and returns the final sample (the caller's to release). `onStep` sees each step and may
 * throw, for instance to cancel: everything is released then.
 */
export async function runSampler<F>(
  sampling: AsyncGenerator<SamplingStep<F>, F>,
  onStep: (step: SamplingStep<F>) => void | Promise<void> = () => {},
): Promise<F> {
  let ended = false
  try {
    for (;;) {
      const next = await sampling.next()
      if (next.done) {
        ended = true
        return next.value
      }
      await onStep(next.value)
    }
  } finally {
    if (!ended) await sampling.return(undefined as never)
  }
}

/** The walk's levels: at least one, finite, falling, above 0 but for the last. Throws `internal` otherwise. */
export function checkSigmas(sigmas: Float64Array | readonly number[]): void {
  const fault = (reason: string): never => {
    throw new LacunaError('internal', { reason: `sigmas ${reason}: ${sigmas.join(', ')}` })
  }
  if (sigmas.length === 0) fault('are missing')
  sigmas.forEach((sigma, i) => {
    if (!Number.isFinite(sigma) || sigma < 0) fault('must be finite and not negative')
    if (sigma === 0 && i < sigmas.length - 1) fault('may be 0 at the end only')
    if (i > 0 && sigma >= sigmas[i - 1]!) fault('must fall')
  })
}

/** The fields that one sampling made: each is released once, or handed to the caller. */
export class OwnFields<F> {
  readonly #algebra: Algebra<F>
  readonly #owned = new Set<F>()

  constructor(algebra: Algebra<F>) {
    this.#algebra = algebra
  }

  /** Takes over a field that was made for this sampling. */
  async own(field: Promise<F>): Promise<F> {
    const made = await field
    this.#owned.add(made)
    return made
  }

  /** The sum of the terms; terms of weight 0 are not read. */
  combine(...terms: readonly Term<F>[]): Promise<F> {
    const used = terms.filter(([weight]) => weight !== 0)
    return this.own(this.#algebra.combine(used.length > 0 ? used : terms.slice(0, 1)))
  }

  /** Releases those of `fields` that are still owned; the caller's own `x` is never among them. */
  async release(...fields: readonly (F | null)[]): Promise<void> {
    for (const field of fields) {
      if (field !== null && this.#owned.delete(field)) await this.#algebra.release(field)
    }
  }

  /** The field is the caller's from now on. */
  handOver(field: F): F {
    this.#owned.delete(field)
    return field
  }

  async releaseAll(): Promise<void> {
    await this.release(...this.#owned)
  }
}
