import { describe, expect, it } from 'vitest'
import { pixelsOf, randomFrom } from '../../../tests/support/masks.js'
import { LacunaError } from '../errors.js'
import type { PixelSource } from './pixels.js'
import type { Mask, MaskOperation } from './mask.js'
import { rasterise } from './rasterise.js'
import { asMaskError, readMaskImage, type ReadImage } from './read-image.js'

const line = { width: 4, height: 1 }
const hard: ReadImage = { soft: false, fit: false }
const read = (image: PixelSource, how = hard, picture = { width: image.width, height: image.height }): number[] => [
  ...readMaskImage(image, picture, how, 'm.png').data,
]

describe('a picture as a mask: bright is repainted', () => {
  it('grey from 128 on, wholly or not at all', () =>
    expect(read(pixelsOf(line, 1, [0, 127, 128, 255]))).toEqual([0, 0, 255, 255]))

  it('greys stay for a mask that was saved with a feather', () =>
    expect(read(pixelsOf(line, 1, [0, 60, 128, 255]), { ...hard, soft: true })).toEqual([0, 60, 128, 255]))

  it('16 bits are halved at the same brightness', () =>
    expect(read(pixelsOf(line, 1, [0, 127 * 257, 128 * 257, 65535], 65535))).toEqual([0, 0, 255, 255]))

  it('any bright colour counts, as people paint in red', () =>
    expect(read(pixelsOf(line, 3, [0, 0, 0, 255, 0, 0, 0, 0, 130, 100, 100, 100]))).toEqual([0, 255, 255, 0]))

  it('what is transparent is not painted, whatever its colour', () => {
    expect(read(pixelsOf(line, 2, [255, 0, 255, 255, 255, 100, 0, 255]))).toEqual([0, 255, 0, 0])
    expect(read(pixelsOf({ width: 2, height: 1 }, 4, [255, 255, 255, 0, 255, 0, 0, 255]))).toEqual([0, 255])
  })

  it('a single pixel is a mask', () => expect(read(pixelsOf(line, 1, [0, 0, 255, 0]))).toEqual([0, 0, 255, 0]))
})

describe('the greys of a file stay where they are a soft rim', () => {
  const size = { width: 160, height: 120 }
  const maskOf = (...operations: MaskOperation[]): Uint8Array =>
    rasterise({ version: 1, ...size, operations } satisfies Mask)
  const rim: ReadImage = { soft: 'rim', fit: false }
  const box = { kind: 'rectangle', x: 50, y: 40, width: 40, height: 30, erase: false } as const
  const ellipse = { ...box, kind: 'ellipse' } as const
  const brush: MaskOperation = {
    ...{ kind: 'stroke', diameter: 40, hardness: 0, erase: false },
    points: [
      [40, 60],
      [110, 75],
    ],
  }
  const feathered = (pixels: number, shape: MaskOperation = ellipse) => maskOf(shape, { kind: 'feather', pixels })
  const triangle: MaskOperation = {
    ...{ kind: 'polygon', erase: false },
    points: [
      [10, 10],
      [150, 17],
      [20, 100],
    ],
  }
  /** A square that stands askew. */
  const turned = (degrees: number): MaskOperation => {
    const [x, y] = [40 * Math.cos((degrees * Math.PI) / 180), 40 * Math.sin((degrees * Math.PI) / 180)]
    const corner = (dx: number, dy: number): [number, number] => [80.3 + dx, 60.4 + dy]
    return { kind: 'polygon', points: [corner(x, y), corner(-y, x), corner(-x, -y), corner(y, -x)], erase: false }
  }
  /** The upper left quarter, hard, made twice as large with straight lines between its pixels. */
  const twice = (bytes: Uint8Array): Uint8Array => {
    const hard = (x: number, y: number): number =>
      bytes[Math.max(0, y) * size.width + Math.max(0, x)]! > 127 ? 255 : 0
    return Uint8Array.from(bytes, (_, i) => {
      const [u, v] = [((i % size.width) + 0.5) / 2 - 0.5, (Math.floor(i / size.width) + 0.5) / 2 - 0.5]
      const [x, y] = [Math.floor(u), Math.floor(v)]
      const row = (at: number): number => hard(x, at) + (u - x) * (hard(x + 1, at) - hard(x, at))
      return Math.round(row(y) + (v - y) * (row(y + 1) - row(y)))
    })
  }
  const hardened = (bytes: Uint8Array): number[] => Array.from(bytes, (value) => (value > 127 ? 255 : 0))

  it.each([
    ['a feather of 4 px', feathered(4)],
    ['a feather of 3 px around a box', feathered(3, box)],
    ['a feather of 2 px', feathered(2)],
    ['a feather of 2 px around a box', feathered(2, box)],
    ['a feather of 2 px around a slanted shape', feathered(2, triangle)],
    ['a feather of 20 px', feathered(20)],
    ['a soft brush', maskOf(brush)],
    ['a soft eraser in a box', maskOf(box, { ...brush, erase: true })],
    ['a rim that the border cuts', feathered(12, { ...ellipse, x: -10, y: -10 })],
  ])('%s', (_, bytes) => {
    expect(read(pixelsOf(size, 1, bytes), rim)).toEqual([...bytes])
    const grey = Array.from(bytes, (value) => [value, value, value]).flat()
    expect(read(pixelsOf(size, 3, grey), rim)).toEqual([...bytes])
    const deep = Array.from(bytes, (value) => value * 257)
    expect(read(pixelsOf(size, 1, deep, 65535), rim)).toEqual([...bytes])
    const seeThrough = Array.from(bytes, (value) => [255, value]).flat()
    expect(read(pixelsOf(size, 2, seeThrough), rim)).toEqual([...bytes])
  })

  it('very wide ones, too', () => {
    const wide = { width: 1100, height: 40 }
    const operations: MaskOperation[] = [
      { ...box, x: 0, y: 0, width: 60, height: 40 },
      { kind: 'feather', pixels: 500 },
    ]
    const bytes = rasterise({ version: 1, ...wide, operations })
    expect(read(pixelsOf(wide, 1, bytes), rim)).toEqual([...bytes])
  })

  it.each<[string, Uint8Array]>([
    ['the smooth edge of a shape', maskOf({ ...ellipse, x: 50.3 })],
    ['a slanted edge', maskOf(triangle)],
    ...[0, 10, 20, 30, 40, 45].map((degrees): [string, Uint8Array] => [
      `an edge of ${degrees}°`,
      maskOf(turned(degrees)),
    ]),
    ['an edge that was made twice as large', feathered(1)],
    ['an edge that was made twice as large, its steps between', twice(maskOf(turned(20)))],
    ['grey paint', maskOf(box).map((value, i) => (value > 0 ? 150 : i < 9 ? 130 : 0))],
    ['grey paint with JPEG noise', maskOf(box).map((value, i) => (value > 0 ? 148 + (i % 3) : i % 2))],
  ])('but not %s', (_, bytes) => expect(read(pixelsOf(size, 1, bytes), rim)).toEqual(hardened(bytes)))

  it('nor what is painted in a colour, nor the greys of a photo', () => {
    const bytes = feathered(20)
    const red = Array.from(bytes, (value) => [value, 0, 0]).flat()
    expect(read(pixelsOf(size, 3, red), rim)).toEqual(hardened(bytes))
    const random = randomFrom(3)
    const photo = bytes.map((_, i) => 128 + 90 * Math.sin(i / 37) + 30 * random())
    expect(read(pixelsOf(size, 1, photo), rim)).toEqual(hardened(photo))
  })

  it('and what a lossy format left of black and white does not', () => {
    const bytes = feathered(6)
    const noisy = bytes.map((value, i) => (value === 0 ? i % 6 : value === 255 ? 255 - (i % 4) : value))
    const clean = bytes.map((value) => (value <= 8 ? 0 : value >= 247 ? 255 : value))
    expect(read(pixelsOf(size, 1, noisy), rim)).toEqual([...clean])
  })

  it('in a mask of another size that is fitted, too', () => {
    const bytes = feathered(9)
    const large = read(pixelsOf(size, 1, bytes), { soft: 'rim', fit: true }, { width: 480, height: 360 })
    expect(large.filter((_, i) => (i % 480) % 3 === 1 && Math.floor(i / 480) % 3 === 1)).toEqual([...bytes])
  })
})

