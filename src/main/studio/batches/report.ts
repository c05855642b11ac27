/** What happened to each file of a batch, as a text that a person keeps. */
import { relative } from 'node:path'
import type { JobRequest } from '../../../shared/job.js'
import type { Words } from '../../../shared/words.js'
import type { ItemRecord, JobRecord } from '../jobs/store/records.js'
import { settingsText } from './settings-text.js'

/**
 * What failed stands first, since that is what is looked for among a thousand lines; else the files are in their order.
 * The text ends with a line break; times are of this machine's clock, in UTC.
 */
export function reportOf(job: JobRecord, items: readonly ItemRecord[], words: Words): string {
  const lines = (wanted: (item: ItemRecord) => boolean): string[] =>
    items.filter(wanted).map((item) => line(job.request, item, words))
  const failed = lines(({ state }) => state === 'failed')
  const others = lines(({ state }) => state !== 'failed')
  return [...header(job, items, words), '', ...failed, ...(failed.length > 0 ? [''] : []), ...others, ''].join('\n')
}

function header(job: JobRecord, items: readonly ItemRecord[], words: Words): string[] {
  const { request, counts } = job
  const t = (key: string, params: Record<string, string | number> = {}): string => words.t(`batchReport.${key}`, params)
  const row = (key: string, value: string): string => `${`${t(key)}:`.padEnd(12)} ${value}`
  const states = (['done', 'failed', 'skipped', 'cancelled', 'running', 'waiting'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${t(`state.${state}`)}`)
  const devices = [...new Set(items.flatMap(({ result }) => (result === null ? [] : [ran(result)])))]
  const { device } = job.progress ?? {}
  return [
    t('title', { name: job.name, id: job.id }),
    '',
    row('result', states.join(', ') || t('nothing')),
    row('settings', `${request.edit.kind}: ${settingsText(request)}`),
    row('folder', request.target ?? t('nothing')),
    row('device', devices.join('; ') || device || t('nothing')),
    row('started', time(job.startedAt) ?? t('nothing')),
    row('ended', time(job.endedAt) ?? t('nothing')),
    ...(job.startedAt === null
      ? []
      : [row('took', t('seconds', { seconds: Math.round(((job.endedAt ?? Date.now()) - job.startedAt) / 1000) }))]),
  ]
}

const ran = ({ provider, device }: { provider: string; device: string }): string =>
  device === '' ? provider : `${device} (${provider})`

const time = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString().replace('T', ' ').slice(0, 19)

function line(request: JobRequest, item: ItemRecord, words: Words): string {
  const state = words.t(`batchReport.state.${item.state}`)
  return `${state.padEnd(9)}  ${oneLine(item.label)}${about(request, item, words)}`
}

function about({ target }: JobRequest, item: ItemRecord, words: Words): string {
  if (item.error !== null) return `: ${words.errorSentence(item.error)}`
  if (item.skip !== null) return `: ${words.t(`batchReport.skip.${item.skip}`)}`
  if (item.result === null || item.target === null) return ''
  const { seconds, sigma, notes } = item.result
  const output = target === null ? item.target : relative(target, item.target) || item.target
  const noise = sigma === null ? '' : `, σ ${sigma.toFixed(1)}`
  const remarks = notes.map((note) => ` ${words.noteSentence(note)}`).join('')
  return ` -> ${oneLine(output)} (${words.t('batchReport.seconds', { seconds: seconds.toFixed(1) })}${noise})${remarks}`
}

/** A file's name may hold a line break, which would make two lines of one. */
// eslint-disable-next-line no-control-regex -- exactly these characters can end the line
const oneLine = (name: string): string => name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
