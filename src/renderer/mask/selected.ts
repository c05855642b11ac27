/** What wand, transparency and loaded masks select, as the studio worked it out on the state's real pixels. */
import { LacunaError } from '../../shared/errors.js'
import { mediaPath } from '../../shared/media.js'
import {
  isSelecting,
  selectionKey,
  type Area,
  type MaskOperation,
  type PictureSize,
  type SelectingOperation,
  type Selections,
} from '../../shared/mask/index.js'
import { api, mediaUrl } from '../client.js'

type Bitmap = Selections extends ReadonlyMap<string, infer B> ? B : never

/** What `operations` select, beside what is known. Throws LacunaError. */
export async function selected(
  document: string,
  state: string,
  picture: PictureSize,
  operations: readonly MaskOperation[],
  known: Selections,
): Promise<Selections> {
  const missing = new Map<string, SelectingOperation>()
  for (const operation of operations.filter(isSelecting)) {
    const key = selectionKey(operation)
    if (!known.has(key)) missing.set(key, operation)
  }
  const found = await Promise.all(
    [...missing].map(async ([key, operation]): Promise<[string, Bitmap]> => [
      key,
      await bitmapOf(document, state, picture, operation),
    ]),
  )
  return new Map([...known, ...found])
}

async function bitmapOf(
  document: string,
  state: string,
  picture: PictureSize,
  operation: SelectingOperation,
): Promise<Bitmap> {
  if (operation.kind === 'image')
    return bytesOf(operation.hash, { x: 0, y: 0, width: picture.width, height: picture.height })
  const { hash, area } = await api().documents.select({ document, state, operation })
  return area.width < 1 || area.height < 1 ? { area, data: new Uint8Array(0) } : bytesOf(hash, area)
}

/** Rows that are read at once: a few milliseconds for the widest pictures. */
const STRIP = 64
/** Then frames go before, in ms. */
const SLICE = 4

/** The bytes of a mask's picture. Throws LacunaError. */
async function bytesOf(hash: string, area: Area): Promise<Bitmap> {
  const response = await fetch(mediaUrl(mediaPath.mask(hash)))
  if (!response.ok) throw new LacunaError('internal', { reason: `mask ${hash}: HTTP ${response.status}` })
  const picture = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' })
  if (picture.width !== area.width || picture.height !== area.height)
    throw new LacunaError('internal', { reason: `mask ${hash} has ${picture.width} × ${picture.height} pixels` })
  const strip = new OffscreenCanvas(area.width, STRIP)
  const context = strip.getContext('2d', { willReadFrequently: true, alpha: false })
  if (context === null) throw new LacunaError('internal', { reason: 'no canvas' })
  const data = new Uint8Array(area.width * area.height)
  let until = performance.now() + SLICE
  for (let top = 0; top < area.height; top += STRIP) {
    const rows = Math.min(STRIP, area.height - top)
    context.drawImage(picture, 0, -top)
    const rgba = context.getImageData(0, 0, area.width, rows).data
    for (let from = 0, to = top * area.width; from < rgba.length; from += 4, to++) data[to] = rgba[from]!
    if (performance.now() < until) continue
    await new Promise((resolve) => setTimeout(resolve))
    until = performance.now() + SLICE
  }
  picture.close()
  return { area, data }
}
