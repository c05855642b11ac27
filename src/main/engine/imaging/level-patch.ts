/**
 * One viewer level out of a level that it differs from in a part alone. Halving an even side treats every pixel alike, so
 * the part can be computed by itself, with a few pixels around it, and comes out as it would from the whole. Odd sides are
 * stretched a little on their way, at every place another way: those are halved as a whole.
 */
import { constants, copyFile, open } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import type { RasterRef, Rect } from '../protocol/tasks.js'
import { HEADER, rowBytes, writeFailure } from './raster.js'

/** How far a pixel reaches when the picture is halved, in pixels of the smaller one. */
const REACH = 2
/** Computed around the part and thrown away, in pixels of the smaller one. */
const MARGIN = 4

/** From this share of the picture on, a part is no less work than the whole. */
const MOST = 0.6

type Size = Pick<RasterRef, 'width' | 'height'>

export const canBePatched = ({ width, height }: Size, area: Rect): boolean =>
  width % 2 === 0 && height % 2 === 0 && area.width * area.height < MOST * width * height

/** What may change in the next level when `area` of this one did. */
export function halfArea(area: Rect, size: Size): Rect {
  const next = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) }
  return grown(
    {
      left: Math.floor(area.left / 2),
      top: Math.floor(area.top / 2),
      right: Math.ceil((area.left + area.width) / 2),
      bottom: Math.ceil((area.top + area.height) / 2),
    },
    REACH,
    next,
  )
}

/**
 * Writes `path`: `near` with what `halve` makes of a part of the level above put into `part`. Resolves to false, with no
 * more than a copy written, when that has other bands than `near` has. Throws `output.diskFull`, `output.failed`.
 */
export async function patchLevel(
  near: RasterRef,
  part: Rect,
  path: string,
  halve: (from: Rect, to: Size) => Sharp,
): Promise<boolean> {
  const { left, top, width, height } = part
  const wide = grown({ left, top, right: left + width, bottom: top + height }, MARGIN, near)
  const source = { left: wide.left * 2, top: wide.top * 2, width: wide.width * 2, height: wide.height * 2 }
  const { data, info } = await halve(source, wide)
    .extract({ left: left - wide.left, top: top - wide.top, width, height })
    .raw()
    .toBuffer({ resolveWithObject: true })
  await copyFile(near.path, path, constants.COPYFILE_FICLONE).catch((thrown: unknown) => {
    throw writeFailure(path, thrown)
  })
  if (info.channels !== near.bands || near.depth !== 8) return false
  const file = await open(path, 'r+')
  try {
    const length = width * near.bands
    for (let y = 0; y < height; y++) {
      const at = HEADER + (top + y) * rowBytes(near) + left * near.bands
      await file.write(data, y * length, length, at)
    }
  } catch (thrown) {
    throw writeFailure(path, thrown)
  } finally {
    await file.close()
  }
  return true
}

function grown(
  { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
  by: number,
  { width, height }: Size,
): Rect {
  const [x, y] = [Math.max(0, left - by), Math.max(0, top - by)]
  return { left: x, top: y, width: Math.min(width, right + by) - x, height: Math.min(height, bottom + by) - y }
}
