/** `--report`: the sum of a job as a file, for a person (text) or a program (`.json`). */
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { LacunaError } from '../../../shared/errors.js'
import type { ReportFile, RunEvent, RunEventOf } from '../../../shared/events.js'
import type { Words } from '../../../shared/words.js'
import { nameTaken, outputError } from '../../studio/files/fs.js'
import { reportOf } from '../../studio/batches/report.js'
import type { JobStore } from '../../studio/jobs/store/store.js'
import { itemEvent } from '../jobs/describe.js'
import { jobOf } from '../jobs/find.js'

/**
 * Before a night's work rather than after it: throws `output.folderMissing`, or `output.exists` for a file that is none
 * of our reports, since a mistyped name must not cost a picture.
 */
export async function checkReport(file: string, words: Words): Promise<void> {
  const params = { name: basename(file), folder: dirname(file) }
  try {
    if (!(await stat(dirname(file))).isDirectory()) throw new LacunaError('output.folderMissing', params)
    if (await nameTaken(file)) {
      if (!isReport(await readFile(file, 'utf8'), words)) throw new LacunaError('output.exists', params)
    }
  } catch (error) {
    throw outputError(error, file)
  }
}

function isReport(text: string, { t }: Words): boolean {
  if (text.startsWith('{"v":1,"event":"report"')) return true
  const [before = '', between = '', after = ''] = t('batchReport.title', { name: '\0', id: '\0' }).split('\0')
  const title = text.split('\n', 1)[0] ?? ''
  return title.startsWith(before) && title.slice(before.length).includes(between) && title.endsWith(after)
}

interface Tools {
  readonly store: JobStore
  readonly paths: { readonly version: string }
}

/** Of the whole job: what earlier runs of it did is in it. Throws `output.*`. */
export async function writeReport(
  file: string,
  { store, paths: { version } }: Tools,
  id: string,
  summary: RunEvent | undefined,
  words: Words,
): Promise<void> {
  const job = await jobOf(store, id)
  const items = await store.items(id)
  if (summary?.event !== 'summary') throw new LacunaError('internal', { reason: 'a report without a sum' })
  const asObject = (): ReportFile =>
    reportObject(summary, {
      version,
      target: job.request.target,
      startedAt: job.startedAt === null ? null : new Date(job.startedAt).toISOString(),
      files: items.map((item) => itemEvent(item, words)).map(({ v: _v, event: _event, job: _job, ...rest }) => rest),
    })
  const isJson = extname(file).toLowerCase() === '.json'
  const text = isJson ? `${JSON.stringify(asObject())}\n` : reportOf(job, items, words)
  try {
    await writeFileAtomic(file, text)
  } catch (error) {
    throw outputError(error, file)
  }
}

type Rest = Pick<ReportFile, 'version' | 'target' | 'startedAt' | 'files'>

/** Counts are the job's, not those of its last run. */
function reportObject({ job, state, cancelled, seconds }: RunEventOf<'summary'>, rest: Rest): ReportFile {
  const count = (...states: string[]) => rest.files.filter((file) => states.includes(file.state)).length
  return {
    v: 1,
    event: 'report',
    job,
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped'),
    made: rest.files.filter(({ reason }) => reason === 'made').length,
    unfinished: count('waiting', 'running', 'cancelled'),
    cancelled,
    state,
    seconds,
    endedAt: new Date().toISOString(),
    ...rest,
  }
}
