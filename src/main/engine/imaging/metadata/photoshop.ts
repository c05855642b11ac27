/** Photoshop image resources ("8BIM" blocks), the coat in which IPTC-IIM travels inside JPEG. */

export const PHOTOSHOP_SIGNATURE = 'Photoshop 3.0\0'

const IPTC = 0x0404
const RESOLUTION = 0x03ed
/** Thumbnails of the old picture (two generations of them): no longer true. */
const THUMBNAILS = [0x0409, 0x040c]

interface Resource {
  id: number
  data: Buffer
  /** With signature, name, size and padding. */
  whole: Buffer
}

/** Null when the blocks are damaged. */
function parse(bytes: Buffer): Resource[] | null {
  const resources: Resource[] = []
  let at = 0
  while (at + 12 <= bytes.length) {
    if (bytes.toString('latin1', at, at + 4) !== '8BIM')
      return resources.length > 0 && bytes.subarray(at).every((byte) => byte === 0) ? resources : null
    const id = bytes.readUInt16BE(at + 4)
    const name = 1 + (bytes[at + 6] ?? 0)
    const sizeAt = at + 6 + name + (name % 2)
    if (sizeAt + 4 > bytes.length) return null
    const size = bytes.readUInt32BE(sizeAt)
    const end = sizeAt + 4 + size
    if (end > bytes.length) return null
    resources.push({
      id,
      data: bytes.subarray(sizeAt + 4, end),
      whole: bytes.subarray(at, Math.min(bytes.length, end + (size % 2))),
    })
    at = end + (size % 2)
  }
  return resources
}

/** The resources that are still true of an edited picture; null when there are none, or they are damaged. */
export function keepTrueResources(bytes: Buffer): Buffer | null {
  const resources = parse(bytes)?.filter(({ id }) => !THUMBNAILS.includes(id))
  return resources && resources.length > 0
    ? Buffer.concat(
        resources.map(({ whole }) => (whole.length % 2 === 1 ? Buffer.concat([whole, Buffer.alloc(1)]) : whole)),
      )
    : null
}

/** The same resources with another resolution, in dots per inch, where they state one: 16.16 fixed point, unit 1. */
export function withResolution(bytes: Buffer, density: number): Buffer {
  const made = Buffer.from(bytes)
  for (const { id, data } of parse(made) ?? []) {
    if (id !== RESOLUTION || data.length < 16) continue
    for (const at of [0, 8]) {
      data.writeUInt32BE(Math.round(density * 2 ** 16), at)
      data.writeUInt16BE(1, at + 4)
    }
  }
  return made
}

/** Whether there is IPTC among the resources. */
export const hasIptc = (bytes: Buffer) => parse(bytes)?.some(({ id }) => id === IPTC) ?? false

/** A bare IPTC-IIM block as a resource. */
export function wrapIptc(iim: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.write('8BIM', 'latin1')
  head.writeUInt16BE(IPTC, 4)
  head.writeUInt32BE(iim.length, 8)
  return Buffer.concat([head, iim, Buffer.alloc(iim.length % 2)])
}
