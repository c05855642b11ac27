import { describe, expect, it } from 'vitest'
import { ROW, rowsAround, scrolledTo } from './rowList.js'

describe('the rows of a long list that are there', () => {
  const height = 20 * ROW

  it('cover what is in sight wherever it is scrolled to, and are always as many', () => {
    for (const down of [true, false])
      for (const top of [0, 1, ROW - 1, ROW, 5000 * ROW + 17, 10_000 * ROW - height]) {
        const { first, count } = rowsAround(top, height, 10_000, down)
        expect(count).toBe(37)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(first * ROW).toBeLessThanOrEqual(top)
        expect((first + count) * ROW).toBeGreaterThanOrEqual(Math.min(top + height, 10_000 * ROW))
        expect(first + count).toBeLessThanOrEqual(10_000)
      }
  })

  it('reach further to where the list is scrolled', () => {
    expect(rowsAround(1000 * ROW, height, 10_000, true).first).toBe(996)
    expect(rowsAround(1000 * ROW, height, 10_000, false).first).toBe(988)
  })

  it('are all of a short list', () => {
    expect(rowsAround(0, height, 3, true)).toEqual({ first: 0, count: 3 })
    expect(rowsAround(0, height, 0, true)).toEqual({ first: 0, count: 0 })
  })
})

describe('a row that is to be in sight', () => {
  const height = 20 * ROW

  it('moves the list no further than it must', () => {
    expect(scrolledTo(5, 'nearest', 2 * ROW, height)).toBe(2 * ROW)
    expect(scrolledTo(1, 'nearest', 2 * ROW, height)).toBe(ROW)
    expect(scrolledTo(22, 'nearest', 2 * ROW, height)).toBe(3 * ROW)
  })

  it('comes to the middle when it is jumped to', () => {
    expect(scrolledTo(100, 'centre', 0, height)).toBe(100 * ROW + ROW / 2 - 10 * ROW)
    expect(scrolledTo(0, 'centre', 0, height)).toBe(0)
  })
})
