/** How much memory there is, how much is used, and the tile that fits. */
import { readFileSync } from 'node:fs'
import { platform } from 'node:os'
import type { DenoiserManifest } from '../../../shared/model.js'
import type { RunOptions } from '../protocol/tasks.js'

/** Anonymous resident bytes of this process: what it really holds, files that are mapped in not counted. */
export function anonymousMemory(): number {
  if (platform() === 'linux') {
    const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes) return Number(kilobytes) * 1024
  }
  return process.memoryUsage().rss
}

/** What the engine needs beside a tile's own memory: runtime, weights, rows of a strip. */
export const BASE_MEMORY = 500e6
const LARGEST = 768
const SMALLEST = 64

/**
 * Core side of a tile: the one that was asked for, else the largest up to 768 px whose window fits the budget.
 * Larger tiles gain little: at 768 px the margins are a quarter of the work.
 */
export function tileSide(manifest: DenoiserManifest, run: RunOptions): number {
  if (run.tile !== null) return Math.ceil(run.tile / manifest.multipleOf) * manifest.multipleOf
  const pixels = Math.max(0, run.memoryBudget - BASE_MEMORY) / manifest.bytesPerPixel
  const side = Math.floor(Math.sqrt(pixels)) - 2 * manifest.margin.model
  return Math.max(SMALLEST, Math.min(LARGEST, Math.floor(side / 64) * 64))
}
