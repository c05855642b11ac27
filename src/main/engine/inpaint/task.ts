/** What the threads of a fill are told and tell. */
import type { ErrorWire } from '../../../shared/errors.js'
import type { MessagePort } from 'node:worker_threads'
import type { Parts } from './finish.js'
import type { Plan } from './plan.js'
import type { State } from './state.js'

/** A request as it crosses to the thread that leads; all arrays are shared memory. */
export interface FillTask {
  picture: Float32Array
  hole: Uint8Array
  sources: Uint8Array | null
  width: number
  height: number
  seed: number
  count: number
  /** The one variation to take to full size; all of them when null. */
  only: number | null
  mirror: boolean
  rotate: boolean
  previews: boolean
}

export interface LevelPreview {
  /** 0 is the crop's own size. */
  level: number
  levels: number
  variation: number
  width: number
  height: number
  /** Interleaved RGB. */
  picture: Float32Array
}

export interface Fill {
  /** Interleaved RGB of the crop; known pixels as they were given. */
  picture: Float32Array
  /** Mean patch distance at full size: lower is better. */
  distance: number
  /** The seed of its drawing. */
  seed: number
}

/** Work that all lanes do together. */
export type Job =
  | { kind: 'draw'; plans: Plan[]; states: State[]; seed: number }
  | { kind: 'finish'; parts: Parts; task: FillTask; plan: Plan; state: State }
  | { kind: 'settle'; plan: Plan; state: State; seed: number; sigmas: number[] }

export type ToThread =
  | { type: 'lead'; task: FillTask; sync: Int32Array; helpers: MessagePort[] }
  | { type: 'help'; port: MessagePort; sync: Int32Array; lanes: number }
  /** Nothing to do for a while: it gives back what the last fill left. */
  | { type: 'rest' }

export type FromThread =
  | { type: 'level'; preview: LevelPreview }
  | { type: 'fill'; variation: number; fill: Fill }
  | { type: 'filled' }
  | { type: 'helped' }
  | { type: 'failed'; error: ErrorWire }
