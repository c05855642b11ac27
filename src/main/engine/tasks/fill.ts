/** Fills: drawn as variations for a person to choose from, or one of them at once as an edit. */
import { copyFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ExtendEdit, FillEdit } from '../../../shared/edit.js'
import { LacunaError, type Note } from '../../../shared/errors.js'
import { extensionOf } from '../../../shared/extend.js'
import type { FillArea } from '../../../shared/fill.js'
import type { JobReport } from '../../../shared/picture.js'
import { isDiskFull } from '../imaging/disk.js'
import { pasteRaster, readMask } from '../imaging/index.js'
import { drawExtension } from '../pipelines/inpaint/extend.js'
import { drawFills, type Drawn, type DrawnVariation } from '../pipelines/inpaint/draw.js'
import { boundsOf, type Marks } from '../pipelines/inpaint/crop.js'
import { PreviewCanvas } from '../pipelines/inpaint/preview-canvas.js'
import type { Inpainter } from '../pipelines/inpainter.js'
import { deviceName } from '../runtime/device.js'
import type { RasterRef, TaskInput, TaskResult } from '../protocol/tasks.js'
import type { Handler, TaskContext } from './context.js'
import type { EditHandler } from './edit.js'
import { inpainterFor } from './inpainter-for.js'

type FillInput = Pick<TaskInput<'fill'>, 'raster' | 'mask' | 'takeFrom' | 'model' | 'dir' | 'run'>

export const fill: Handler<'fill'> = async (input, context) => {
  const began = performance.now()
  const { drawn, area, inpainter } = await draw(input, input.edit, null, context)
  const variations = drawn.variations.map(({ seed, distance, changed, raster }) => ({
    seed,
    distance,
    changed,
    raster,
  }))
  return { area, variations, report: reportOf(input.edit, drawn, inpainter, began) }
}

async function asEdit(input: TaskInput<'edit'>, edit: FillEdit, context: TaskContext): Promise<TaskResult<'edit'>> {
  const began = performance.now()
  const found = await draw(input, edit, edit.variation, context).catch((thrown: unknown) => {
    // In a folder of scans the clean ones are no failures.
    if (input.mask?.from === 'scratches' && thrown instanceof LacunaError && thrown.code === 'mask.noScratches')
      return null
    throw thrown
  })
  if (found === null) return await unchanged(input, context, began)
  const { drawn, area, inpainter } = found
  const [made] = drawn.variations
  if (made === undefined) throw new LacunaError('internal', { reason: 'no fill was drawn' })
  const raster = await pasteRaster(input.raster, made.raster, area, input.out)
  return { raster, report: reportOf(edit, drawn, inpainter, began) }
}

/** The picture as it is, for no scratches were found in it. */
async function unchanged(
  { raster, edit, out }: TaskInput<'edit'>,
  { engine }: TaskContext,
  began: number,
): Promise<TaskResult<'edit'>> {
  await copyFile(raster.path, out).catch((thrown: unknown) => {
    throw isDiskFull(thrown) ? new LacunaError('output.diskFull', { name: basename(out) }, thrown) : thrown
  })
  const notes: Note[] = [{ code: 'picture.noScratches', params: {} }]
  return {
    raster: { ...raster, path: out },
    report: {
      ...{
        provider: engine.provider ?? 'cpu',
        device: engine.device ?? deviceName('cpu'),
        model: edit.model,
        tile: 0,
        sigma: null,
      },
      ...{ wallMs: performance.now() - began, sessionMs: 0, pixelsOut: 0, pixelsInferred: 0, notes },
    },
  }
}

export const inpaintEdit: EditHandler<'inpaint'> = asEdit
export const extendEdit: EditHandler<'extend'> = asEdit

/** Draws all variations, or the one of number `only`; `area` in pixels of the raster that was given. */
async function draw(
  input: FillInput,
  edit: FillEdit,
  only: number | null,
  context: TaskContext,
): Promise<{ drawn: Drawn; area: FillArea; inpainter: Inpainter }> {
  const { raster, dir } = input
  const { engine, signal, tellFill } = context
  const inpainter = await inpainterFor(input.model, input.run, context)
  engine.provider = inpainter.provider
  engine.device = inpainter.device
  const common = {
    ...{ raster, inpainter, dir, signal, only },
    ...{ seed: edit.seed, variations: edit.variations, mirror: edit.mirror, rotate: edit.rotate },
    progress: (fraction: number) => context.progress('fill', 0.05 + 0.95 * fraction),
    onVariation: ({ seed, distance, changed, raster }: DrawnVariation) =>
      tellFill({ variation: { seed, distance, changed }, raster }),
  }
  const previewOver = async (canvas: RasterRef, area: FillArea) =>
    only === null ? await PreviewCanvas.over(canvas, area, dir, (preview) => tellFill({ preview })) : undefined
  if (edit.kind === 'extend') {
    const extension = extensionOf(edit, raster)
    const area = canvasArea(edit, raster)
    tellFill({ area })
    let preview: PreviewCanvas | undefined
    const drawn = await drawExtension({
      ...common,
      extension,
      feather: edit.feather,
      onCanvas: async (canvas) => (preview = await previewOver(canvas, { ...area, left: 0, top: 0 })),
    })
    await preview?.settled()
    return { drawn, area, inpainter }
  }
  const marks = await marksOf(input, edit, context)
  let preview: PreviewCanvas | undefined
  const drawn = await drawFills({
    ...common,
    marks,
    onArea: async (area) => {
      tellFill({ area })
      return (preview = await previewOver(raster, area))
    },
  })
  await preview?.settled()
  return { drawn, area: drawn.area, inpainter }
}

function canvasArea(edit: ExtendEdit, { width, height }: RasterRef): FillArea {
  const { left, top, right, bottom } = extensionOf(edit, { width, height })
  return { left: 0 - left, top: 0 - top, width: left + width + right, height: top + height + bottom }
}

/** Throws `mask.empty` when there is no mask. */
async function marksOf(
  { raster, mask, takeFrom, dir }: FillInput,
  edit: { grow: number; feather: number },
  { signal, progress }: TaskContext,
): Promise<Marks> {
  if (mask === undefined) throw new LacunaError('mask.empty', {})
  const imaging = { signal, progress: (part: number) => progress('decode', 0.05 * part) }
  const options = { raster, dir, imaging, name: '' }
  const holes = await readMask(mask, { ...options, edit })
  const everywhere = { mask: holes, sources: null, reach: null }
  if (takeFrom === undefined) return everywhere
  const painted = await readMask(takeFrom.mask, { ...options, unchecked: true })
  const place = boundsOf(painted)
  // Nothing is painted there yet: that says nothing.
  if (place === null) return everywhere
  const wanted = takeFrom.mode === 'only'
  return { mask: holes, sources: { painted, wanted }, reach: wanted ? place : null }
}

const nothingFilled: Note = { code: 'picture.nothingFilled', params: {} }

const reportOf = (
  edit: FillEdit,
  { variations, fillMs, pixelsFilled, pixelsFilledFrom }: Drawn,
  inpainter: Inpainter,
  began: number,
): JobReport => ({
  ...{ provider: inpainter.provider, device: inpainter.device, model: edit.model, tile: 0, sigma: null },
  wallMs: performance.now() - began,
  sessionMs: fillMs,
  pixelsOut: pixelsFilled,
  pixelsInferred: pixelsFilledFrom,
  notes: [...inpainter.notes(), ...(variations.some(({ changed }) => changed) ? [] : [nothingFilled])],
})
