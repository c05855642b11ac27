import { describe, expect, it } from 'vitest'
import { KnownShapes } from './known-shapes.js'

const feeds = (side: number) => ({ sample: { dims: [1, 3, side, side] } })
const output = (side: number) => ({ out: { dims: [1, 1, side, side] } })

describe('the shape of a result is known', () => {
  it('once the same feeds have run', () => {
    const shapes = new KnownShapes()
    expect(shapes.of(feeds(8))).toBeUndefined()
    shapes.learn(feeds(8), output(16))
    expect(shapes.of(feeds(8))).toEqual([1, 1, 16, 16])
    expect(shapes.of(feeds(9))).toBeUndefined()
  })

  it('never where it hangs on what is in the picture', () => {
    const shapes = new KnownShapes()
    for (const side of [16, 17, 16]) shapes.learn(feeds(8), output(side))
    expect(shapes.of(feeds(8))).toBeUndefined()
  })

  it('of one output that is floats', () => {
    const shapes = new KnownShapes()
    shapes.learn(feeds(8), { ...output(8), more: { dims: [1] } })
    shapes.learn(feeds(9), { out: { dims: [1, 1, 9, 9], type: 'float16' } })
    expect(shapes.of(feeds(8))).toBeUndefined()
    expect(shapes.of(feeds(9))).toBeUndefined()
  })
})
