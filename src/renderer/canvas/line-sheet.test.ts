import { describe, expect, it } from 'vitest'
import { joined } from './line-sheet.js'

describe('pieces of a line', () => {
  it('become one line, whichever way each of them runs', () => {
    expect(joined([2, 0, 1, 0, 2, 0, 3, 0, 1, 0, 0, 0])).toEqual([[3, 0, 2, 0, 1, 0, 0, 0]])
  })

  it('become a ring that ends where it begins', () => {
    const [ring, ...others] = joined([0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0])
    expect(others).toEqual([])
    expect(ring).toHaveLength(2 * 5)
    expect(ring?.slice(0, 2)).toEqual(ring?.slice(-2))
  })

  it('stay apart where they do not meet', () => {
    expect(joined([0, 0, 1, 0, 5, 5, 6, 5])).toEqual([
      [0, 0, 1, 0],
      [5, 5, 6, 5],
    ])
  })

  it('are all drawn, each once, where three lines meet', () => {
    const pieces = [0, 0, 1, 0, 1, 0, 2, 0, 1, 0, 1, 1]
    const ends = (line: readonly number[]): string[] =>
      Array.from({ length: line.length / 2 - 1 }, (_, i) =>
        [line.slice(2 * i, 2 * i + 2), line.slice(2 * i + 2, 2 * i + 4)].map(String).sort().join(' '),
      )
    const found = joined(pieces).flatMap(ends).sort()
    expect(found).toEqual(['0,0 1,0', '1,0 1,1', '1,0 2,0'])
  })
})
