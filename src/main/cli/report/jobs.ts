/** Jobs as tables for a person. */
import { relative } from 'node:path'
import pc from 'picocolors'
import type { Words } from '../../../shared/words.js'
import { settingsText } from '../../studio/batches/settings-text.js'
import type { ItemRecord, JobRecord } from '../../studio/jobs/store/records.js'
import { table } from './table.js'
import { dateTime, duration } from './time.js'

/** Id, state, what, done/failed/total, where it runs, since. */
export function jobsTable(jobs: readonly JobRecord[], words: Words): string {
  const { t } = words
  const head = ['id', 'state', 'what', 'counts', 'where', 'since'].map((key) => t(`cli.jobs.column.${key}`))
  const rows = jobs.map((job) => [
    job.id,
    stateWord(job, words),
    whatOf(job, words),
    countsOf(job),
    whereOf(job, words),
    dateTime(sinceOf(job)),
  ])
  const [first = '', ...lines] = table([head, ...rows]).split('\n')
  return [bold(first), ...lines].join('\n')
}

export function jobText(job: JobRecord, failed: readonly ItemRecord[], words: Words): string {
  const { t } = words
  const { request, counts, createdAt, startedAt, endedAt } = job
  const { inputs, target } = request
  const total = totalOf(job)
  const kinds = Object.entries(counts).filter(([, count]) => count > 0)
  const rows = [
    [t('cli.jobs.row.state'), stateWord(job, words)],
    [t('cli.jobs.row.origin'), t(`cli.jobs.origin.${job.origin}`)],
    [t('cli.jobs.row.inputs'), inputs.join(', ')],
    [t('cli.jobs.row.output'), target ?? ''],
    [t('cli.jobs.row.what'), t(`cli.jobs.edit.${request.edit.kind}`)],
    [t('cli.jobs.row.settings'), settingsText(request)],
    [
      t('cli.jobs.row.files'),
      t('cli.jobs.files', { total, kinds: kinds.map((kind) => counted(kind, words)).join(', ') }),
    ],
    [t('cli.jobs.row.where'), whereOf(job, words)],
    ...Object.entries({ created: createdAt, started: startedAt, ended: endedAt }).map(([key, at]) => [
      t(`cli.jobs.row.${key}`),
      at === null ? '' : dateTime(at),
    ]),
  ].filter(([, value]) => value !== '')
  const sections = [`${bold(t('cli.jobs.heading', { id: job.id, name: job.name }))}\n${table(rows)}`]
  if (failed.length > 0) {
    const lines = failed.map((item) => [item.label, item.error === null ? '' : words.errorSentence(item.error)])
    sections.push(`${bold(t('cli.jobs.failedFiles'))}\n${table(lines)}`)
  }
  return sections.join('\n\n')
}

const counted = ([kind, count]: [string, number], { t }: Words): string => t(`cli.jobs.count.${kind}`, { count })

const stateWord = ({ state }: JobRecord, { t }: Words): string => t(`cli.jobs.state.${state}`)

function whatOf({ request, name }: JobRecord, { t }: Words): string {
  const more = request.inputs.length - 1
  const what = more > 0 ? t('cli.jobs.andMore', { name, count: more }) : name
  return request.target === null ? what : `${what} -> ${shown(request.target)}`
}

/** Of the files that are to be worked on. */
export const totalOf = ({ counts: { waiting, running, done, failed, cancelled } }: JobRecord): number =>
  waiting + running + done + failed + cancelled

const countsOf = (job: JobRecord): string => `${job.counts.done}/${job.counts.failed}/${totalOf(job)}`

function whereOf({ owner, progress }: JobRecord, words: Words): string {
  if (owner === null) return ''
  const parts = [words.t('cli.jobs.process', { pid: owner.pid })]
  if (progress?.device) parts.push(progress.device)
  if (progress) parts.push(`${Math.floor(progress.fraction * 100)} %`)
  if (typeof progress?.secondsLeft === 'number')
    parts.push(words.t('cli.time.left', { time: duration(progress.secondsLeft, words) }))
  return parts.join(', ')
}

const sinceOf = ({ endedAt, startedAt, createdAt }: JobRecord): number => endedAt ?? startedAt ?? createdAt

function shown(path: string): string {
  const here = relative(process.cwd(), path)
  return here !== '' && here.length < path.length ? here : path
}

const bold = (text: string): string =>
  pc.createColors(process.stdout.isTTY === true && !process.env['NO_COLOR']).bold(text)
