/** How much of a picture a network is shown at a time: what its manifest allows, and what the memory holds. */
import type { InpainterManifest } from '../../../../shared/model.js'
import type { RunOptions } from '../../protocol/tasks.js'
import type { Sight } from './views.js'

/** What the engine needs beside the network's own memory. */
const BASE = 500e6

export function sightOf({ size, bytesPerPixel }: InpainterManifest, run: RunOptions): Sight {
  if ('width' in size) return { ...size, free: null }
  const { multipleOf, least } = size
  const fits = Math.sqrt(Math.max(0, run.memoryBudget - BASE) / bytesPerPixel)
  const most = Math.max(least, Math.min(size.most, run.tile ?? Infinity, fits))
  const side = Math.max(Math.floor(most / multipleOf) * multipleOf, Math.ceil(least / multipleOf) * multipleOf)
  return { width: side, height: side, free: { multipleOf, least } }
}

/** Half of it, where the network can be shown less; else null. */
export function smaller({ width, free }: Sight): Sight | null {
  if (free === null) return null
  const least = Math.ceil(free.least / free.multipleOf) * free.multipleOf
  const side = Math.max(least, Math.floor(width / 2 / free.multipleOf) * free.multipleOf)
  return side < width ? { width: side, height: side, free } : null
}
