import { describe, expect, it } from 'vitest'
import { indexOf, movedTo, originalIn, originOf, shift } from './origin.js'
import { documentOf, extend, inpaint, state, upscale } from './testing.js'

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

  it('keeps its size, and is its own canvas before the first of them', () => {
    const { width, height } = document.states[0] ?? { width: 0, height: 0 }
    expect(originalIn(document, 0)).toEqual({ x: 0, y: 0, width, height })
    expect(originalIn(document, 3)).toEqual({ x: 100, y: 200, width, height })
    expect(indexOf(document, 'filled')).toBe(2)
    expect(indexOf(document, 'gone')).toBe(0)
  })
})

describe('where the original lies in a picture that was enlarged', () => {
  const enlarged = documentOf({
    states: [
      state('original', null, 600, 400),
      state('wider', extend({ left: 100 }), 700, 400),
      state('larger', upscale, 1400, 800),
      state('higher', extend({ top: 50 }), 1400, 850),
    ],
    current: 3,
  })

  it('is scaled with what was added around it', () => {
    expect(originalIn(enlarged, 2)).toEqual({ x: 200, y: 0, width: 1200, height: 800 })
    expect(originalIn(enlarged, 3)).toEqual({ x: 200, y: 50, width: 1200, height: 800 })
  })

  it('what is looked at is found again in either direction', () => {
    const places = [0, 1, 2, 3].map((index) => originalIn(enlarged, index))
    const go = (from: number, to: number, x: number, y: number) =>
      movedTo(places[from] ?? places[0]!, places[to] ?? places[0]!, { x, y })
    expect(go(0, 3, 300, 200)).toEqual({ x: 800, y: 450 })
    expect(go(3, 0, 800, 450)).toEqual({ x: 300, y: 200 })
    expect(go(3, 2, 800, 450)).toEqual({ x: 800, y: 400 })
  })
})
