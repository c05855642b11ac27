/** A contact sheet: photos with damage, what is marked on them, and what is marked on them as they were. */
import sharp, { type OverlayOptions } from 'sharp'
import type { Photo } from './damage.js'

export interface Shown {
  photo: Photo
  mask: Uint8Array
  clean: Photo
  cleanMask: Uint8Array
}

const CELL = 440
const GAP = 4
/** Marked pixels are shown in it. */
const MARK = [255, 0, 200]

export async function writeSheet(file: string, shown: readonly Shown[]): Promise<void> {
  const parts: OverlayOptions[] = []
  for (const [row, { photo, mask, clean, cleanMask }] of shown.entries())
    for (const [column, picture] of [photo, marked(photo, mask), marked(clean, cleanMask)].entries())
      parts.push({ input: await small(picture), left: column * (CELL + GAP), top: row * (CELL + GAP) })
  const [width, height] = [3 * (CELL + GAP) - GAP, shown.length * (CELL + GAP) - GAP]
  await sharp({ create: { width, height, channels: 3, background: '#888' }, limitInputPixels: false })
    .composite(parts)
    .toFile(file)
}

function marked({ width, height, rgb }: Photo, mask: Uint8Array): Photo {
  const out = rgb.slice()
  for (let i = 0; i < mask.length; i++) if (mask[i]) out.set(MARK, 3 * i)
  return { width, height, rgb: out }
}

const small = ({ width, height, rgb }: Photo) =>
  sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(CELL, CELL, { fit: 'contain', background: '#888' })
    .png()
    .toBuffer()
