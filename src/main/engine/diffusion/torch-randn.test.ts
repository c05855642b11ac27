import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { TorchGenerator } from './torch-randn.js'
import vectors from './vectors/torch-randn.json' with { type: 'json' }

const bits = (values: Float32Array): number[] => [...new Int32Array(values.buffer)]
const sha256 = (values: Float32Array): string =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')

describe('a seed draws the numbers that PyTorch draws on the CPU, bit for bit', () => {
  it.each(vectors.single)('seed $seed, $bits.length values', ({ seed, bits: expected }) => {
    expect(bits(new TorchGenerator(seed).randn(expected.length))).toEqual(expected)
  })

  it.each(vectors.sequences)('several draws from one generator of seed $seed', ({ seed, bits: expected }) => {
    const generator = new TorchGenerator(seed)
    for (const draw of expected) expect(bits(generator.randn(draw.length))).toEqual(draw)
  })

  it.each(vectors.long)('$count values of seed $seed', ({ seed, count, sha256: expected }) => {
    expect(sha256(new TorchGenerator(seed).randn(count))).toBe(expected)
  })
})

describe('seeds that PyTorch would not take', () => {
  it.each([-1, 0.5, NaN, 2 ** 53])('%s', (seed) => {
    expect(() => new TorchGenerator(seed)).toThrow('seed')
  })
})