describe('refuses, with its reason', () => {
  it('a mask of another size', () =>
    expect(() => read(pixelsOf(line, 1, [0, 0, 255, 0]), hard, { width: 1, height: 4 })).toThrow(
      expect.objectContaining({
        code: 'mask.size',
        params: { name: 'm.png', width: 4, height: 1, pictureWidth: 1, pictureHeight: 4 },
      }),
    ))

  it('but fits it when asked to, each pixel from the nearest', () => {
    const small = pixelsOf({ width: 2, height: 2 }, 1, [255, 0, 0, 255])
    expect(read(small, { ...hard, fit: true }, { width: 4, height: 4 })).toEqual(
      [
        [255, 255, 0, 0],
        [255, 255, 0, 0],
        [0, 0, 255, 255],
        [0, 0, 255, 255],
      ].flat(),
    )
    expect(
      read(pixelsOf({ width: 6, height: 1 }, 1, [0, 255, 0, 0, 0, 0]), { ...hard, fit: true }, { width: 2, height: 1 }),
    ).toEqual([255, 0])
  })

  it('a mask with nothing in it, a nearly black one too', () => {
    for (const image of [pixelsOf(line, 1, [0, 0, 0, 0]), pixelsOf(line, 1, [0, 90, 127, 3])])
      expect(() => read(image)).toThrow(expect.objectContaining({ code: 'mask.empty', params: { name: 'm.png' } }))
  })

  it('a mask that leaves nothing', () =>
    expect(() => read(pixelsOf(line, 1, [255, 200, 128, 255]))).toThrow(expect.objectContaining({ code: 'mask.full' })))

  it('a file that is no picture, and a picture in a format that is not read', () => {
    for (const code of ['file.notAPicture', 'file.unsupportedHeic', 'file.unsupportedFormat'] as const)
      expect(asMaskError(new LacunaError(code, { name: 'm.txt' }), 'm.txt')).toMatchObject({
        code: 'mask.notAPicture',
        params: { name: 'm.txt' },
      })
  })

  it('other troubles with the file are what they are', () =>
    expect(asMaskError(new LacunaError('file.truncated', { name: 'm.png' }), 'm.png').code).toBe('file.truncated'))
})
