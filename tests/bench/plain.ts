/** Runs tests/bench/plain.py, where a Python that can is there. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { measure } from './process-tree.js'

const Parts = z.object({
  load: z.number(),
  decode: z.number(),
  estimate: z.number(),
  denoise: z.number(),
  encode: z.number(),
})

export interface PlainRun {
  /** Of the whole process. */
  seconds: number
  parts: z.infer<typeof Parts>
  /** Bytes; null where it could not be measured. */
  peakAnonymous: number | null
}

export type Plain = (source: string, target: string, model: string, tile: number, threads?: number) => Promise<PlainRun>

/** Null where there is no Python with OpenCV and onnxruntime; PYTHON names another one than `python3`. */
export async function plainScript(): Promise<Plain | null> {
  const python = process.env['PYTHON'] ?? 'python3'
  const ready = await promisify(execFile)(python, ['-c', 'import cv2, onnxruntime']).then(
    () => true,
    () => false,
  )
  if (!ready) return null
  const script = join(import.meta.dirname, 'plain.py')
  return async (source, target, model, tile, threads = 0) => {
    const { stdout, seconds, peakAnonymous } = await measure(python, [
      ...[script, source, target, model],
      ...[String(tile), String(threads)],
    ])
    return { seconds, parts: Parts.parse(JSON.parse(stdout)), peakAnonymous }
  }
}
