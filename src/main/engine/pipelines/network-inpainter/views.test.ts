import { describe, expect, it } from 'vitest'
import { mirrored, sampleAt, shown } from './resample.js'
import { marginOf, type Sight, type View, viewsOf } from './views.js'

const fixed: Sight = { width: 64, height: 64, free: null }
const free: Sight = { width: 256, height: 256, free: { multipleOf: 32, least: 64 } }

/** A crop of which some boxes are to be filled. */
function crop(width: number, height: number, ...boxes: { left: number; top: number; width: number; height: number }[]) {
  const hole = new Uint8Array(width * height)
  for (const box of boxes)
    for (let y = box.top; y < box.top + box.height; y++)
      hole.fill(1, y * width + box.left, y * width + box.left + box.width)
  return { width, height, unknown: hole, hole }
}

const views = (of: ReturnType<typeof crop>, sight: Sight): View[] => viewsOf(of, of.hole, sight)

describe('what a network is shown of a hole', () => {
  it('a small one as it is, in the middle', () => {
    expect(views(crop(200, 200, { left: 90, top: 92, width: 20, height: 16 }), fixed)).toEqual([
      { part: { left: 90, top: 92, width: 20, height: 16 }, scale: 1, left: 68, top: 68, width: 64, height: 64 },
    ])
  })

  it('not beyond the border where there is enough on the other side', () => {
    const [view] = views(crop(200, 200, { left: 0, top: 190, width: 10, height: 10 }), fixed)
    expect(view).toMatchObject({ left: 0, top: 136 })
  })

  it('a long thin one piece by piece, each at most half of what it sees, all of them the whole', () => {
    const scratch = crop(400, 100, { left: 10, top: 48, width: 380, height: 3 })
    const pieces = views(scratch, fixed)
    expect(pieces.every(({ part, scale }) => part.width <= 32 && scale === 1)).toBe(true)
    expect(pieces.reduce((sum, { part }) => sum + part.width * part.height, 0)).toBe(380 * 3)
    expect(pieces.map(({ part }) => part.left)).toEqual([...pieces.map(({ part }) => part.left)].sort((a, b) => a - b))
  })

  it('squares without a hole are left out', () => {
    const two = crop(400, 80, { left: 10, top: 40, width: 5, height: 5 }, { left: 380, top: 40, width: 5, height: 5 })
    expect(views(two, fixed).map(({ part }) => part.left)).toEqual([10, 380])
  })

  it('a large one smaller, with a third of the view for its surroundings', () => {
    const [view, ...more] = views(crop(400, 400, { left: 100, top: 150, width: 200, height: 100 }), fixed)
    expect(more).toEqual([])
    expect(view?.scale).toBeCloseTo(300 / 64, 10)
    expect((200 / view!.scale / 64).toFixed(3)).toBe((2 / 3).toFixed(3))
  })

  it('as much as it needs where its size is free, in multiples, and not less than the least', () => {
    const [small] = views(crop(500, 500, { left: 250, top: 250, width: 10, height: 10 }), free)
    expect(small).toMatchObject({ scale: 1, width: 160, height: 160 })
    const [tiny] = views(crop(20, 20, { left: 5, top: 5, width: 2, height: 2 }), free)
    expect(tiny).toMatchObject({ scale: 1, left: 0, top: 0, width: 64, height: 64 })
    const [large] = views(crop(2000, 2000, { left: 500, top: 500, width: 1000, height: 1000 }), free)
    expect(large).toMatchObject({ width: 256, height: 256 })
    expect(large?.scale).toBeCloseTo(1500 / 256, 10)
  })

  it('nothing where there is no hole', () => expect(views(crop(50, 50), fixed)).toEqual([]))

  it('there is context for all of that around the hole', () => {
    for (const sight of [fixed, free])
      for (const side of [1, 10, 40, 100, 700, 1500]) {
        const hole = { left: 0, top: 0, width: side, height: side }
        const margin = marginOf(hole, sight)
        const whole = side + 2 * margin
        const [view] = views(crop(whole, whole, { left: margin, top: margin, width: side, height: side }), sight)
        expect(view!.left).toBeGreaterThanOrEqual(0)
        expect(view!.left + view!.width * view!.scale).toBeLessThanOrEqual(whole + 32)
      }
  })
})

describe('between a crop and what is shown of it', () => {
  it('mirrors beyond the border without repeating it, however far', () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => mirrored(at, 4))).toEqual([
      3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2,
    ])
    expect([-5, 0, 9].map((at) => mirrored(at, 1))).toEqual([0, 0, 0])
  })

  const ramp = Float32Array.from({ length: 40 * 30 * 3 }, (_, i) => (Math.floor(i / 3) % 40) / 40)

  it('at full size shows the pixels themselves, and takes them back exactly', () => {
    const view = { left: 7, top: 3, width: 16, height: 16, scale: 1 }
    const picture = shown(ramp, 3, { width: 40, height: 30 }, view)
    const colour = new Float64Array(3)
    sampleAt(picture, view, 11, 9, colour)
    expect([...colour]).toEqual([ramp[3 * (9 * 40 + 11)], ramp[3 * (9 * 40 + 11)], ramp[3 * (9 * 40 + 11)]])
  })

  it.each([2, 2.5, 3.7])(
    '%d times smaller: means of what each pixel covers, and a ramp comes back as it was',
    (scale) => {
      const width = Math.floor(40 / scale)
      const view = { left: 0, top: 0, width, height: Math.floor(30 / scale), scale }
      const picture = shown(ramp, 3, { width: 40, height: 30 }, view)
      expect(picture[0]).toBeCloseTo(((scale - 1) / 2 / 40) * (scale === 2 ? 1 : 1), 1)
      const colour = new Float64Array(3)
      for (const x of [12, 17, 22]) {
        sampleAt(picture, view, x, 12, colour)
        expect(Math.abs(colour[0]! - x / 40)).toBeLessThan(0.4 / 40)
      }
    },
  )
})
