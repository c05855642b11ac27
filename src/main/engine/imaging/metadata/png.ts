/** PNG's ancillary chunks (W3C PNG, third edition), read wherever they stand in the file and written before the picture data. */
import { open, type FileHandle } from 'node:fs/promises'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { copyRest, type Dressing } from './container.js'
import { PHOTOSHOP_SIGNATURE } from './photoshop.js'

const SIGNATURE_BYTES = 8
const XMP_KEYWORD = 'XML:com.adobe.xmp'
const TEXT = ['tEXt', 'zTXt', 'iTXt']
/** What the numbers mean where there is no ICC profile. */
const COLOUR = ['gAMA', 'cHRM', 'sRGB', 'cICP']
/** No metadata is larger; a chunk that claims to be is not read. */
const MAX_CHUNK = 64 * 1024 * 1024

interface Chunk {
  type: string
  data: Buffer
}

export interface PngMetadata {
  exif: Buffer | null
  xmp: Buffer | null
  photoshop: Buffer | null
  /** Text chunks as they are, without XMP and without raw profiles. */
  text: Chunk[]
  colour: Chunk[]
  animated: boolean
}

export async function readPngMetadata(path: string): Promise<PngMetadata> {
  const file = await open(path, 'r')
  try {
    const wanted = new Set([...TEXT, ...COLOUR, 'eXIf', 'acTL'])
    const chunks = await readChunks(file, (type) => wanted.has(type))
    const texts = chunks.filter(({ type }) => TEXT.includes(type))
    const raw = new Map(texts.map((chunk) => [keyword(chunk), chunk]))
    const xmp = raw.get(XMP_KEYWORD)
    const profile = (...names: string[]) =>
      names.map((name) => raw.get(`Raw profile type ${name}`)).find((chunk) => chunk !== undefined)
    const rawExif = decodeRawProfile(profile('exif', 'APP1'))
    const rawIptc = decodeRawProfile(profile('iptc', '8bim'))
    return {
      exif:
        chunks.find(({ type }) => type === 'eXIf')?.data ??
        (rawExif && rawExif.toString('latin1', 0, 6) === 'Exif\0\0' ? rawExif.subarray(6) : null),
      xmp: xmp ? textOf(xmp) : null,
      photoshop:
        rawIptc && rawIptc.toString('latin1', 0, 4) === '8BIM'
          ? rawIptc
          : rawIptc && rawIptc.toString('latin1', 0, PHOTOSHOP_SIGNATURE.length) === PHOTOSHOP_SIGNATURE
            ? rawIptc.subarray(PHOTOSHOP_SIGNATURE.length)
            : null,
      text: texts.filter((chunk) => keyword(chunk) !== XMP_KEYWORD && !keyword(chunk).startsWith('Raw profile type ')),
      colour: chunks.filter(({ type }) => COLOUR.includes(type)),
      animated: chunks.some(({ type }) => type === 'acTL'),
    }
  } finally {
    await file.close()
  }
}

/** Copies the PNG `source` to `target`; the dressing goes before its first picture data. */
export async function dressPng(source: string, target: FileHandle, dressing: Dressing): Promise<void> {
  const file = await open(source, 'r')
  try {
    let dataAt = 0
    const replaced = new Set(['eXIf', 'pHYs', ...TEXT])
    const head = await readChunks(
      file,
      () => true,
      (type, at) => {
        if (type === 'IDAT') dataAt = at
        return type !== 'IDAT'
      },
    )
    const kept = head.filter(({ type }) => !replaced.has(type))
    const hasProfile = kept.some(({ type }) => type === 'iCCP')
    const colour = dressing.chunks.filter(({ type }) => COLOUR.includes(type))
    const [header, ...rest] = kept
    const added: Chunk[] = []
    if (dressing.density !== null) added.push(physical(dressing.density))
    if (dressing.exif) added.push({ type: 'eXIf', data: dressing.exif })
    if (dressing.xmp !== null)
      added.push({
        type: 'iTXt',
        data: Buffer.concat([Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, 'latin1'), Buffer.from(dressing.xmp)]),
      })
    if (dressing.photoshop) added.push(rawProfile('iptc', dressing.photoshop))
    added.push(...dressing.chunks.filter(({ type }) => TEXT.includes(type)))
    const all = [...(header ? [header] : []), ...(hasProfile ? [] : colour), ...rest, ...added]
    const signature = Buffer.alloc(SIGNATURE_BYTES)
    await file.read(signature, 0, SIGNATURE_BYTES, 0)
    await target.writeFile(Buffer.concat([signature, ...all.map(encodeChunk)]))
    await copyRest(file, dataAt, target)
  } finally {
    await file.close()
  }
}

