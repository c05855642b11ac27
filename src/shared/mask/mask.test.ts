import { describe, expect, it } from 'vitest'
import { emptyMask, Mask, maskFor, parseMask } from './mask.js'

const size = { width: 40, height: 30 }

describe('a mask is a value that can be stored', () => {
  it('with every kind of operation, and its defaults filled in', () => {
    const mask = parseMask({
      version: 1,
      ...size,
      operations: [
        {
          kind: 'stroke',
          points: [
            [1, 2],
            [3, 4, 0.5],
          ],
          diameter: 8,
        },
        { kind: 'rectangle', x: 0, y: 0, width: 5, height: 5 },
        { kind: 'ellipse', x: -3, y: 0, width: 5.5, height: 5, erase: true },
        {
          kind: 'polygon',
          points: [
            [0, 0],
            [10, 0],
            [0, 10],
          ],
        },
        { kind: 'wand', x: 3, y: 4, tolerance: 12, state: 'abc' },
        { kind: 'alpha', state: 'abc' },
        { kind: 'image', hash: 'abc' },
        { kind: 'invert' },
        { kind: 'grow', pixels: -3 },
        { kind: 'feather', pixels: 2.5 },
        { kind: 'clear' },
      ],
    })
    expect(mask.operations[0]).toMatchObject({ hardness: 1, erase: false })
    expect(mask.operations[4]).toMatchObject({ contiguous: true })
    expect(mask.operations[6]).toMatchObject({ soft: false, fit: false })
    expect(parseMask(JSON.parse(JSON.stringify(mask)))).toEqual(mask)
  })

  it.each([
    ['no operation of this name', { kind: 'smudge' }],
    ['a stroke without points', { kind: 'stroke', points: [], diameter: 3 }],
    ['a point that is no number', { kind: 'stroke', points: [[NaN, 1]], diameter: 3 }],
    ['a place too far away', { kind: 'rectangle', x: 1e9, y: 0, width: 1, height: 1 }],
    ['a box of no width', { kind: 'ellipse', x: 0, y: 0, width: 0, height: 1 }],
    [
      'a polygon of two points',
      {
        kind: 'polygon',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
    ['a negative feather', { kind: 'feather', pixels: -1 }],
    ['a distance without end', { kind: 'grow', pixels: 1e6 }],
  ])('refuses %s', (_, operation) => {
    expect(() => parseMask({ version: 1, ...size, operations: [operation] })).toThrow(
      expect.objectContaining({ code: 'mask.damaged' }),
    )
  })

  it('says that it is newer than the program', () =>
    expect(() => parseMask({ version: 2, what: 'ever' })).toThrow(expect.objectContaining({ code: 'mask.newer' })))

  it.each([[null], ['mask'], [{}], [{ version: 'one' }], [{ version: 0 }]])('refuses %j', (stored) =>
    expect(() => parseMask(stored)).toThrow(expect.objectContaining({ code: 'mask.damaged' })),
  )
})

describe('the same mask again, on another picture', () => {
  const mask = Mask.parse({
    ...emptyMask(size),
    operations: [
      { kind: 'rectangle', x: 0, y: 0, width: 5, height: 5 },
      { kind: 'wand', x: 3, y: 4, tolerance: 12, state: 'first' },
    ],
  })

  it('looks at the pixels of that picture', () =>
    expect(maskFor(mask, size, 'second', 'b.png').operations).toMatchObject([
      { kind: 'rectangle' },
      { kind: 'wand', state: 'second' },
    ]))

  it('is refused where the size is another', () =>
    expect(() => maskFor(mask, { width: 30, height: 40 }, 'second', 'a.mask.png')).toThrow(
      expect.objectContaining({
        code: 'mask.size',
        params: { name: 'a.mask.png', width: 40, height: 30, pictureWidth: 30, pictureHeight: 40 },
      }),
    ))
})
