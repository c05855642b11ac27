/** Work on open pictures: edits, fills and exports. */
import { z } from 'zod'
import { Edit } from '../edit.js'
import { ErrorWire, Note } from '../errors.js'
import { JobReport } from '../picture.js'
import { call, ofJob } from './call.js'

export const JobView = z.object({
  id: z.string(),
  document: z.string().nullable(),
  kind: z.enum(['edit', 'fill', 'export']),
  name: z.string(),
  edit: Edit.nullable(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  phase: z.string().nullable(),
  fraction: z.number().min(0).max(1),
  /** Seconds left; null until it can be said. */
  secondsLeft: z.number().nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  error: ErrorWire.nullable(),
  report: JobReport.nullable(),
  notes: z.array(Note),
  /** Where an export lies, for `documents.reveal`; null for edits, downloads and whatever is not done. */
  path: z.string().nullable(),
})
export type JobView = z.infer<typeof JobView>

export const jobCommands = {
  cancel: call.input(ofJob).output(z.void()),
  retry: call.input(ofJob).output(z.object({ job: z.string() })),
  clear: call.output(z.void()),
}
