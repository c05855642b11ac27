/** Messages between the coordinator thread and the one inference worker. Same process, same build: types suffice. */
import type { ElementType } from './elements.js'

export interface TensorData {
  dims: readonly number[]
  data: Float32Array
  /** What the graph takes or gives; the worker converts. float32 unless given. */
  type?: ElementType
}

export interface SessionSpec {
  /** ONNX file. */
  file: string
  provider: string
  /** Fixes free dimensions of the graph by name (GPU providers run far better with one known shape). */
  freeDimensions?: Record<string, number>
  /** What fails is expected to, and onnxruntime need not print it. */
  quiet?: boolean
}

export type ToWorker =
  /** `room`: for the only output, whose shape is known from a run before. */
  | {
      type: 'run'
      id: number
      key: string
      spec: SessionSpec
      feeds: Record<string, TensorData>
      room?: TensorData
      priority: 0 | 1
    }
  /** A run that need not be any more; nothing where it has begun. */
  | { type: 'drop'; id: number }
  | { type: 'release'; keys: string[] }

export type FromWorker =
  | { type: 'up'; backends: { name: string; bundled: boolean }[]; version: string }
  /** `spent`: what the feeds lay in, and room that was not used, given back. */
  | {
      type: 'ran'
      id: number
      outputs: Record<string, TensorData>
      spent: Float32Array[]
      ms: number
      loadMs: number
    }
  /** It was never begun. */
  | { type: 'dropped'; id: number }
  | { type: 'error'; id: number; stage: 'load' | 'run'; message: string }
