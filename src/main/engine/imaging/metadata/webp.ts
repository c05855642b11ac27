/** WebP's RIFF container (RFC 9649): EXIF and XMP are chunks at its end, announced by flags at its start. */
import { open, type FileHandle } from 'node:fs/promises'
import type { Dressing } from './container.js'

const FLAG = { xmp: 0x04, exif: 0x08, alpha: 0x10 }
const DROPPED = new Set(['EXIF', 'XMP '])

interface Chunk {
  type: string
  at: number
  /** Of the payload; in the file it is padded to even. */
  length: number
}

/** Copies the WebP `source` to `target` with EXIF and XMP from the dressing. */
export async function dressWebp(
  source: string,
  target: FileHandle,
  dressing: Dressing,
  size: { width: number; height: number },
): Promise<void> {
  const file = await open(source, 'r')
  try {
    const chunks = (await readChunks(file)).filter(({ type }) => !DROPPED.has(type))
    const extra: { type: string; data: Buffer }[] = []
    if (dressing.exif) extra.push({ type: 'EXIF', data: dressing.exif })
    if (dressing.xmp !== null) extra.push({ type: 'XMP ', data: Buffer.from(dressing.xmp) })

    const extended = Buffer.alloc(10)
    const own = chunks.find(({ type }) => type === 'VP8X')
    if (own) await file.read(extended, 0, 10, own.at)
    else {
      // VP8L says whether it has alpha in the bit after its two 14-bit sides.
      const lossless = chunks.find(({ type }) => type === 'VP8L')
      if (lossless) {
        const head = Buffer.alloc(5)
        await file.read(head, 0, 5, lossless.at)
        if ((head.readUInt32LE(1) >>> 28) & 1) extended[0] = FLAG.alpha
      }
      extended.writeUIntLE(size.width - 1, 4, 3)
      extended.writeUIntLE(size.height - 1, 7, 3)
    }
    extended[0] =
      ((extended[0] ?? 0) & ~(FLAG.exif | FLAG.xmp)) |
      (dressing.exif ? FLAG.exif : 0) |
      (dressing.xmp !== null ? FLAG.xmp : 0)

    const kept = chunks.filter(({ type }) => type !== 'VP8X')
    const padded = (length: number) => 8 + length + (length % 2)
    const total =
      4 +
      padded(10) +
      [...kept.map(({ length }) => length), ...extra.map(({ data }) => data.length)].reduce(
        (sum, length) => sum + padded(length),
        0,
      )
    const riff = Buffer.alloc(12)
    riff.write('RIFF', 'latin1')
    riff.writeUInt32LE(total, 4)
    riff.write('WEBP', 8, 'latin1')
    await target.writeFile(Buffer.concat([riff, encodeChunk('VP8X', extended)]))
    for (const chunk of kept) await copyRange(file, chunk.at - 8, padded(chunk.length), target)
    for (const { type, data } of extra) await target.writeFile(encodeChunk(type, data))
  } finally {
    await file.close()
  }
}

async function readChunks(file: FileHandle): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  const head = Buffer.alloc(8)
  for (let at = 12; ;) {
    const { bytesRead } = await file.read(head, 0, 8, at)
    if (bytesRead < 8) return chunks
    const length = head.readUInt32LE(4)
    chunks.push({ type: head.toString('latin1', 0, 4), at: at + 8, length })
    at += 8 + length + (length % 2)
  }
}

function encodeChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

async function copyRange(from: FileHandle, at: number, length: number, target: FileHandle): Promise<void> {
  const buffer = Buffer.alloc(Math.min(length, 1024 * 1024))
  for (let done = 0; done < length;) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, length - done), at + done)
    if (bytesRead === 0) return
    await target.writeFile(buffer.subarray(0, bytesRead))
    done += bytesRead
  }
}
