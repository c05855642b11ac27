import { describe, expect, it } from 'vitest'
import { arrays, weightedSum, type Term } from './algebra.js'

describe('sums of fields in memory', () => {
  const fields = [1, 2, 3, 4, 5].map((n) => Float32Array.of(n, -n, n / 4))

  it.each([1, 2, 3, 4, 5])('of %i terms are new fields and leave the terms alone', async (count) => {
    const terms = fields.slice(0, count).map((field, i): Term<Float32Array> => [i + 0.5, field.slice()])
    const before = terms.map(([, field]) => field.slice())
    const expected = [0, 1, 2].map((at) => terms.reduce((sum, [weight, field]) => sum + weight * field[at]!, 0))
    expect([...(await arrays.combine(terms))]).toEqual(expected)
    expect(terms.map(([, field]) => field)).toEqual(before)
  })

  it('can be made in place', () => {
    const field = Float32Array.of(1, 2)
    expect(
      weightedSum(
        [
          [2, field],
          [1, Float32Array.of(5, 5)],
        ],
        field,
      ),
    ).toBe(field)
    expect([...field]).toEqual([7, 9])
  })

  it('need a term, and terms of one length', () => {
    expect(() => weightedSum([])).toThrow('no fields')
    expect(() =>
      weightedSum([
        [1, new Float32Array(3)],
        [1, new Float32Array(4)],
      ]),
    ).toThrow('3 and 4 values')
    expect(() => weightedSum([[1, new Float32Array(3)]], new Float32Array(2))).toThrow('values')
  })
})
