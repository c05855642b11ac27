/** Rows of the database, and the records that they are. */
import { z } from 'zod'
import { ErrorWire, LacunaError } from '../../../../../shared/errors.js'
import { ItemCounts, ItemResult, ItemState, PictureSize, RunProgress } from '../../../../../shared/job.js'
import { OutputSettings } from '../../../../../shared/picture.js'
import { Owner } from '../../../owner.js'
import { ItemRecord, JobRecord, MadeResult, Wish } from '../records.js'
import type { DraftedItem, JobEntry } from '../rules.js'
import type { Row, Value } from './database.js'

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue('not JSON')
        return z.NEVER
      }
    })
    .pipe(schema)

const time = z.number().nullable()

const JobRow = z
  .object({
    ...JobRecord.pick({ id: true, name: true, origin: true, state: true, position: true, revision: true }).shape,
    ...ItemCounts.shape,
    wish: Wish,
    token: z.number().int(),
    owner: json(Owner).nullable(),
    heartbeat_at: time,
    progress: json(RunProgress).nullable(),
    created_at: z.number(),
    started_at: time,
    ended_at: time,
    request_revision: z.number().int(),
    last_item: z.number().int(),
  })
  .transform((row): JobOfRow => {
    const { id, name, origin, state, position, wish, token, owner, progress, revision } = row
    const { waiting, running, done, skipped, failed, cancelled } = row
    return {
      entry: {
        ...{ id, name, origin, state, position, wish, token, owner, progress, revision },
        heartbeatAt: row.heartbeat_at,
        createdAt: row.created_at,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        lastItem: row.last_item,
      },
      counts: { waiting, running, done, skipped, failed, cancelled },
      requestRevision: row.request_revision,
    }
  })

export interface JobOfRow {
  entry: JobEntry
  counts: ItemCounts
  /** Changes with the request. */
  requestRevision: number
}

const ItemRow = z
  .object({
    ...ItemRecord.pick({ job: true, item: true, input: true, label: true, target: true, bytes: true }).shape,
    ...ItemRecord.pick({ attempts: true, skip: true, key: true, temp: true }).shape,
    state: ItemState,
    output: json(OutputSettings),
    variation: z.number().int().nullable(),
    make_folder: z.number(),
    size: json(PictureSize).nullable(),
    error: json(ErrorWire).nullable(),
    result: json(ItemResult).nullable(),
    token: z.number().int(),
    started_at: time,
    ended_at: time,
  })
  .transform(({ make_folder, token: _token, started_at, ended_at, variation, ...row }): ItemRecord => {
    const item = { ...row, makeFolder: make_folder !== 0, startedAt: started_at, endedAt: ended_at }
    return variation === null ? item : { ...item, variation }
  })

const DraftedRow = z.object({
  ...ItemRecord.pick({ item: true, input: true, bytes: true }).shape,
  size: json(PictureSize).nullable(),
})

export const readJob = (row: Row): JobOfRow => parsed(JobRow, row, 'a job')
export const readItem = (row: Row): ItemRecord => parsed(ItemRow, row, 'an item')
export const readDrafted = (row: Row): DraftedItem => parsed(DraftedRow, row, 'an item')
export const readMade = (row: Row): MadeResult => parsed(MadeResult, row, 'a result')

export function parsed<T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const reason = `${what} in it is not as it was written: ${z.prettifyError(result.error)}`
  throw new LacunaError('store.failed', { reason }, result.error)
}

const text = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

/** By column: all of a job that is not counted or its request. */
export const jobColumns = (entry: JobEntry): Record<string, Value> => ({
  id: entry.id,
  name: entry.name,
  origin: entry.origin,
  state: entry.state,
  position: entry.position,
  wish: entry.wish,
  token: entry.token,
  owner: text(entry.owner),
  heartbeat_at: entry.heartbeatAt,
  progress: text(entry.progress),
  created_at: entry.createdAt,
  started_at: entry.startedAt,
  ended_at: entry.endedAt,
  revision: entry.revision,
  last_item: entry.lastItem,
})

/** By column. `token`: of the lease under which it was started last. */
export const itemColumns = (item: ItemRecord, token: number): Record<string, Value> => ({
  job: item.job,
  item: item.item,
  state: item.state,
  input: item.input,
  label: item.label,
  target: item.target,
  output: JSON.stringify(item.output),
  variation: item.variation ?? null,
  make_folder: item.makeFolder ? 1 : 0,
  bytes: item.bytes,
  size: text(item.size),
  attempts: item.attempts,
  skip: item.skip,
  error: text(item.error),
  key: item.key,
  temp: item.temp,
  result: text(item.result),
  token,
  started_at: item.startedAt,
  ended_at: item.endedAt,
})
