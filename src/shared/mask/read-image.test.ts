import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../../../tests/support/masks.js'
import { LacunaError } from '../errors.js'
import type { PixelSource } from './pixels.js'
import { asMaskError, readMaskImage } from './read-image.js'

const line = { width: 4, height: 1 }
const hard = { soft: false, fit: false }
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
