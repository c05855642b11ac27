/**
 * A ZIP of files, streamed and stored, not deflated: pictures are compressed already, and so its length is known before its
 * first byte. ZIP64 where a file or the whole passes 4 GB or 65,535 entries, which is why no library does it: those
 * that stream stop there. Layout: APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
 */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { LacunaError } from '../../../shared/errors.js'

export interface ZipFile {
  /** Absolute. */
  readonly path: string
  /** In the archive, with `/` between folders. */
  readonly name: string
  readonly bytes: number
  readonly modified: Date
}

interface Entry extends ZipFile {
  readonly encoded: Buffer
  /** Of its local header. */
  readonly at: number
}

export interface Zip {
  readonly bytes: number
  /** Fails with `file.changed` when a file is no longer as long as was said. */
  stream(): Readable
}

const LIMIT_32 = 0xffffffff
const LIMIT_16 = 0xffff
/** Sizes and checksum follow the data; names are UTF-8. */
const FLAGS = 0x0808
const LOCAL = 30
const LOCAL_64 = 20
const CENTRAL = 46
const CENTRAL_64 = 28
const END = 22
const END_64 = 56
const LOCATOR_64 = 20

/** `large`: ZIP64 records whatever the sizes; for tests. */
export function zipOf(files: readonly ZipFile[], { large = false }: { large?: boolean } = {}): Zip {
  const entries: Entry[] = []
  let at = 0
  for (const file of files) {
    const encoded = Buffer.from(file.name)
    entries.push({ ...file, encoded, at })
    const is64 = large || file.bytes > LIMIT_32
    at += LOCAL + encoded.length + (is64 ? LOCAL_64 : 0) + file.bytes + (is64 ? 24 : 16)
  }
  const directory = at
  const directoryBytes = entries.reduce(
    (sum, entry) => sum + CENTRAL + entry.encoded.length + (centralIs64(entry, large) ? CENTRAL_64 : 0),
    0,
  )
  const is64 = large || entries.length > LIMIT_16 || directory > LIMIT_32 || directoryBytes > LIMIT_32
  const bytes = directory + directoryBytes + (is64 ? END_64 + LOCATOR_64 : 0) + END

  async function* parts(): AsyncGenerator<Buffer, void, void> {
    const sums: number[] = []
    for (const entry of entries) {
      yield localHeader(entry, large)
      let [sum, length] = [0, 0]
      for await (const chunk of createReadStream(entry.path) as AsyncIterable<Buffer>) {
        sum = crc32(chunk, sum)
        length += chunk.length
        if (length > entry.bytes) break
        yield chunk
      }
      if (length !== entry.bytes) throw new LacunaError('file.changed', { name: entry.name })
      sums.push(sum)
      yield descriptor(entry, sum, large)
    }
    for (const [index, entry] of entries.entries()) yield centralHeader(entry, sums[index] ?? 0, large)
    yield end({ count: entries.length, at: directory, bytes: directoryBytes, is64 })
  }
  return { bytes, stream: () => Readable.from(parts(), { objectMode: false }) }
}

const centralIs64 = ({ bytes, at }: Entry, large: boolean): boolean => large || bytes > LIMIT_32 || at > LIMIT_32

function localHeader({ encoded, bytes, modified }: Entry, large: boolean): Buffer {
  const is64 = large || bytes > LIMIT_32
  const head = Buffer.alloc(LOCAL)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(is64 ? 45 : 20, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt32LE(dosTime(modified), 10)
  if (is64) head.fill(0xff, 18, 26)
  head.writeUInt16LE(encoded.length, 26)
  head.writeUInt16LE(is64 ? LOCAL_64 : 0, 28)
  if (!is64) return Buffer.concat([head, encoded])
  // Says to those who read the stream that the lengths after the data have 8 bytes.
  const extra = Buffer.alloc(LOCAL_64)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(16, 2)
  return Buffer.concat([head, encoded, extra])
}

function descriptor({ bytes }: Entry, sum: number, large: boolean): Buffer {
  const is64 = large || bytes > LIMIT_32
  const tail = Buffer.alloc(is64 ? 24 : 16)
  tail.writeUInt32LE(0x08074b50, 0)
  tail.writeUInt32LE(sum, 4)
  if (is64) {
    tail.writeBigUInt64LE(BigInt(bytes), 8)
    tail.writeBigUInt64LE(BigInt(bytes), 16)
  } else {
    tail.writeUInt32LE(bytes, 8)
    tail.writeUInt32LE(bytes, 12)
  }
  return tail
}

function centralHeader(entry: Entry, sum: number, large: boolean): Buffer {
  const { encoded, bytes, modified, at } = entry
  const is64 = centralIs64(entry, large)
  const head = Buffer.alloc(CENTRAL)
  head.writeUInt32LE(0x02014b50, 0)
  // Made on Unix, so that the permissions count: rw-r--r--.
  head.writeUInt16LE((3 << 8) | 45, 4)
  head.writeUInt16LE(is64 ? 45 : 20, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt32LE(dosTime(modified), 12)
  head.writeUInt32LE(sum, 16)
  head.writeUInt32LE(is64 ? LIMIT_32 : bytes, 20)
  head.writeUInt32LE(is64 ? LIMIT_32 : bytes, 24)
  head.writeUInt16LE(encoded.length, 28)
  head.writeUInt16LE(is64 ? CENTRAL_64 : 0, 30)
  head.writeUInt32LE((0o100644 << 16) >>> 0, 38)
  head.writeUInt32LE(is64 ? LIMIT_32 : at, 42)
  if (!is64) return Buffer.concat([head, encoded])
  const extra = Buffer.alloc(CENTRAL_64)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(24, 2)
  extra.writeBigUInt64LE(BigInt(bytes), 4)
  extra.writeBigUInt64LE(BigInt(bytes), 12)
  extra.writeBigUInt64LE(BigInt(at), 20)
  return Buffer.concat([head, encoded, extra])
}

function end({ count, at, bytes, is64 }: { count: number; at: number; bytes: number; is64: boolean }): Buffer {
  const tail = Buffer.alloc(END)
  tail.writeUInt32LE(0x06054b50, 0)
  tail.writeUInt16LE(is64 ? LIMIT_16 : count, 8)
  tail.writeUInt16LE(is64 ? LIMIT_16 : count, 10)
  tail.writeUInt32LE(is64 ? LIMIT_32 : bytes, 12)
  tail.writeUInt32LE(is64 ? LIMIT_32 : at, 16)
  if (!is64) return tail
  const end64 = Buffer.alloc(END_64)
  end64.writeUInt32LE(0x06064b50, 0)
  end64.writeBigUInt64LE(BigInt(END_64 - 12), 4)
  end64.writeUInt16LE((3 << 8) | 45, 12)
  end64.writeUInt16LE(45, 14)
  end64.writeBigUInt64LE(BigInt(count), 24)
  end64.writeBigUInt64LE(BigInt(count), 32)
  end64.writeBigUInt64LE(BigInt(bytes), 40)
  end64.writeBigUInt64LE(BigInt(at), 48)
  const locator = Buffer.alloc(LOCATOR_64)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(at + bytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator, tail])
}

/** Time in the low, date in the high 16 bits; in local time, two seconds exact, from 1980 on. */
function dosTime(at: Date): number {
  const year = Math.min(Math.max(at.getFullYear(), 1980), 2107) - 1980
  const date = (year << 9) | ((at.getMonth() + 1) << 5) | at.getDate()
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}
