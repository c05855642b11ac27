/**
 * How a picture becomes a mask: bright is repainted, dark is kept. A pixel's brightness is its largest colour number
 * (so red paint on black counts as much as white), times its alpha (what is transparent is not painted), brought to
 * 0..255 at any depth. From 128 on it is repainted wholly, and below not at all: greys in a mask's file are mostly what
 * a rim, a resize or JPEG left, and a halo of half-mixed pixels is what nobody asked for. The greys stay where they are
 * known to be meant (`soft`), or where they look like it ('rim': see `hasSoftRim`): in masks that were saved with a feather.
 */
import { LacunaError } from '../errors.js'
import type { MaskBitmap } from './bitmap.js'
import { checkSize, type AlphaOperation, type ImageOperation, type PictureSize } from './mask.js'
import { hasAlpha, type PixelSource } from './pixels.js'
import { clearTraces, hasSoftRim } from './soft-rim.js'

/** From this value on a grey counts as masked, wherever a yes or no is needed. */
export const MASKED_FROM = 128

/** Colours that differ more than this are paint, of 255. */
const COLOURED = 16

export interface ReadImage extends Pick<ImageOperation, 'fit'> {
  soft: boolean | 'rim'
}

type Row = Uint8Array | Uint16Array
type ImageShape = Pick<PixelSource, 'width' | 'height' | 'bands' | 'max'>

/**
 * Reads a mask for a picture. Throws `mask.size` for another size (unless `fit`), `mask.empty` when nothing in it is to
 * be repainted, `mask.full` when everything is. `name` is what sentences call it.
 */
export function readMaskImage(image: PixelSource, picture: PictureSize, how: ReadImage, name: string): MaskBitmap {
  const reading = new MaskImage(image, picture, how, name)
  for (let y = 0; y < image.height; y++) reading.add(image.row(y))
  return reading.finish()
}

/** The same for one that is read row by row. Throws like {@link readMaskImage}. */
export class MaskImage {
  private readonly bytes: Uint8Array
  private coloured = false
  private filled = 0

  constructor(
    private readonly image: ImageShape,
    private readonly picture: PictureSize,
    private readonly how: ReadImage,
    private readonly name: string,
  ) {
    if (!how.fit) checkSize(image, picture, name)
    this.bytes = new Uint8Array(image.width * image.height)
  }

  /** The next row, from the top. */
  add(row: Row): void {
    const { width, bands, max } = this.image
    const most = (COLOURED * max) / 255
    const alpha = hasAlpha(this.image)
    for (let x = 0, at = 0; x < width; x++, at += bands) {
      let colour = row[at]!
      if (bands > 2) {
        const [green, blue] = [row[at + 1]!, row[at + 2]!]
        const brightest = Math.max(colour, green, blue)
        if (brightest - Math.min(colour, green, blue) > most && !(alpha && row[at + 3] === 0)) this.coloured = true
        colour = brightest
      }
      const opaque = alpha ? row[at + bands - 1]! / max : 1
      this.bytes[this.filled++] = Math.round((255 * colour * opaque) / max)
    }
  }

  finish(): MaskBitmap {
    const { image, picture, how, name, bytes } = this
    const soft = how.soft === 'rim' ? !this.coloured && hasSoftRim(bytes, image.width, image.height) : how.soft
    if (!soft) for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! >= MASKED_FROM ? 255 : 0
    else if (how.soft === 'rim') clearTraces(bytes)
    const data =
      image.width === picture.width && image.height === picture.height ? bytes : fitted(bytes, image, picture)
    if (!data.some((value) => value > 0)) throw new LacunaError('mask.empty', { name })
    if (!data.some((value) => value < MASKED_FROM)) throw new LacunaError('mask.full', { name })
    return { area: { x: 0, y: 0, width: picture.width, height: picture.height }, data }
  }
}

/** Each pixel from the nearest. */
function fitted(bytes: Uint8Array, from: PictureSize, to: PictureSize): Uint8Array {
  const data = new Uint8Array(to.width * to.height)
  const columns = places(to.width, from.width)
  places(to.height, from.height).forEach((row, y) => {
    for (let x = 0; x < to.width; x++) data[y * to.width + x] = bytes[row * from.width + columns[x]!]!
  })
  return data
}

/** Where a picture is more transparent than opaque; nothing in a picture without alpha. */
export function alphaBitmap(_operation: AlphaOperation, pixels: PixelSource): MaskBitmap {
  const selection = new AlphaSelection(pixels)
  if (hasAlpha(pixels)) for (let y = 0; y < pixels.height; y++) selection.add(pixels.row(y))
  return selection.finish()
}

/** The same for a picture that is read row by row; of one without alpha no row is needed. */
export class AlphaSelection {
  private readonly data: Uint8Array
  private filled = 0

  constructor(private readonly pixels: ImageShape) {
    this.data = new Uint8Array(hasAlpha(pixels) ? pixels.width * pixels.height : 0)
  }

  /** The next row, from the top. */
  add(row: Row): void {
    const { width, bands, max } = this.pixels
    for (let x = 1; x <= width; x++) this.data[this.filled++] = 2 * row[x * bands - 1]! < max ? 255 : 0
  }

  finish(): MaskBitmap {
    const { width, height } = this.pixels
    const size = hasAlpha(this.pixels) ? { width, height } : { width: 0, height: 0 }
    return { area: { x: 0, y: 0, ...size }, data: this.data }
  }
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
