/** The segments before a JPEG's picture data (ISO 10918-1, JFIF, Exif, XMP part 3), read and written. */
import { open, type FileHandle } from 'node:fs/promises'
import { PHOTOSHOP_SIGNATURE } from './photoshop.js'
import { copyRest, type Dressing } from './container.js'

const MARKER = { soi: 0xd8, app0: 0xe0, app1: 0xe1, app2: 0xe2, app13: 0xed, comment: 0xfe, sos: 0xda }
const EXIF = 'Exif\0\0'
const XMP = 'http://ns.adobe.com/xap/1.0/\0'
/** A segment's length field counts itself. */
const MAX_PAYLOAD = 65533

/** The largest XMP packet that one segment holds. */
export const MAX_JPEG_XMP = MAX_PAYLOAD - XMP.length
export const MAX_JPEG_EXIF = MAX_PAYLOAD - EXIF.length

interface Segment {
  marker: number
  payload: Buffer
}

/** The segments up to the first scan, and where that begins. Damaged files give what can be read. */
async function readSegments(file: FileHandle): Promise<{ segments: Segment[]; scanAt: number }> {
  const segments: Segment[] = []
  const head = Buffer.alloc(4)
  let at = 2
  for (;;) {
    const { bytesRead } = await file.read(head, 0, 4, at)
    if (bytesRead < 4) break
    if (head[0] !== 0xff) break
    const marker = head[1] ?? 0
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === MARKER.sos) break
    const payload = Buffer.alloc(Math.max(0, head.readUInt16BE(2) - 2))
    const { bytesRead: got } = await file.read(payload, 0, payload.length, at + 4)
    if (got < payload.length) break
    segments.push({ marker, payload })
    at += 4 + payload.length
  }
  return { segments, scanAt: at }
}

export interface JpegMetadata {
  exif: Buffer | null
  xmp: Buffer | null
  /** Photoshop resources, joined over their segments. */
  photoshop: Buffer | null
  comments: Buffer[]
  /** The XMP goes on in further segments, which are not read. */
  extendedXmp: boolean
}

export async function readJpegMetadata(path: string): Promise<JpegMetadata> {
  const file = await open(path, 'r')
  try {
    const { segments } = await readSegments(file)
    const after = (marker: number, signature: string) =>
      segments
        .filter(
          (segment) =>
            segment.marker === marker && segment.payload.toString('latin1', 0, signature.length) === signature,
        )
        .map(({ payload }) => payload.subarray(signature.length))
    const resources = after(MARKER.app13, PHOTOSHOP_SIGNATURE)
    return {
      exif: after(MARKER.app1, EXIF)[0] ?? null,
      xmp: after(MARKER.app1, XMP)[0] ?? null,
      photoshop: resources.length > 0 ? Buffer.concat(resources) : null,
      comments: segments.filter(({ marker }) => marker === MARKER.comment).map(({ payload }) => payload),
      extendedXmp: after(MARKER.app1, 'http://ns.adobe.com/xmp/extension/\0').length > 0,
    }
  } finally {
    await file.close()
  }
}

/** Copies the JPEG `source` to `target` with the dressing between its JFIF header and the rest. */
export async function dressJpeg(source: string, target: FileHandle, dressing: Dressing): Promise<void> {
  const file = await open(source, 'r')
  try {
    const { segments, scanAt } = await readSegments(file)
    const jfif = segments.find(({ marker }) => marker === MARKER.app0) ?? jfifSegment()
    if (dressing.density !== null) {
      const density = Math.min(65535, Math.round(dressing.density))
      jfif.payload[7] = 1
      jfif.payload.writeUInt16BE(density, 8)
      jfif.payload.writeUInt16BE(density, 10)
    }
    const added: Segment[] = []
    if (dressing.exif)
      added.push({ marker: MARKER.app1, payload: Buffer.concat([Buffer.from(EXIF, 'latin1'), dressing.exif]) })
    if (dressing.xmp !== null)
      added.push({
        marker: MARKER.app1,
        payload: Buffer.concat([Buffer.from(XMP, 'latin1'), Buffer.from(dressing.xmp)]),
      })
    if (dressing.photoshop) {
      const room = MAX_PAYLOAD - PHOTOSHOP_SIGNATURE.length
      for (let at = 0; at < dressing.photoshop.length; at += room) {
        added.push({
          marker: MARKER.app13,
          payload: Buffer.concat([
            Buffer.from(PHOTOSHOP_SIGNATURE, 'latin1'),
            dressing.photoshop.subarray(at, at + room),
          ]),
        })
      }
    }
    for (const payload of dressing.comments) added.push({ marker: MARKER.comment, payload })
    const rest = segments.filter((segment) => segment !== jfif)
    const head = [jfif, ...added, ...rest].map(({ marker, payload }) => {
      const start = Buffer.from([0xff, marker, 0, 0])
      start.writeUInt16BE(payload.length + 2, 2)
      return Buffer.concat([start, payload])
    })
    await target.writeFile(Buffer.concat([Buffer.from([0xff, MARKER.soi]), ...head]))
    await copyRest(file, scanAt, target)
  } finally {
    await file.close()
  }
}

/** Version 1.02, square pixels of no stated size, no thumbnail. The encoder leaves it out when it keeps no metadata. */
const jfifSegment = (): Segment => ({
  marker: MARKER.app0,
  payload: Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\0\0', 'latin1'),
})
