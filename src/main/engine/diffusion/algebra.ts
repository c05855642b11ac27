/**
 * The few operations that samplers need of a field (a noisy or a denoised picture). A field is whatever an
 * {@link Algebra} works on: a Float32Array in memory, or a picture in a scratch file that never fits there.
 */
import { LacunaError } from '../../../shared/errors.js'

/** One summand: `weight * field`. */
export type Term<F> = readonly [weight: number, field: F]

export interface Algebra<F> {
  /**
   * The sum of `weight * field` over the terms (at least one), elementwise, as a new field that belongs to the
   * caller. No term is written to; a single term of weight 1 is a copy.
   */
  combine(terms: readonly Term<F>[]): Promise<F>
  /** The field is not needed any more. Called once for each field. */
  release(field: F): Promise<void>
}

/** Fields in memory. Sums are made in double precision and rounded once. */
export const arrays: Algebra<Float32Array> = {
  combine: (terms) => Promise.resolve(weightedSum(terms)),
  release: () => Promise.resolve(),
}

/** `sum of weight * field` into `out` (a new array unless given; it may be one of the fields). */
export function weightedSum(terms: readonly Term<Float32Array>[], out?: Float32Array): Float32Array {
  const [first, ...rest] = terms
  if (!first) throw new LacunaError('internal', { reason: 'a sum of no fields has no shape' })
  const length = first[1].length
  const sum = out ?? new Float32Array(length)
  for (const [, field] of [...rest, [1, sum] as const]) {
    if (field.length !== length) {
      throw new LacunaError('internal', { reason: `fields of ${length} and ${field.length} values in one sum` })
    }
  }
  const [a, x] = first
  const [b, y] = rest[0] ?? [0, x]
  const [c, z] = rest[1] ?? [0, x]
  // One pass for the usual one, two or three terms: a zero weight adds nothing but a NaN would spread, so each has its loop.
  if (rest.length === 0) for (let i = 0; i < length; i++) sum[i] = a * x[i]!
  else if (rest.length === 1) for (let i = 0; i < length; i++) sum[i] = a * x[i]! + b * y[i]!
  else if (rest.length === 2) for (let i = 0; i < length; i++) sum[i] = a * x[i]! + b * y[i]! + c * z[i]!
  else {
    for (let i = 0; i < length; i++) {
      let value = 0
      for (const [weight, field] of terms) value += weight * field[i]!
      sum[i] = value
    }
  }
  return sum
}
