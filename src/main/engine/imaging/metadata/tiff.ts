/** What a TIFF's first directory (TIFF 6.0; BigTIFF) holds of EXIF. The tags themselves are copied by ExifTool. */
import { open } from 'node:fs/promises'

/** Description, make, model, date, artist, copyright, and the pointers to the EXIF and GPS directories. */
const EXIF_TAGS = new Set([0x10e, 0x10f, 0x110, 0x132, 0x13b, 0x8298, 0x8769, 0x8825])

export async function tiffHasExif(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const read = async (at: number, length: number) => {
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await file.read(bytes, 0, length, at)
      return bytes.subarray(0, bytesRead)
    }
    const head = await read(0, 16)
    if (head.length < 16) return false
    const little = head.toString('latin1', 0, 2) === 'II'
    const u16 = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
    const u32 = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
    const u64 = (bytes: Buffer, at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
    const big = u16(head, 2) === 43
    const at = big ? u64(head, 8) : u32(head, 4)
    const countBytes = await read(at, 8)
    if (countBytes.length < 8) return false
    const count = big ? u64(countBytes, 0) : u16(countBytes, 0)
    const [first, stride] = big ? [8, 20] : [2, 12]
    const entries = await read(at + first, Math.min(count, 4096) * stride)
    for (let i = 0; (i + 1) * stride <= entries.length; i++) if (EXIF_TAGS.has(u16(entries, i * stride))) return true
    return false
  } finally {
    await file.close()
  }
}
