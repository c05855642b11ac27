/** A file into a raster: oriented, at its own depth, in its own encoded numbers. */
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { TaskInput, TaskResult } from '../protocol/tasks.js'
import { checkpoint, watchGrowth, type ImagingContext } from './context.js'
import { isDiskFull, requireSpace } from './disk.js'
import { readHeader, type Header } from './header.js'
import { rasterOptions, readOptions, sharp } from './pixels.js'
import { pixelBytes, readShape, writeTrailer, type RasterShape } from './raster.js'
import { openablePath } from './signature.js'

/**
 * Decodes `path` to `raster.v` in `dir`. Nothing of a damaged file is given: throws `file.truncated` instead of half a picture.
 * Also throws what {@link readHeader} throws, `output.diskFull`, `file.changed` and `cancelled`.
 */
export async function decode(
  { path, dir }: Pick<TaskInput<'decode'>, 'path' | 'dir'>,
  context: ImagingContext,
): Promise<TaskResult<'decode'>> {
  const header = await readHeader(path)
  const target = join(dir, 'raster.v')
  await decodeTo(header, target, context)
  return { info: header.info, raster: { path: target, ...header.shape }, notes: header.info.notes }
}

/** The pixels of an inspected file into the raster `target`, which is removed again on failure. */
export async function decodeTo(header: Header, target: string, context: ImagingContext): Promise<void> {
  const { info, shape, profile } = header
  const turned = info.orientation !== 1
  const size = pixelBytes(shape)
  await requireSpace(join(target, '..'), turned ? size * 2 : size, { name: info.name })
  const flat = turned ? `${target}.flat.v` : target
  const flatShape = info.orientation >= 5 ? { ...shape, width: shape.height, height: shape.width } : shape
  try {
    checkpoint(context.signal)
    await watchGrowth(flat, size, context, 0, turned ? 0.6 : 1, decodeFlat(header, flat))
    await expectShape(flat, flatShape, info.name)
    checkpoint(context.signal)
    await writeTrailer(flat, flatShape, turned ? null : profile, info.orientation)
    if (turned) {
      // A turn needs random access, so it is a second pass over the scratch file instead of the whole picture in memory.
      const turn = sharp(flat, rasterOptions({ autoOrient: true }))
        .toColourspace(header.colourspace)
        .toFile(`${target}.turned.v`)
      await watchGrowth(`${target}.turned.v`, size, context, 0.6, 1, turn)
      await expectShape(`${target}.turned.v`, shape, info.name)
      await writeTrailer(`${target}.turned.v`, shape, profile)
      await rename(`${target}.turned.v`, target)
      await rm(flat)
    }
    checkpoint(context.signal)
  } catch (thrown) {
    for (const scratch of [flat, target, `${target}.turned.v`]) await rm(scratch, { force: true })
    if (thrown instanceof LacunaError) throw thrown
    if (isDiskFull(thrown)) throw new LacunaError('output.diskFull', { name: info.name }, thrown)
    throw new LacunaError('file.truncated', { name: info.name }, thrown)
  }
}

async function decodeFlat(header: Header, target: string): Promise<void> {
  const source = await openablePath(header.path)
  const pass = (failOn: 'warning' | 'error') =>
    sharp(source.path, readOptions({ failOn, ignoreIcc: !header.converted, unlimited: header.info.format === 'tiff' }))
      .toColourspace(header.colourspace)
      .toFile(target)
  try {
    // libjpeg calls lost picture data a warning; so every warning is an error unless it is known to be harmless.
    if (header.info.format === 'jpeg')
      await pass('warning').catch((thrown: unknown) =>
        isHarmlessJpegWarning(thrown)
          ? pass('error')
          : Promise.reject(LacunaError.from(thrown, 'file.truncated', { name: header.info.name })),
      )
    else await pass('error')
  } finally {
    await source.release()
  }
}

/** Odd but complete files: some cameras leave bytes between header segments or fill the scan's parameters in wrongly. */
function isHarmlessJpegWarning(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const lost =
    /premature end|bad Huffman|corrupt data|extraneous bytes before marker 0xd[0-9]|found marker 0x|Unsupported marker|inconsistent progression/i
  const harmless =
    /extraneous bytes before marker|Invalid SOS parameters|Unknown Adobe color transform|Warning: unknown JFIF revision|thumbnail/i
  return harmless.test(thrown.message) && !lost.test(thrown.message)
}

async function expectShape(path: string, expected: RasterShape, name: string): Promise<void> {
  const got = await readShape(path)
  if (
    got.width === expected.width &&
    got.height === expected.height &&
    got.bands === expected.bands &&
    got.depth === expected.depth
  )
    return
  throw new LacunaError(
    'file.changed',
    { name },
    new Error(`decoded ${JSON.stringify(got)} where the header of ${basename(path)} said ${JSON.stringify(expected)}`),
  )
}
