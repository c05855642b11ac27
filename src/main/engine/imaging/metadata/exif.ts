/**
 * EXIF blocks (CIPA DC-008, a TIFF structure in memory), changed in place: every byte that is still true stays where it
 * was, so that maker notes, whose offsets nobody may move, survive as they are.
 */

const TAG = {
  width: 0x100,
  height: 0x101,
  orientation: 0x112,
  strips: 0x111,
  stripBytes: 0x117,
  thumbnail: 0x201,
  thumbnailBytes: 0x202,
}
const POINTER = { exif: 0x8769, gps: 0x8825, interoperability: 0xa005 }
const RESOLUTION = { x: 0x11a, y: 0x11b, unit: 0x128 }
const INCH = 2
const EXIF_TAG = { width: 0xa002, height: 0xa003 }
/** Bytes of one value by TIFF type 1..13. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]

interface Entry {
  tag: number
  type: number
  count: number
  /** Where the 12-byte entry lies, where its value lies, and how long the value is. */
  at: number
  valueAt: number
  valueBytes: number
}

interface Directory {
  at: number
  entries: Entry[]
  nextAt: number
  next: number
}

/** The numbers of a block, in its own byte order. Throws RangeError outside the block, as damaged blocks make it. */
class Block {
  readonly little: boolean

  constructor(readonly bytes: Buffer) {
    const order = bytes.toString('latin1', 0, 2)
    if (order !== 'II' && order !== 'MM') throw new RangeError('not a TIFF structure')
    this.little = order === 'II'
    if (this.u16(2) !== 42) throw new RangeError('not a TIFF structure')
  }

  u16(at: number): number {
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at)
  }

  u32(at: number): number {
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at)
  }

  put16(at: number, value: number): void {
    if (this.little) this.bytes.writeUInt16LE(value, at)
    else this.bytes.writeUInt16BE(value, at)
  }

  put32(at: number, value: number): void {
    if (this.little) this.bytes.writeUInt32LE(value, at)
    else this.bytes.writeUInt32BE(value, at)
  }

  directory(at: number): Directory {
    const count = this.u16(at)
    const entries: Entry[] = []
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + i * 12
      const type = this.u16(entry + 2)
      const values = this.u32(entry + 4)
      const valueBytes = (TYPE_BYTES[type] ?? 1) * values
      const valueAt = valueBytes <= 4 ? entry + 8 : this.u32(entry + 8)
      entries.push({ tag: this.u16(entry), type, count: values, at: entry, valueAt, valueBytes })
    }
    const nextAt = at + 2 + count * 12
    // Some writers leave the last pointer out.
    return { at, entries, nextAt, next: nextAt + 4 <= this.bytes.length ? this.u32(nextAt) : 0 }
  }

  number(entry: Entry): number {
    return entry.type === 3 ? this.u16(entry.valueAt) : this.u32(entry.valueAt)
  }

  /** A single whole number, written as SHORT or LONG, whichever holds it. */
  setNumber(entry: Entry, value: number): void {
    const long = value > 0xffff || entry.type === 4
    this.put16(entry.at + 2, long ? 4 : 3)
    this.put32(entry.at + 4, 1)
    this.put32(entry.at + 8, 0)
    if (long) this.put32(entry.at + 8, value)
    else this.put16(entry.at + 8, value)
  }
}

const find = (directory: Directory, tag: number) => directory.entries.find((entry) => entry.tag === tag)

/** The orientation 1..8; 1 when absent or damaged. */
export function exifOrientation(exif: Buffer): number {
  try {
    const block = new Block(exif)
    const entry = find(block.directory(block.u32(4)), TAG.orientation)
    const value = entry ? block.number(entry) : 1
    return value >= 1 && value <= 8 ? value : 1
  } catch (thrown) {
    if (thrown instanceof RangeError) return 1
    throw thrown
  }
}

/**
 * A copy of the block that tells the truth about the output: orientation 1, the new size where a size was stated, and
 * no thumbnail of the old picture. Null when the block is damaged.
 */
