import { describe, expect, it } from 'vitest'
import { exifOrientation, makeExifTrue, resolutionExif } from './exif.js'

type Value = { tag: number; type: number; count?: number; value: number }

/** A block by hand: IFD0 with orientation, size and an EXIF directory with a maker note; IFD1 with a JPEG thumbnail at the end. */
function block(little: boolean): { bytes: Buffer; makerAt: number; thumbAt: number } {
  const bytes = Buffer.alloc(300)
  const u16 = (value: number, at: number) => (little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at))
  const u32 = (value: number, at: number) => (little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at))
  const directory = (at: number, entries: Value[], next: number) => {
    u16(entries.length, at)
    entries.forEach(({ tag, type, count = 1, value }, i) => {
      const entry = at + 2 + i * 12
      u16(tag, entry)
      u16(type, entry + 2)
      u32(count, entry + 4)
      if (type === 3) u16(value, entry + 8)
      else u32(value, entry + 8)
    })
    u32(next, at + 2 + entries.length * 12)
  }
  const [makerAt, thumbDirectory, thumbAt] = [120, 200, 240]
  bytes.write(little ? 'II' : 'MM', 'latin1')
  u16(42, 2)
  u32(8, 4)
  directory(
    8,
    [
      { tag: 0x112, type: 3, value: 6 },
      { tag: 0x8769, type: 4, value: 60 },
    ],
    thumbDirectory,
  )
  directory(
    60,
    [
      { tag: 0x927c, type: 7, count: 40, value: makerAt },
      { tag: 0xa002, type: 3, value: 4000 },
      { tag: 0xa003, type: 4, value: 3000 },
    ],
    0,
  )
  bytes.fill('MAKER', makerAt, makerAt + 40, 'latin1')
  directory(
    thumbDirectory,
    [
      { tag: 0x201, type: 4, value: thumbAt },
      { tag: 0x202, type: 4, value: 60 },
    ],
    0,
  )
  bytes.fill('THUMB', thumbAt, thumbAt + 60, 'latin1')
  return { bytes, makerAt, thumbAt }
}

describe.each([
  ['little', true],
  ['big', false],
] as const)('an EXIF block of %s-endian numbers is made true in place', (_name, little) => {
  const { bytes, makerAt } = block(little)
  const made = makeExifTrue(bytes, { width: 70_000, height: 500 })
  const u32 = (at: number) => (little ? made?.readUInt32LE(at) : made?.readUInt32BE(at))
  const u16 = (at: number) => (little ? made?.readUInt16LE(at) : made?.readUInt16BE(at))

  it('orientation becomes 1, the sizes those of the output', () => {
    expect(exifOrientation(bytes)).toBe(6)
    expect(exifOrientation(made ?? Buffer.alloc(0))).toBe(1)
    // PixelXDimension was a SHORT; 70,000 needs a LONG.
    expect([u16(60 + 2 + 12 + 2), u32(60 + 2 + 12 + 8)]).toEqual([4, 70_000])
    expect(u32(60 + 2 + 24 + 8)).toBe(500)
  })

  it('the maker note stays at its offset, the thumbnail goes', () => {
    expect(made?.subarray(makerAt, makerAt + 40)).toEqual(bytes.subarray(makerAt, makerAt + 40))
    expect(made?.includes('THUMB')).toBe(false)
    expect(u32(8 + 2 + 24)).toBe(0)
    expect(made?.length).toBe(200)
  })

  it('the source block is not touched', () => {
    expect(bytes).toEqual(block(little).bytes)
  })
})

describe('a damaged block is null, whatever is wrong with it', () => {
  it('at every length and with any byte spoiled, without an exception', () => {
    const { bytes } = block(true)
    for (let length = 0; length < 98; length++)
      expect(makeExifTrue(bytes.subarray(0, length), { width: 1, height: 1 })).toBeNull()
    for (let at = 0; at < 240; at++) {
      const spoiled = Buffer.from(bytes)
      spoiled[at] = 0xff
      const made = makeExifTrue(spoiled, { width: 1, height: 1 })
      expect(made === null || made.length <= bytes.length).toBe(true)
    }
  })
})

describe('a block that states only the resolution', () => {
  it('is a block like any other', () => {
    expect(makeExifTrue(resolutionExif(300), { width: 1, height: 1 })).toEqual(resolutionExif(300))
  })
})
