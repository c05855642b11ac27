/** Runs the plain scripts (plain.py, plain_upscale.py), where a Python that can is there. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { measure, type TreeUse } from './process-tree.js'

/** Seconds of each part; `load`, `decode` and `encode` are parts of every script. */
const Parts = z.object({ load: z.number(), decode: z.number(), encode: z.number() }).catchall(z.number())
const Printed = z.object({ seconds: Parts, processor: Parts })

/** Of the whole process. */
export interface PlainRun extends TreeUse {
  parts: z.infer<typeof Parts>
  /** The same parts in seconds of processor time. */
  processorParts: z.infer<typeof Parts>
}

export interface PlainJob {
  /** Files, or folders. */
  source: string
  target: string
  /** Its folder. */
  model: string
  tile: number
  /** Enlarges so many times instead of denoising. */
  scale?: number
  /** As many as there are cores unless given. */
  threads?: number
}

export type Plain = (job: PlainJob) => Promise<PlainRun>

/** What is written where there is none. */
export const NO_PYTHON =
  'Not measured: it takes a Python with onnxruntime and OpenCV (models/training/requirements.txt).'

/** Null where there is no Python with OpenCV and onnxruntime; PYTHON names another one than `python3`. */
export async function plainScript(): Promise<Plain | null> {
  const python = process.env['PYTHON'] ?? 'python3'
  const ready = await promisify(execFile)(python, ['-c', 'import cv2, onnxruntime']).then(
    () => true,
    () => false,
  )
  if (!ready) return null
  return async ({ source, target, model, tile, scale, threads = 0 }) => {
    const script = join(import.meta.dirname, scale === undefined ? 'plain.py' : 'plain_upscale.py')
    const numbers = [tile, ...(scale === undefined ? [] : [scale]), threads].map(String)
    const { stdout, ...use } = await measure(python, [script, source, target, model, ...numbers])
    const { seconds, processor } = Printed.parse(JSON.parse(stdout))
    return { ...use, parts: seconds, processorParts: processor }
  }
}
