import { describe, expect, it } from 'vitest'
import { BYTES_PER_PIXEL, contextsOf, HoleFinder } from './context.js'

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })
const large = { width: 6000, height: 4000 }

describe('A fill costs what its hole is, not what the picture is', () => {
  it('looks at the hole and its own size around it', () => {
    expect(contextsOf(large, [box(3000, 2000, 200, 150)])).toEqual([
      { hole: box(3000, 2000, 200, 150), crop: box(2800, 1800, 600, 550) },
    ])
  })

  it('takes the same crop of 24 MP as of 2 MP', () => {
    const [small] = contextsOf({ width: 1600, height: 1250 }, [box(700, 500, 200, 200)])
    const [big] = contextsOf(large, [box(700, 500, 200, 200)])
    expect(big).toEqual(small)
  })

  it('sees at least 64 px around a small hole, and stops at the border', () => {
    expect(contextsOf(large, [box(10, 2000, 3, 3)])[0]!.crop).toEqual(box(0, 1936, 77, 131))
    expect(contextsOf(large, [box(5990, 3990, 10, 10)])[0]!.crop).toEqual(box(5926, 3926, 74, 74))
  })

  it('keeps to the memory that it may take', () => {
    const hole = box(1000, 1000, 900, 900)
    const { crop } = contextsOf(large, [hole], 2e6 * BYTES_PER_PIXEL)[0]!
    expect(crop.width * crop.height).toBeLessThanOrEqual(2e6)
    expect(crop.width).toBeGreaterThan(900 + 2 * 64)
  })

  it('fills near holes together and far ones apart', () => {
    const near = [box(100, 100, 20, 20), box(150, 110, 20, 20)]
    const far = box(4000, 3000, 20, 20)
    const contexts = contextsOf(large, [...near, far])
    expect(contexts.map(({ hole }) => hole)).toEqual([box(100, 100, 70, 30), far])
  })

  it('takes no more for a thousand specks than the picture itself', () => {
    const specks = Array.from({ length: 1000 }, (_, i) => box((i * 397) % 5990, (i * 211) % 3990, 4, 4))
    const contexts = contextsOf(large, specks)
    const pixels = contexts.reduce((sum, { crop }) => sum + crop.width * crop.height, 0)
    expect(pixels).toBeLessThan(1.2 * large.width * large.height)
    for (const speck of specks)
      expect(
        contexts.some(
          ({ hole }) =>
            hole.left <= speck.left &&
            hole.top <= speck.top &&
            hole.left + hole.width >= speck.left + 4 &&
            hole.top + hole.height >= speck.top + 4,
        ),
      ).toBe(true)
  })
})

describe('Connected holes of a mask', () => {
  const find = (rows: string[]) => {
    const finder = new HoleFinder()
    for (const row of rows) finder.add(Array.from(row, (c) => (c === '#' ? 255 : 0)))
    return finder.holes()
  }

  it('are found in one pass over its rows', () => {
    expect(find(['##...#', '......', '..#...'])).toEqual([box(0, 0, 2, 1), box(5, 0, 1, 1), box(2, 2, 1, 1)])
  })

  it('touch over corners, and join where two arms meet', () => {
    expect(find(['#...#', '.#.#.', '..#..'])).toEqual([box(0, 0, 5, 3)])
    expect(find(['#.#.#', '#.#.#', '#####'])).toEqual([box(0, 0, 5, 3)])
    expect(find(['###', '#.#', '###'])).toEqual([box(0, 0, 3, 3)])
  })

  it('are none in an empty mask', () => {
    expect(find(['...', '...'])).toEqual([])
  })
})
