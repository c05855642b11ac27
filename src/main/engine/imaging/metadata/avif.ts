/**
 * EXIF in AVIF. The encoder writes an EXIF item only from tags that it is given one by one, which would lose every tag it
 * does not know. So it is given one text of the right length, and the real block is then written over it: no box moves.
 */
import { open } from 'node:fs/promises'

/** A longer text is dropped by the encoder's EXIF library. */
export const MAX_AVIF_EXIF = 65_000
const MARK = 'lacuna-exif-goes-here:'

/** The tags to encode with, so that the item has room for a block of `length` bytes. */
export const exifPlaceholder = (length: number) => ({
  IFD0: { ImageDescription: MARK.padEnd(Math.max(MARK.length, length), '.') },
})

/** Overwrites the placeholder; false when it isn't there. */
export async function replacePlaceholder(path: string, exif: Buffer): Promise<boolean> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(size)
    await file.read(bytes, 0, size, 0)
    const mark = bytes.indexOf(MARK, 0, 'latin1')
    const start = mark < 0 ? -1 : bytes.lastIndexOf('Exif\0\0', mark, 'latin1')
    if (start < 0) return false
    let end = mark + MARK.length
    while (bytes[end] === 0x2e) end += 1
    const room = end - (start + 6)
    if (exif.length > room) return false
    await file.write(Buffer.concat([exif, Buffer.alloc(room - exif.length)]), 0, room, start + 6)
    return true
  } finally {
    await file.close()
  }
}
