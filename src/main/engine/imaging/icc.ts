/** What is read of an ICC profile (ICC.1:2022): whether it can be one for the picture, and its name. */

/** Colour space signatures of the header (section 7.2.6) and the number of colour channels they describe. */
const CHANNELS: Record<string, number> = { GRAY: 1, 'RGB ': 3, CMYK: 4, 'Lab ': 3 }

/** Whether the profile is well formed and describes pictures of `colours` channels (alpha not counted). */
export function isUsableProfile(icc: Buffer, colours: number): boolean {
  if (icc.length < 132 || icc.toString('latin1', 36, 40) !== 'acsp' || icc.readUInt32BE(0) > icc.length) return false
  if (CHANNELS[icc.toString('latin1', 16, 20)] !== colours) return false
  const tags = icc.readUInt32BE(128)
  if (tags === 0 || tags > 1000 || 132 + tags * 12 > icc.length) return false
  for (let i = 0; i < tags; i++) {
    const at = 132 + i * 12
    if (icc.readUInt32BE(at + 4) + icc.readUInt32BE(at + 8) > icc.length) return false
  }
  return true
}

/** The profile's description ("Display P3"), or a plain word when it has none. */
export function profileName(icc: Buffer): string {
  const at = findTag(icc, 'desc')
  if (at === null) return 'ICC'
  const type = icc.toString('latin1', at, at + 4)
  let text = ''
  if (type === 'desc') text = icc.toString('latin1', at + 12, at + 12 + icc.readUInt32BE(at + 8))
  // Multi-localised text: the first record, UTF-16BE at an offset from the tag's start.
  if (type === 'mluc') {
    const length = icc.readUInt32BE(at + 20)
    const start = at + icc.readUInt32BE(at + 24)
    text = Buffer.from(icc.subarray(start, start + (length & ~1)))
      .swap16()
      .toString('utf16le')
  }
  return text.replace(/\0/g, '').trim() || 'ICC'
}

function findTag(icc: Buffer, signature: string): number | null {
  const tags = icc.readUInt32BE(128)
  for (let i = 0; i < tags; i++) {
    const at = 132 + i * 12
    if (icc.toString('latin1', at, at + 4) !== signature) continue
    const offset = icc.readUInt32BE(at + 4)
    return offset + 28 <= icc.length ? offset : null
  }
  return null
}
