import { describe, expect, it } from 'vitest'
import { Buffers } from './buffers.js'

describe('buffers', () => {
  it('are used again when they have the length that is wanted', () => {
    const buffers = new Buffers()
    const array = buffers.take(10)
    buffers.give(array)
    expect(buffers.take(11)).not.toBe(array)
    expect(buffers.take(10)).toBe(array)
    expect(buffers.take(10)).not.toBe(array)
  })

  it('are none that lie in a larger one, or were given away', () => {
    const buffers = new Buffers()
    const large = new Float32Array(20)
    const gone = new Float32Array(10)
    structuredClone(gone, { transfer: [gone.buffer] })
    buffers.give(large.subarray(0, 10))
    buffers.give(gone)
    expect(buffers.take(10).buffer.byteLength).toBe(40)
  })

  it('are forgotten, the lengths that were not used for longest first, when too many lie unused', () => {
    const buffers = new Buffers(100)
    const [old, other, newest] = [new Float32Array(10), new Float32Array(12), new Float32Array(13)]
    for (const array of [old, other, newest]) buffers.give(array)
    expect(buffers.take(13)).toBe(newest)
    expect(buffers.take(12)).toBe(other)
    expect(buffers.take(10)).not.toBe(old)
    buffers.give(new Float32Array(26))
    expect(buffers.take(26)[0]).toBe(0)
  })
})
