/** One item of a job: identified, done unless it was done before, its temporary file on record all the while. */
import { basename, dirname, join } from 'node:path'
import type { Edit } from '../../../shared/edit.js'
import { resultSize } from '../../../shared/extend.js'
import type { ItemResult, JobRequest, PictureSize, SkipReason } from '../../../shared/job.js'
import type { JobReport } from '../../../shared/picture.js'
import { faultPoint } from '../../engine/protocol/fault-points.js'
import { nameTaken } from '../files/fs.js'
import type { InputGuard } from '../files/guard.js'
import { identityOf } from '../files/identity.js'
import { temporaryName } from '../files/names.js'
import { processFile, type ProcessTools } from '../jobs/process-file.js'
import type { JobProgress } from '../jobs/progress.js'
import { maskBeside } from '../jobs/scan-files.js'
import type { MaskSource } from '../../engine/protocol/tasks.js'
import type { ItemRecord, Lease } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import { batchFolder } from './folders.js'
import { unreadableError } from './plan-items.js'
import { alreadyMade, contentHash, resultKey } from './result-key.js'
import type { Admission, Stages } from './stages.js'
import { checkWithin } from './within.js'

export interface ItemOptions {
  signal: AbortSignal
  /** Knows all inputs of the job. */
  guard: InputGuard
  stages: Stages
  admission: Admission
  onSize: (size: PictureSize) => void
  onProgress: (progress: JobProgress) => void
}

export type ItemOutcome =
  { state: 'done'; result: ItemResult; report: JobReport } | { state: 'skipped'; reason: SkipReason }

/** Where an item's result is written to first, beside its target; recorded before anything is written. */
export const temporaryOf = ({ job, item, target }: Pick<ItemRecord, 'job' | 'item' | 'target'>): string | null =>
  target === null ? null : join(dirname(target), temporaryName(basename(target), `${job}-${item}`))

/** What tells a mask from every other: the bytes of its file, or how it is found. */
export async function maskIdentity(
  store: JobStore,
  mask: MaskSource | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (mask?.from === 'file') return await contentHash(store, mask.path, signal)
  return mask === undefined ? undefined : JSON.stringify(mask)
}

/** What an inpaint edit of this picture repaints. */
export function maskOf({ mask }: JobRequest, input: string): MaskSource | undefined {
  switch (mask?.from) {
    case undefined:
      return undefined
    case 'auto':
      return { from: 'scratches', sensitivity: mask.sensitivity }
    case 'file':
      return { from: 'file', path: mask.path, fit: mask.fit }
    case 'beside':
      return { from: 'file', path: maskBeside(input), fit: mask.fit }
  }
}

/** What is done to an item: the job's edit, in the item's variation. */
export const editOf = ({ edit }: Pick<JobRequest, 'edit'>, { variation }: Pick<ItemRecord, 'variation'>): Edit =>
  variation === undefined || !('variation' in edit) ? edit : { ...edit, variation }

/** Throws what is wrong with the file; `cancelled` when the signal was aborted. No temporary file stays. */
export async function runItem(
  tools: ProcessTools & { store: JobStore },
  lease: Lease,
  request: JobRequest,
  item: ItemRecord,
  { signal, guard, stages, admission, onSize, onProgress }: ItemOptions,
): Promise<ItemOutcome> {
  const { store, library, run } = tools
  const { target, temp, input, output, makeFolder } = item
  const { overwrite } = request
  const edit = editOf(request, item)
  // Planning has no target for what its name says cannot be read; a person may still ask for it to be tried again.
  if (target === null || temp === null) throw unreadableError(basename(input))
  faultPoint('start.after')
  const { timed, seconds } = stopwatch(stages)

  // Before it is hashed: a picture that changes after that is another one than its key says.
  const identity = await identityOf(input)
  const mask = maskOf(request, input)
  const maskFile = mask?.from === 'file' ? await identityOf(mask.path) : undefined
  // After that, too: what is put in their place later is noticed as a change.
  await checkWithin(request, batchFolder(tools.paths, item.job), {
    read: mask?.from === 'file' ? [input, mask.path] : [input],
    write: target,
  })
  const content = await contentHash(store, input, signal)
  const maskHash = await maskIdentity(store, mask, signal)
  const key = resultKey({ content, edit, mask: maskHash, output, run }, library)
  const mayBeMade = overwrite === 'never' || request.resume
  if (mayBeMade && (await nameTaken(target)) && (await alreadyMade(store, target, key)))
    return { state: 'skipped', reason: 'made' }

  const file = await processFile(
    tools,
    { input, identity, target, edit, mask, maskIdentity: maskFile, output, overwrite, makeFolder, guard },
    {
      signal,
      stages: timed,
      onProgress,
      onInspected: async ({ width, height, depth }) => {
        const size = { width, height, depth }
        onSize(size)
        await store.identify(lease, item.item, key, size)
        // An enlarged picture is the larger load by far.
        const result = resultSize(edit, size)
        return await admission.enter(Math.max(width * height, result.width * result.height), signal)
      },
      temporary: {
        path: temp,
        written: async ({ bytes, sha256 }, report) => {
          faultPoint('hash.before')
          const { model, provider, device, sigma, input: takenFor, notes } = report
          const result = { bytes, sha256, seconds: seconds(), model, provider, device, sigma, takenFor, notes }
          await store.written(lease, item.item, result)
          faultPoint('hash.after')
        },
      },
    },
  )
  const { model, provider, device, sigma, input: takenFor } = file.report
  faultPoint('commit.before')
  const { bytes, sha256, notes } = file
  const result = { bytes, sha256, seconds: seconds(), model, provider, device, sigma, takenFor, notes }
  return { state: 'done', result, report: file.report }
}

/** Seconds of an item's own work: what it waited for its stages is the work of others. */
function stopwatch(stages: Stages): { timed: Stages; seconds: () => number } {
  const began = performance.now()
  let waited = 0
  const timed: Stages = {
    run(part, signal, work) {
      const asked = performance.now()
      return stages.run(part, signal, () => {
        waited += performance.now() - asked
        return work()
      })
    },
  }
  return { timed, seconds: () => Math.round(performance.now() - began - waited) / 1000 }
}
