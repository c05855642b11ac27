/** lacuna-patch: internal diffusion on the CPU, see `engine/inpaint`. */
import { availableParallelism } from 'node:os'
import { contextsOf, reaching } from '../../inpaint/context.js'
import { fill } from '../../inpaint/fill.js'
import { fillPool } from '../../inpaint/pool.js'
import type { RunOptions } from '../../protocol/tasks.js'
import { deviceName } from '../../runtime/device.js'
import type { Inpainter } from '../inpainter.js'

/** Of the memory budget: the rest is for the rasters' rows, the mask and the host. */
const CROP_SHARE = 0.5

/** On the CPU whatever provider is set: that choice is for networks, and a person who made it wants to fill, too. */
export function patchInpainter(run: Pick<RunOptions, 'memoryBudget'>): Inpainter {
  const threads = threadCount()
  fillPool.warm(threads)
  const memory = run.memoryBudget * CROP_SHARE
  return {
    provider: 'cpu',
    device: deviceName('cpu'),
    deterministic: false,
    contexts: (picture, holes, reach) => reaching(contextsOf(picture, holes, memory), reach, memory),
    fill: ({ variations, sources, ...crop }) =>
      fill({ ...crop, threads, count: variations, ...(sources === null ? {} : { sources }) }),
    notes: () => [],
  }
}

function threadCount(): number {
  const asked = Number.parseInt(process.env['LACUNA_THREADS'] ?? '', 10)
  return asked > 0 ? asked : availableParallelism()
}
