import { describe, expect, it } from 'vitest'
import { JobMeter, TimeLeft } from './progress.js'

describe('P5: progress of a job', () => {
  it('is one fraction over its parts, from 0 to 1, and never falls', () => {
    const meter = new JobMeter(['decode', 'edit', 'encode'], () => 0)
    const seen = [
      meter.update('decode', 'decode', 0),
      meter.update('decode', 'decode', 1),
      meter.update('edit', 'estimate', 0.2),
      meter.update('edit', 'denoise', 0.9),
      // The engine died and the edit starts again.
      meter.update('edit', 'estimate', 0.1),
      meter.update('encode', 'encode', 0.5),
      meter.update('encode', 'encode', 1),
    ].map(({ fraction }) => fraction)
    expect(seen[0]).toBe(0)
    expect(seen.at(-1)).toBeCloseTo(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen[4]).toBe(seen[3])
  })

  it('gives a job of one part its whole width', () => {
    expect(new JobMeter(['encode'], () => 0).update('encode', 'encode', 0.5).fraction).toBeCloseTo(0.5)
  })
})

describe('the time left', () => {
  it('is not said before anything can be known', () => {
    const left = new TimeLeft()
    expect(left.update(0, 0)).toBeNull()
    expect(left.update(0.001, 1000)).toBeNull()
  })

  it('is right for steady work', () => {
    const left = new TimeLeft()
    let said: number | null = null
    for (let second = 0; second <= 20; second++) said = left.update(second / 100, second * 1000)
    expect(said).toBeCloseTo(80, 0)
  })

  it('follows when the work slows down, without jumping', () => {
    const left = new TimeLeft()
    for (let second = 0; second <= 20; second++) left.update(second / 100, second * 1000)
    const before = left.update(0.2, 20_000) ?? 0
    const after = left.update(0.201, 21_000) ?? 0
    expect(after).toBeGreaterThan(before)
    expect(after).toBeLessThan(before * 1.5)
  })

  it('is zero at the end', () => {
    const left = new TimeLeft()
    left.update(0, 0)
    expect(left.update(1, 5000)).toBe(0)
  })
})
