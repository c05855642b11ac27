/** Works through a plan, one picture after another, and tells what happens as events. */
import type { Edit } from '../../shared/edit.js'
import { isCancelled, LacunaError, type Note } from '../../shared/errors.js'
import type { EventError, EventNote, RunEvent } from '../../shared/events.js'
import type { Words } from '../../shared/words.js'
import { processFile, type FilePlan, type JobProgress, type PlannedFile } from '../studio/index.js'
import type { Tools } from './tools.js'
import { timeLeft, type Part } from './report/time.js'

export interface RunRequest {
  readonly plan: FilePlan
  readonly edit: Edit
  readonly overwrite: 'never' | 'always'
  readonly signal: AbortSignal
}

export interface RunOutcome {
  readonly failed: number
  readonly cancelled: boolean
}

const progressIntervalMs = 200

/** A failed picture never stops the others; nothing is thrown for one. */
export async function runFiles(
  tools: Tools,
  { plan, edit, overwrite, signal }: RunRequest,
  words: Words,
  report: (event: RunEvent) => void,
): Promise<RunOutcome> {
  const began = performance.now()
  const total = plan.files.length
  const counts = { done: 0, failed: 0, skipped: 0 }
  let ended = 0
  const which = (file: PlannedFile, at: number) => ({ index: at + 1, total, input: file.input })

  for (const [at, file] of plan.files.entries()) {
    report({ v: 1, event: 'planned', ...which(file, at), output: file.target })
  }
  for (const { path, reason } of plan.skipped) {
    const error = reason === 'unreadable' && !signal.aborted ? await whyUnreadable(tools, path, signal) : null
    if (error === null) {
      counts.skipped++
      report({ v: 1, event: 'skipped', input: path, reason: reason === 'unreadable' ? 'foreign' : reason })
    } else {
      counts.failed++
      report({ v: 1, event: 'failed', input: path, error: worded(error, words) })
    }
  }
  for (const [at, file] of plan.files.entries()) {
    if (signal.aborted) break
    try {
      if (file.error !== null) throw file.error
      const started = performance.now()
      report({ v: 1, event: 'started', ...which(file, at) })
      const onProgress = throttle(({ phase, fraction, secondsLeft }) => {
        const overall = timeLeft((at + fraction) / total, secondsSince(began))
        report({
          v: 1,
          event: 'progress',
          ...which(file, at),
          phase,
          ...tidy({ fraction, secondsLeft }),
          overall: tidy(overall),
        })
      })
      const { input, target, output, makeFolder } = file
      const job = { input, target, edit, output, overwrite, makeFolder, guard: plan.guard }
      const result = await processFile(tools, job, { signal, onProgress })
      const { model, provider, device, sigma } = result.report
      const made = { output: result.output, bytes: result.bytes, seconds: secondsSince(started) }
      const notes = result.notes.map((note) => wordedNote(note, words))
      counts.done++
      report({ v: 1, event: 'done', ...which(file, at), ...made, model, provider, device, sigma, notes })
    } catch (thrown) {
      if (signal.aborted && isCancelled(thrown)) break
      const error = LacunaError.from(thrown)
      if (error.cause !== undefined) tools.log.warn(`${error.code} ${file.input}`, error)
      counts.failed++
      report({ v: 1, event: 'failed', ...which(file, at), error: worded(error, words) })
    }
    ended++
  }
  const cancelled = signal.aborted
  const seconds = secondsSince(began)
  report({ v: 1, event: 'summary', ...counts, unfinished: total - ended, cancelled, seconds })
  return { failed: counts.failed, cancelled }
}

/** HEIC and camera raw files in a folder are pictures that a person would miss: the engine says what each of them is. */
async function whyUnreadable({ engine }: Tools, path: string, signal: AbortSignal): Promise<LacunaError | null> {
  try {
    await engine.run({ kind: 'inspect', path }, { signal })
    return null
  } catch (thrown) {
    return isCancelled(thrown) ? null : LacunaError.from(thrown)
  }
}

const worded = ({ code, params }: LacunaError, words: Words): EventError => ({
  code,
  params,
  message: words.errorSentence({ code, params }),
})

const wordedNote = ({ code, params }: Note, words: Words): EventNote => ({
  code,
  params,
  message: words.noteSentence({ code, params }),
})

/** Digits that mean something, for lines that programs and people read. */
const tidy = ({ fraction, secondsLeft }: Part): Part => ({
  fraction: Math.round(fraction * 1e4) / 1e4,
  secondsLeft: secondsLeft === null ? null : Math.round(secondsLeft * 10) / 10,
})

/** To the millisecond. */
const secondsSince = (start: number): number => Math.round(performance.now() - start) / 1000

function throttle(report: (progress: JobProgress) => void): (progress: JobProgress) => void {
  let last = -Infinity
  return (progress) => {
    const now = performance.now()
    if (now - last < progressIntervalMs) return
    last = now
    report(progress)
  }
}
