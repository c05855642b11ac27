/**
 * The numbers of PyTorch's CPU `torch.randn(n, generator=torch.Generator().manual_seed(seed))` for float32, so that a
 * seed means here what it means to diffusers. Checked bit by bit against PyTorch 2.13 on x86 with AVX2; its builds
 * without AVX2 (Apple silicon, for instance) take logarithm, sine and cosine from the system and differ in the last digits.
 *
 * Words come from MT19937 (Matsumoto & Nishimura 1998), normals from Box and Muller (1958) in two ways: 16 at once in
 * single precision, or, for fewer than 16, pairs in double precision. The single-precision functions are those of
 * Moshier's Cephes library (logf, sinf, cosf), with the multiplications and additions fused where PyTorch's are.
 */
import { LacunaError } from '../../../shared/errors.js'

const N = 624
const M = 397

/** MT19937 with 32-bit words. */
class MersenneTwister {
  readonly #state = new Int32Array(N)
  #next = N

  constructor(seed: number) {
    this.#state[0] = seed
    for (let i = 1; i < N; i++) {
      const before = this.#state[i - 1]!
      this.#state[i] = Math.imul(before ^ (before >>> 30), 1812433253) + i
    }
  }

  /** A word as an unsigned number. */
  word(): number {
    if (this.#next === N) this.#twist()
    let y = this.#state[this.#next++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  #twist(): void {
    const state = this.#state
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff)
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.#next = 0
  }
}

/** A generator like `torch.Generator('cpu').manual_seed(seed)`: calls go on where the one before ended. */
export class TorchGenerator {
  readonly #words: MersenneTwister
  /** The second normal of a pair, kept for the next small draw. */
  #spare: number | null = null

  /** `seed`: a whole number from 0 to 2^53 - 1; like PyTorch, only its low 32 bits count. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new LacunaError('internal', { reason: `the seed ${seed} is not whole` })
    this.#words = new MersenneTwister(seed >>> 0)
  }

  /** `torch.randn(count)` as float32. */
  randn(count: number): Float32Array {
    const out = new Float32Array(count)
    if (count < 16) {
      for (let i = 0; i < count; i++) out[i] = this.#normal()
      return out
    }
    for (let i = 0; i < count; i++) out[i] = this.#uniform24()
    for (let i = 0; i + 16 <= count; i += 16) boxMuller16(out, i)
    if (count % 16 !== 0) {
      // The last 16 are drawn anew, also those of them that were finished.
      const tail = count - 16
      for (let i = tail; i < count; i++) out[i] = this.#uniform24()
      boxMuller16(out, tail)
    }
    return out
  }

  /** One normal in double precision. */
  #normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    const angle = 2 * Math.PI * this.#uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()))
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  #uniform24(): number {
    return (this.#words.word() & 0xffffff) * 2 ** -24
  }

  #uniform53(): number {
    const high = this.#words.word() & 0x1fffff
    return (high * 2 ** 32 + this.#words.word()) * 2 ** -53
  }
}

const round = Math.fround
/** A fused multiply-add of floats: the product is exact in double precision. */
const fused = (a: number, b: number, c: number): number => round(a * b + c)

const TWO_PI = round(2 * Math.PI)

/** Turns 16 uniforms at `at` into normals: 8 radii, then 8 angles; 8 cosines come out, then 8 sines. */
function boxMuller16(values: Float32Array, at: number): void {
  for (let i = at; i < at + 8; i++) {
    const radius = round(Math.sqrt(round(-2 * logf(round(1 - values[i]!)))))
    const angle = round(TWO_PI * values[i + 8]!)
    values[i] = radius * trigonometric(angle, 'cos')
    values[i + 8] = radius * trigonometric(angle, 'sin')
  }
}

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(round)
/** ln 2 in two parts, the first exact in few bits. */
const LN2_HIGH = 0.693359375
const LN2_LOW = round(-2.1219444e-4)
const SQRT_HALF = round(Math.SQRT1_2)

/** ln of a float in (0, 1]. */
function logf(value: number): number {
  let exponent = 0
  let mantissa = value
  // Powers of two are exact, and uniforms of 24 bits have at most 24 of them.
  while (mantissa < 0.5) {
    mantissa *= 2
    exponent -= 1
  }
  if (mantissa < SQRT_HALF) {
    mantissa *= 2
    exponent -= 1
  }
  const x = round(mantissa - 1)
  const square = round(x * x)
  let y = LOG[0]!
  for (let i = 1; i < LOG.length; i++) y = fused(y, x, LOG[i]!)
  y = fused(round(y * x), square, round(exponent * LN2_LOW))
  y = fused(-square, 0.5, y)
  return fused(exponent, LN2_HIGH, round(x + y))
}

const FOUR_OVER_PI = round(4 / Math.PI)
/** -pi / 4 in three parts, the first two exact in few bits. */
const QUARTER_PI = [-0.78515625, -2.4187564849853516e-4, round(-3.774894977445941e-8)] as const
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(round) as [number, number, number]
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(round) as [number, number, number]

/** Sine or cosine of a float in [0, 2 pi]. */
function trigonometric(angle: number, which: 'sin' | 'cos'): number {
  const octant = (Math.trunc(round(angle * FOUR_OVER_PI)) + 1) & ~1
  const x = QUARTER_PI.reduce<number>((rest, part) => fused(octant, part, rest), angle)
  const square = round(x * x)
  const bySine = ((octant & 2) === 0) === (which === 'sin')
  const negative = which === 'sin' ? (octant & 4) !== 0 : (~(octant - 2) & 4) !== 0
  let value: number
  if (bySine) {
    const y = fused(fused(SIN[0], square, SIN[1]), square, SIN[2])
    value = fused(round(y * square), x, x)
  } else {
    const y = round(fused(fused(COS[0], square, COS[1]), square, COS[2]) * square)
    value = round(fused(y, square, -round(square * 0.5)) + 1)
  }
  return negative ? -value : value
}
