/** An inpaint edit on a whole raster: its mask read and made ready, its holes filled from the picture itself. */
import { availableParallelism } from 'node:os'
import { LacunaError } from '../../../shared/errors.js'
import { readMask } from '../imaging/index.js'
import { inpaint } from '../pipelines/inpaint.js'
import { deviceName } from '../runtime/device.js'
import type { EditHandler } from './edit.js'

/** Of the memory budget: the rest is for the rasters' rows, the mask and the host. */
const CROP_SHARE = 0.5

export const inpaintEdit: EditHandler<'inpaint'> = async (input, edit, { engine, signal, progress }) => {
  const { raster, run } = input
  if (input.mask === undefined) throw new LacunaError('mask.empty', {})
  if (run.provider !== 'auto' && run.provider !== 'cpu')
    throw new LacunaError('engine.providerUnavailable', {
      provider: run.provider,
      reason: `${edit.model} runs on the CPU alone`,
    })
  const began = performance.now()
  const device = deviceName('cpu')
  engine.provider = 'cpu'
  engine.device = device
  const mask = await readMask(input.mask, {
    raster,
    edit,
    dir: input.dir,
    imaging: { signal, progress: (part) => progress('decode', 0.05 * part) },
  })
  const result = await inpaint({
    ...{ raster, mask, edit, signal, out: input.out },
    threads: threadCount(),
    memory: run.memoryBudget * CROP_SHARE,
    progress: (phase, part) => progress(phase, 0.05 + 0.95 * part),
  })
  return {
    raster: result.raster,
    report: {
      ...{ provider: 'cpu', device, model: edit.model, tile: 0, sigma: null },
      wallMs: performance.now() - began,
      sessionMs: result.fillMs,
      pixelsOut: raster.width * raster.height,
      pixelsInferred: result.pixelsFilledFrom,
      notes: result.notes,
    },
  }
}

function threadCount(): number {
  const asked = Number.parseInt(process.env['LACUNA_THREADS'] ?? '', 10)
  return asked > 0 ? asked : availableParallelism()
}
