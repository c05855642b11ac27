import { describe, expect, it } from 'vitest'
import { continueTone } from './tone.js'

const SIDE = 40
const inHole = (k: number) => Math.abs((k % SIDE) - 19.5) < 8 && Math.abs(Math.floor(k / SIDE) - 19.5) < 8
const hole = () => Uint8Array.from({ length: SIDE * SIDE }, (_, k) => (inHole(k) ? 1 : 0))
const known = () => hole().map((open) => 1 - open)

/** What is added in the hole when the known pixels differ from the network's picture by this. */
function added(difference: (k: number) => number): number[] | null {
  const rim = {
    ...{ width: SIDE, height: SIDE, hole: hole(), known: known() },
    difference: Float32Array.from({ length: 3 * SIDE * SIDE }, (_, i) => difference(Math.floor(i / 3))),
  }
  if (!continueTone(rim)) return null
  return Array.from(hole().keys())
    .filter(inHole)
    .map((k) => rim.difference[3 * k]!)
}

describe('where the network’s picture and the known pixels lie side by side', () => {
  it('nothing is added when they are the same', () => expect(added(() => 0)).toBeNull())

  it('a difference of light is added all over the hole', () => {
    const values = added(() => 0.01)!
    expect(Math.min(...values)).toBeGreaterThan(0.0095)
    expect(Math.max(...values)).toBeLessThan(0.0101)
  })

  it('one that changes along the rim is continued smoothly from side to side', () => {
    const values = added((k) => (0.02 * (k % SIDE)) / SIDE)!
    const row = values.slice(8 * 16, 9 * 16)
    for (const [i, value] of row.entries()) if (i > 0) expect(value).toBeGreaterThan(row[i - 1]!)
  })

  it('what is no difference of light but another thing beside the hole is not drawn into it', () => {
    for (const value of added(() => 0.6)!) expect(Math.abs(value)).toBeLessThan(0.001)
  })
})
