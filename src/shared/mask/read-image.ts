/**
 * How a picture becomes a mask: bright is repainted, dark is kept. A pixel's brightness is its largest colour number
 * (so red paint on black counts as much as white), times its alpha (what is transparent is not painted), brought to
 * 0..255 at any depth. From 128 on it is repainted wholly, and below not at all: greys in a mask's file are mostly what
 * a rim, a resize or JPEG left, and a halo of half-mixed pixels is what nobody asked for. `soft` keeps the greys, for
 * masks that were saved with a feather.
 */
import { LacunaError } from '../errors.js'
import type { MaskBitmap } from './bitmap.js'
import { checkSize, type AlphaOperation, type ImageOperation, type PictureSize } from './mask.js'
import { hasAlpha, type PixelSource } from './pixels.js'

/** From this value on a grey counts as masked, wherever a yes or no is needed. */
export const MASKED_FROM = 128

/**
 * Reads a mask for a picture. Throws `mask.size` for another size (unless `fit`), `mask.empty` when nothing in it is to
 * be repainted, `mask.full` when everything is. `name` is what sentences call it.
 */
export function readMaskImage(
  image: PixelSource,
  picture: PictureSize,
  { soft, fit }: Pick<ImageOperation, 'soft' | 'fit'>,
  name: string,
): MaskBitmap {
  if (!fit) checkSize(image, picture, name)
  const data = new Uint8Array(picture.width * picture.height)
  const columns = places(picture.width, image.width)
  const rows = places(picture.height, image.height)
  let masked = 0
  let kept = 0
  rows.forEach((from, y) => {
    const at = y * picture.width
    if (y > 0 && from === rows[y - 1]) data.copyWithin(at, at - picture.width, at)
    else {
      const row = image.row(from)
      for (let x = 0; x < picture.width; x++) {
        const value = brightness(image, row, columns[x]! * image.bands)
        data[at + x] = soft ? value : value >= MASKED_FROM ? 255 : 0
      }
    }
    for (let i = at; i < at + picture.width; i++) {
      if (data[i] !== 0) masked++
      if (data[i]! < MASKED_FROM) kept++
    }
  })
  if (masked === 0) throw new LacunaError('mask.empty', { name })
  if (kept === 0) throw new LacunaError('mask.full', { name })
  return { area: { x: 0, y: 0, width: picture.width, height: picture.height }, data }
}

/** Where a picture is more transparent than opaque; nothing in a picture without alpha. */
export function alphaBitmap(_operation: AlphaOperation, pixels: PixelSource): MaskBitmap {
  const { width, height, bands, max } = pixels
  if (!hasAlpha(pixels)) return { area: { x: 0, y: 0, width: 0, height: 0 }, data: new Uint8Array(0) }
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = pixels.row(y)
    for (let x = 0; x < width; x++) if (2 * row[(x + 1) * bands - 1]! < max) data[y * width + x] = 255
  }
  return { area: { x: 0, y: 0, width, height }, data }
}

/** What the decoder said of a mask's file, as what it means for a mask. */
export function asMaskError(thrown: unknown, name: string): LacunaError {
  const error = LacunaError.from(thrown)
  const notAPicture = ['file.notAPicture', 'file.unsupportedFormat', 'file.unsupportedHeic', 'file.unsupportedRaw']
  return notAPicture.includes(error.code) ? new LacunaError('mask.notAPicture', { name }, error) : error
}

/** For each place of a side the nearest of another side's. */
const places = (to: number, from: number): number[] =>
  Array.from({ length: to }, (_, at) => Math.min(from - 1, Math.floor(((2 * at + 1) * from) / (2 * to))))

function brightness({ bands, max }: PixelSource, row: Uint8Array | Uint16Array, at: number): number {
  const colour = bands < 3 ? row[at]! : Math.max(row[at]!, row[at + 1]!, row[at + 2]!)
  const alpha = hasAlpha({ bands }) ? row[at + bands - 1]! / max : 1
  return Math.round((255 * colour * alpha) / max)
}
