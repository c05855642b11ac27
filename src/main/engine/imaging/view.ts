/** What the viewer sees: levels, regions, thumbnails and the numbers under the pointer. All in sRGB but the numbers. */
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Sharp } from 'sharp'
import { LacunaError } from '../../../shared/errors.js'
import type { RasterRef, Rect, TaskInput, TaskResult } from '../protocol/tasks.js'
import { checkpoint, watchGrowth, type ImagingContext } from './context.js'
import { isDiskFull, requireSpace } from './disk.js'
import { readHeader } from './header.js'
import { canBePatched, halfArea, patchLevel } from './level-patch.js'
import { rasterOptions, readOptions, sharp } from './pixels.js'
import { RasterReader, readProfile, readShape, writeTrailer } from './raster.js'
import { openablePath } from './signature.js'

/** Levels end when both sides fit into one viewer tile. */
const LAST_LEVEL_SIDE = 512

/** Side of the next level: half, rounded up, so that no edge pixel is lost. */
export const halfSide = (side: number) => Math.max(1, Math.ceil(side / 2))

/**
 * Reduces 16 bits to 8 before anything else: sharp takes 16-bit pictures to Display P3 instead of sRGB.
 * The profile then applies to the 8-bit numbers.
 */
function asView(image: Sharp, grey: boolean, depth: RasterRef['depth']): Sharp {
  return depth === 16 ? image.pipelineColourspace(grey ? 'b-w' : 'srgb') : image
}

/**
 * Viewer levels 1, 2, … as 8-bit sRGB rasters `level<n>.v` in `dir`. With `near`, those of a raster of the same shape that
 * differs in an area, only that is computed. Throws `output.diskFull`, `cancelled`.
 */
export async function buildLevels(
  { raster, dir, near }: Pick<TaskInput<'levels'>, 'raster' | 'dir' | 'near'>,
  context: ImagingContext,
): Promise<TaskResult<'levels'>> {
  const levels: RasterRef[] = []
  const profile = await readProfile(raster)
  const grey = raster.bands < 3
  // A grey picture with a profile becomes colour on its way to sRGB; without one it is grey sRGB already.
  const colourspace = grey && profile === null ? 'b-w' : 'srgb'
  await requireSpace(dir, raster.width * raster.height * 4 * 0.4, { name: basename(raster.path) })
  let from = raster
  let area = near?.area ?? null
  try {
    while (from.width > LAST_LEVEL_SIDE || from.height > LAST_LEVEL_SIDE) {
      checkpoint(context.signal)
      const [width, height] = [halfSide(from.width), halfSide(from.height)]
      const path = join(dir, `level${levels.length + 1}.v`)
      const above = from
      const halved = (part: Rect | null, size: { width: number; height: number }): Sharp => {
        const image = asView(sharp(above.path, rasterOptions()), grey, above.depth)
        return (part === null ? image : image.extract(part))
          .resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'linear' })
          .toColourspace(colourspace)
      }
      const before = near?.levels[levels.length]
      const part = area === null ? null : halfArea(area, above)
      const patched =
        part !== null &&
        before?.width === width &&
        before.height === height &&
        canBePatched(above, part) &&
        (await patchLevel(before, part, path, halved))
      area = part
      if (!patched) {
        const work = halved(null, { width, height }).toFile(path)
        const done = 1 - 0.25 ** levels.length
        await watchGrowth(path, width * height * 3, context, done, 1 - 0.25 ** (levels.length + 1), work)
      }
      const shape = await readShape(path)
      await writeTrailer(path, shape, null)
      from = { path, ...shape }
      levels.push(from)
    }
  } catch (thrown) {
    for (let n = 1; n <= levels.length + 1; n++) await rm(join(dir, `level${n}.v`), { force: true })
    if (isDiskFull(thrown)) throw new LacunaError('output.diskFull', { name: basename(raster.path) }, thrown)
    throw thrown
  }
  context.progress(1)
  return { levels }
}

/** One region as 8-bit sRGB(A), encoded; the part outside the picture is cut off. Throws `request.invalid` when nothing is left. */
export async function renderRegion({
  raster,
  rect,
  type,
  size,
}: Pick<TaskInput<'region'>, 'raster' | 'rect' | 'type' | 'size'>): Promise<TaskResult<'region'>> {
  const width = Math.min(rect.width, raster.width - rect.left)
  const height = Math.min(rect.height, raster.height - rect.top)
  if (width < 1 || height < 1) throw new LacunaError('request.invalid', { reason: 'region outside the picture' })
  const region = asView(sharp(raster.path, rasterOptions()), raster.bands < 3, raster.depth).extract({
    ...{ left: rect.left, top: rect.top, width, height },
  })
  const image =
    size === undefined || Math.max(width, height) <= size
      ? region
      : region.resize({ width: size, height: size, fit: 'inside', kernel: 'linear' })
  return encodeView(image.toColourspace(type === 'grey' ? 'b-w' : 'srgb'), type)
}

async function encodeView(image: Sharp, type: 'webp' | 'png' | 'jpeg' | 'grey'): Promise<TaskResult<'region'>> {
  const encoded = {
    webp: () => image.webp({ quality: 90, alphaQuality: 90, effort: 1 }),
    png: () => image.png({ compressionLevel: 3 }),
    grey: () => image.png({ compressionLevel: 3 }),
    jpeg: () => image.flatten({ background: '#ffffff' }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  }[type]()
  return { data: new Uint8Array(await encoded.toBuffer()), type: `image/${type === 'grey' ? 'png' : type}` }
}

/** The file's own numbers at one pixel. */
export async function readPixel({
  raster,
  x,
  y,
}: Pick<TaskInput<'pixel'>, 'raster' | 'x' | 'y'>): Promise<TaskResult<'pixel'>> {
  if (x >= raster.width || y >= raster.height)
    throw new LacunaError('request.invalid', { reason: 'pixel outside the picture' })
  const reader = await RasterReader.open(raster)
  try {
    return { values: await reader.readPixel(x, y) }
  } finally {
    await reader.close()
  }
}

/** A small sRGB picture straight from the file's decoder (JPEG and WebP shrink while decoding), at most `size` on both sides. */
export async function thumbnail({
  path,
  size,
}: Pick<TaskInput<'thumbnail'>, 'path' | 'size'>): Promise<TaskResult<'thumbnail'>> {
  const header = await readHeader(path)
  const source = await openablePath(path)
  try {
    const ignoreIcc = header.profile === null && !header.converted
    const image = asView(
      sharp(source.path, readOptions({ failOn: 'truncated', ignoreIcc })),
      header.info.grey,
      header.shape.depth,
    )
      .resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
    return await encodeView(turn(image, header.info.orientation), 'webp')
  } catch (thrown) {
    throw LacunaError.from(thrown, 'file.truncated', { name: header.info.name })
  } finally {
    await source.release()
  }
}

/** Orientation 1..8 by the header's answer, so that thumbnail and raster never disagree. sharp mirrors before it rotates. */
function turn(image: Sharp, orientation: number): Sharp {
  const mirrored = orientation === 4 ? image.flip() : [2, 5, 7].includes(orientation) ? image.flop() : image
  const degrees = { 3: 180, 5: 270, 6: 90, 7: 90, 8: 270 }[orientation]
  return degrees === undefined ? mirrored : mirrored.rotate(degrees)
}
