import { describe, expect, it } from 'vitest'
import { indexOf, isExtended, originOf, shift } from './origin.js'
import { documentOf, extend, inpaint, state } from './testing.js'

const document = documentOf({
  states: [
    state('original'),
    state('wider', extend({ left: 100, right: 20 }), 720, 400),
    state('filled', inpaint, 720, 400),
    state('higher', extend({ top: '50%' }), 720, 600),
  ],
  current: 3,
})

describe('where the original lies on a canvas that was extended', () => {
  it('moves by what was added at the left and at the top, one extension after the other', () => {
    expect([0, 1, 2, 3].map((index) => originOf(document, index))).toEqual([
      { x: 0, y: 0 },
      { x: 100, y: 0 },
      { x: 100, y: 0 },
      { x: 100, y: 200 },
    ])
    expect(shift(document, 3, 1)).toEqual({ x: 0, y: -200 })
  })

  it('is its own canvas before the first of them', () => {
    expect([0, 1, 2].map((index) => isExtended(document, index))).toEqual([false, true, true])
    expect(indexOf(document, 'filled')).toBe(2)
    expect(indexOf(document, 'gone')).toBe(0)
  })
})
