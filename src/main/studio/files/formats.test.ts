import { describe, expect, it } from 'vitest'
import { formatByBytes, formatByExtension, isUnreadableFormat } from './formats.js'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('the format of a file', () => {
  it.each([
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'jpeg'],
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'png'],
    ['II*\0\x08\0\0\0', 'tiff'],
    ['MM\0*\0\0\0\x08', 'tiff'],
    ['II+\0\x08\0\0\0', 'tiff'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    ['\0\0\0\x20ftypavif\0\0\0\0', 'avif'],
    ['\0\0\0\x20ftypmif1\0\0\0\0mif1avifmiaf', 'avif'],
    ['GIF89a\x01\0', 'gif'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', null],
    ['hello', null],
    ['', null],
  ])('is told by its first bytes: %j', (head, format) => {
    expect(formatByBytes(bytes(head))).toBe(format)
  })

  it('is guessed by the extension in any case', () => {
    expect(formatByExtension('a.JPEG')).toBe('jpeg')
    expect(formatByExtension('a.b.tif')).toBe('tiff')
    expect(formatByExtension('a.txt')).toBeNull()
    expect(formatByExtension('png')).toBeNull()
  })

  it('is known to be out of reach for HEIC and camera raw', () => {
    expect(isUnreadableFormat('IMG_1.HEIC')).toBe(true)
    expect(isUnreadableFormat('a.nef')).toBe(true)
    expect(isUnreadableFormat('a.txt')).toBe(false)
  })
})
