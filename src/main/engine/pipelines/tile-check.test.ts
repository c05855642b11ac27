import { describe, expect, it } from 'vitest'
import { flatness, statistics, tileFault } from './tile-check.js'

const shape = { width: 40, height: 29 }
const area = shape.width * shape.height

describe('a flat output', () => {
  it.each([
    ['in the first rows', 0],
    ['in the last channel alone', 2 * area + 20 * shape.width],
  ])('is a fault where the picture has something, %s', (_, from) => {
    const picture = new Float32Array(3 * area).fill(0.5)
    picture.fill(0.9, from, from + 8 * shape.width)
    const black = new Float32Array(3 * area)
    expect(tileFault(black, statistics(picture, shape))).toBe('flat')
    expect(tileFault(black, flatness(picture, shape))).toBe('flat')
    expect(tileFault(picture, flatness(picture, shape))).toBeNull()
  })

  it('is none where the picture has nothing but noise', () => {
    const sky = Float32Array.from({ length: 3 * area }, (_, i) => 0.5 + (i % 2 === 0 ? 0.05 : -0.05))
    expect(tileFault(new Float32Array(3 * area).fill(0.5), statistics(sky, shape))).toBeNull()
    expect(tileFault(new Float32Array(3 * area).fill(0.5), flatness(sky, shape))).toBeNull()
  })
})

it('of the values that are told apart by their mean, all count', () => {
  const picture = Float32Array.from({ length: 3 * area }, (_, i) => (i % 7) / 10)
  const mean = picture.reduce((sum, value) => sum + value, 0) / picture.length
  expect(statistics(picture, shape).mean).toBeCloseTo(mean, 12)
})