export function makeExifTrue(exif: Buffer, size: { width: number; height: number }): Buffer | null {
  try {
    const block = new Block(Buffer.from(exif))
    const root = block.directory(block.u32(4))
    const directories = [root]
    const follow = (from: Directory | null, pointer: number): Directory | null => {
      const entry = from && find(from, pointer)
      if (!entry) return null
      const directory = block.directory(block.number(entry))
      directories.push(directory)
      return directory
    }
    const camera = follow(root, POINTER.exif)
    follow(root, POINTER.gps)
    follow(camera, POINTER.interoperability)

    const set = (directory: Directory | null, tag: number, value: number) => {
      const entry = directory && find(directory, tag)
      if (entry) block.setNumber(entry, value)
    }
    set(root, TAG.orientation, 1)
    set(root, TAG.width, size.width)
    set(root, TAG.height, size.height)
    set(camera, EXIF_TAG.width, size.width)
    set(camera, EXIF_TAG.height, size.height)
    return root.next === 0 ? block.bytes : dropThumbnail(block, root, directories)
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

/** Unlinks the thumbnail's directory, blanks its pixels, and cuts them off where nothing that stays lies behind them. */
function dropThumbnail(block: Block, root: Directory, kept: Directory[]): Buffer {
  const used = kept.flatMap((directory) => [
    [directory.at, directory.nextAt + 4] as const,
    ...directory.entries.map((entry) => [entry.valueAt, entry.valueAt + entry.valueBytes] as const),
  ])
  const usedEnd = Math.max(...used.map(([, end]) => end))
  const directory = readOrNull(() => block.directory(root.next))
  block.put32(root.nextAt, 0)
  if (!directory) return block.bytes

  const [start, length] = [
    find(directory, TAG.thumbnail) ?? find(directory, TAG.strips),
    find(directory, TAG.thumbnailBytes) ?? find(directory, TAG.stripBytes),
  ]
  let cut = directory.at
  if (start && length && start.count === 1 && length.count === 1) {
    const [from, to] = [block.number(start), block.number(start) + block.number(length)]
    const free = to <= block.bytes.length && !used.some(([a, b]) => a < to && from < b)
    if (free) {
      block.bytes.fill(0, from, to)
      cut = Math.min(cut, from)
      // Something unknown follows (a maker's preview, say): it stays at its offset.
      if (to < block.bytes.length - 64) return block.bytes
    }
  }
  return cut >= usedEnd ? block.bytes.subarray(0, cut) : block.bytes
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

/**
 * A copy of the block that states another resolution, in dots per inch. Its first directory moves to the end, since there
 * may be no room for the tags where it was; all else stays at its offset. Null when the block is damaged.
 */
export function withResolution(exif: Buffer, density: number): Buffer | null {
  try {
    const old = new Block(exif)
    const root = old.directory(old.u32(4))
    const kept = root.entries.filter(({ tag }) => !Object.values(RESOLUTION).includes(tag))
    const at = exif.length + (exif.length % 2)
    const values = at + 2 + (kept.length + 3) * 12 + 4
    const block = new Block(Buffer.concat([exif, Buffer.alloc(values + 16 - exif.length)]))
    const stated = [
      { tag: RESOLUTION.x, type: 5, value: values },
      { tag: RESOLUTION.y, type: 5, value: values + 8 },
      { tag: RESOLUTION.unit, type: 3, value: INCH },
    ]
    const entries = [...kept, ...stated].sort((a, b) => a.tag - b.tag)
    block.put32(4, at)
    block.put16(at, entries.length)
    entries.forEach((entry, index) => {
      const to = at + 2 + index * 12
      if ('at' in entry) return exif.copy(block.bytes, to, entry.at, entry.at + 12)
      block.put16(to, entry.tag)
      block.put16(to + 2, entry.type)
      block.put32(to + 4, 1)
      if (entry.type === 3) block.put16(to + 8, entry.value)
      else block.put32(to + 8, entry.value)
      return 0
    })
    block.put32(at + 2 + entries.length * 12, root.next)
    for (const rational of [values, values + 8]) {
      block.put32(rational, Math.round(density * 1000))
      block.put32(rational + 4, 1000)
    }
    return block.bytes
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

/** A block that states nothing but the resolution in dots per inch, for formats that have no other place for it. */
export function resolutionExif(density: number): Buffer {
  const bytes = Buffer.alloc(8 + 2 + 3 * 12 + 4 + 16)
  bytes.write('II*\0', 'latin1')
  bytes.writeUInt32LE(8, 4)
  bytes.writeUInt16LE(3, 8)
  const values = 8 + 2 + 3 * 12 + 4
  const entry = (index: number, tag: number, type: number, value: number) => {
    const at = 10 + index * 12
    bytes.writeUInt16LE(tag, at)
    bytes.writeUInt16LE(type, at + 2)
    bytes.writeUInt32LE(1, at + 4)
    bytes.writeUInt32LE(value, at + 8)
  }
  entry(0, RESOLUTION.x, 5, values)
  entry(1, RESOLUTION.y, 5, values + 8)
  entry(2, RESOLUTION.unit, 3, INCH)
  for (const at of [values, values + 8]) {
    bytes.writeUInt32LE(Math.round(density * 1000), at)
    bytes.writeUInt32LE(1000, at + 4)
  }
  return bytes
}
