/**
 * A part of an enlarged picture with its detail, for the live preview. It is drawn as a picture of its own, a margin of the
 * prior larger on all sides, with the noise of its place: what the whole run owes to pixels farther away is left out.
 */
import type { UpscaleEdit } from '../../../../shared/edit.js'
import { productOf } from '../../../../shared/upscale-passes.js'
import { neededBy } from '../../imaging/resample.js'
import type { Rect } from '../../protocol/tasks.js'
import { FieldAlgebra, type Field } from '../field.js'
import { crop, MemoryField } from '../memory-field.js'
import { shrunkField } from './back-projection.js'
import { addDetail, type DetailPrior } from './detail.js'
import { enlargeRegion, resampled, type RegionInput } from './region.js'

export interface DetailedRegionInput extends RegionInput {
  prior: DetailPrior
  priority: 0 | 1
  /** Whether the picture is what the result shrinks to; else it is what the network made of it. */
  clean: boolean
  /** For scratch. */
  dir: string
}

/** Rows [row][channel][x] of the part, not clipped. */
export async function detailedRegion(
  input: DetailedRegionInput,
  { detail, seed }: Pick<UpscaleEdit, 'detail' | 'seed'>,
): Promise<Float32Array> {
  const { picture, passes, size, rect, prior, buffers, signal, priority } = input
  const scale = productOf(passes)
  const large = { width: picture.width * scale, height: picture.height * scale }
  const wanted = neededBy(large, size, rect)
  const part = around(wanted, prior.manifest.margin.model, scale * prior.manifest.multipleOf, large)
  const rows = await enlargeRegion({ ...input, size: large, rect: part })
  const mean = new MemoryField(part.width, part.height, 3, { ...part, left: 0, top: 0 })
  mean.put(rows, 0)
  const scratch = new FieldAlgebra(input.dir, signal)
  try {
    const small = input.clean ? await partOf(picture, divided(part, scale)) : shrunkField(mean, scale)
    const drawn = await addDetail({
      ...{ prior, mean, small, scale, detail, seed, scratch, buffers, signal, priority },
      origin: part,
      progress: () => undefined,
    })
    const placed = new MemoryField(large.width, large.height, 3, part)
    placed.put(await drawn.picture.readRows(0, part.height), part.top)
    return await resampled(placed, large, size, wanted, rect)
  } finally {
    await scratch.close()
  }
}

/** A part with a margin, its corners on a grid so that networks see it as they see the whole. */
function around(
  { left, top, width, height }: Rect,
  margin: number,
  grid: number,
  within: { width: number; height: number },
): Rect {
  const from = (at: number) => Math.max(0, Math.floor((at - margin) / grid) * grid)
  const to = (at: number, most: number) => Math.min(most, Math.ceil((at + margin) / grid) * grid)
  const corner = { left: from(left), top: from(top) }
  return {
    ...corner,
    width: to(left + width, within.width) - corner.left,
    height: to(top + height, within.height) - corner.top,
  }
}

const divided = ({ left, top, width, height }: Rect, by: number): Rect => ({
  left: left / by,
  top: top / by,
  width: width / by,
  height: height / by,
})

async function partOf(field: Field, { left, top, width, height }: Rect): Promise<Field> {
  const { channels } = field
  const part = new MemoryField(width, height, channels, { left: 0, top: 0, width, height })
  part.put(crop(await field.readRows(top, height), field.width, left, width, height * channels), 0)
  return part
}
