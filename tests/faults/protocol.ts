/** What a test tells the host process that it starts, and what that tells in return, one JSON line for each event. */
import { z } from 'zod'
import { ErrorWire } from '../../src/shared/errors.js'
import { JobRequest, ItemState } from '../../src/shared/job.js'

/**
 * Something done at an exact moment of the work: the host waits for it, so that it never comes too late. Moments:
 * `started`, `hashed` (the picture's bytes are known, its decoding has not begun), `ended`, `failed`, and the phases of a job.
 */
export const Hook = z.object({
  on: z.enum(['started', 'hashed', 'ended', 'failed', 'decode', 'estimate', 'denoise', 'sample', 'encode']),
  /** Of the item; any when absent. */
  label: z.string().optional(),
  /** For `sh`; HOST and ENGINE hold the two process numbers. Where it fails, it is tried at the next such moment. */
  run: z.string(),
  /** Each time the moment comes; else the first time in each process. */
  always: z.boolean().default(false),
})

export const HostConfig = z.object({
  dataDir: z.string(),
  entry: z.string(),
  /** New jobs, run in this order after those that are there. */
  requests: z.array(JobRequest).default([]),
  /** Jobs whose failed and cancelled items are tried again first. */
  retry: z.array(z.string()).default([]),
  stuckMs: z.number().optional(),
  hooks: z.array(Hook).default([]),
})
export type HostConfig = z.input<typeof HostConfig>

export const HostEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('engine'), pid: z.number() }),
  z.object({ event: z.literal('job'), job: z.string() }),
  z.object({ event: z.literal('started'), job: z.string(), label: z.string() }),
  z.object({ event: z.literal('phase'), label: z.string(), phase: z.string() }),
  z.object({
    event: z.literal('ended'),
    job: z.string(),
    label: z.string(),
    state: ItemState,
    error: ErrorWire.nullable(),
  }),
  z.object({ event: z.literal('end'), job: z.string(), end: z.string() }),
  z.object({ event: z.literal('error'), error: ErrorWire }),
])
export type HostEvent = z.infer<typeof HostEvent>