async function readChunks(
  file: FileHandle,
  wanted: (type: string) => boolean,
  goOn: (type: string, at: number) => boolean = () => true,
): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  const head = Buffer.alloc(8)
  for (let at = SIGNATURE_BYTES; ;) {
    const { bytesRead } = await file.read(head, 0, 8, at)
    if (bytesRead < 8) return chunks
    const length = head.readUInt32BE(0)
    const type = head.toString('latin1', 4, 8)
    if (!goOn(type, at) || type === 'IEND') return chunks
    if (wanted(type) && length <= MAX_CHUNK) {
      const data = Buffer.alloc(length)
      const { bytesRead: got } = await file.read(data, 0, length, at + 8)
      if (got < length) return chunks
      chunks.push({ type, data })
    }
    at += 12 + length
  }
}

function encodeChunk({ type, data }: Chunk): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0)
  return Buffer.concat([head, data, tail])
}

function physical(density: number): Chunk {
  const data = Buffer.alloc(9)
  const perMetre = Math.round(density / 0.0254)
  data.writeUInt32BE(perMetre, 0)
  data.writeUInt32BE(perMetre, 4)
  data[8] = 1
  return { type: 'pHYs', data }
}

const keyword = ({ data }: Chunk) => data.toString('latin1', 0, Math.max(0, data.indexOf(0)))

function textOf({ type, data }: Chunk): Buffer | null {
  const at = data.indexOf(0) + 1
  if (type === 'tEXt') return data.subarray(at)
  if (type === 'zTXt') return inflate(data.subarray(at + 1))
  const compressed = data[at] === 1
  const language = data.indexOf(0, at + 2)
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1)
  if (translated < 0) return null
  const body = data.subarray(translated + 1)
  return compressed ? inflate(body) : body
}

function inflate(bytes: Buffer): Buffer | null {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_CHUNK })
  } catch {
    // A damaged or absurdly large text is as good as none; the caller says that metadata was lost.
    return null
  }
}

/** "\nname\n   length\nhex…": how ImageMagick and ExifTool put foreign profiles into text chunks. */
function decodeRawProfile(chunk: Chunk | undefined): Buffer | null {
  const text = chunk && textOf(chunk)?.toString('latin1')
  const found = text ? /^\s*\S+\s+(\d+)\s([\s0-9a-fA-F]*)$/.exec(text) : null
  if (!found) return null
  const bytes = Buffer.from((found[2] ?? '').replace(/\s+/g, ''), 'hex')
  return bytes.length === Number(found[1]) ? bytes : null
}

function rawProfile(name: string, bytes: Buffer): Chunk {
  const lines = bytes.toString('hex').match(/.{1,72}/g) ?? []
  const text = `\n${name}\n${String(bytes.length).padStart(8)}\n${lines.join('\n')}\n`
  return {
    type: 'zTXt',
    data: Buffer.concat([
      Buffer.from(`Raw profile type ${name}\0\0`, 'latin1'),
      deflateSync(Buffer.from(text, 'latin1'), { level: 9 }),
    ]),
  }
}
