/** What is said of a batch and its files. */
import type { BatchView, ItemView } from '../../shared/job.js'
import type { Text } from '../i18n/index.js'
import type { RowWords } from './row.js'
import { endedOf, isWatching, workOf } from './selectors.js'

export interface ItemWords {
  readonly state: string
  readonly tone: 'plain' | 'ok' | 'bad' | 'dim'
  /** Where the result is, or why there is none. */
  readonly output: string
  readonly outputTone: 'dim' | 'bad'
}

/** `fraction`: of a file that is being worked on; null before that is known. */
export function itemWords(text: Text, item: ItemView, draft: boolean, fraction: number | null): ItemWords {
  const output = item.output ?? ''
  switch (item.state) {
    case 'waiting':
      return {
        state: text(draft ? 'batch.state.ready' : 'batch.state.waiting'),
        tone: 'dim',
        output: draft ? output : '',
        outputTone: 'dim',
      }
    case 'running':
      return {
        state: fraction === null ? text('batch.state.running') : text.format.percent(fraction),
        tone: 'plain',
        output: '',
        outputTone: 'dim',
      }
    case 'done':
      return {
        state:
          item.result === null
            ? text('batch.state.done')
            : text('batch.state.doneIn', { time: text.format.duration(item.result.seconds) }),
        tone: 'ok',
        output,
        outputTone: 'dim',
      }
    case 'failed':
      return {
        state: text(draft ? 'batch.state.problem' : 'batch.state.failed'),
        tone: 'bad',
        output: item.error === null ? '' : text.error(item.error),
        outputTone: 'bad',
      }
    case 'skipped':
      return {
        state: text('batch.state.skipped'),
        tone: 'dim',
        output: item.skip === null ? '' : text(`batch.skip.${item.skip}`),
        outputTone: 'dim',
      }
    case 'cancelled':
      return { state: text('batch.state.cancelled'), tone: 'dim', output: '', outputTone: 'dim' }
  }
}

/** All that a row of the list says of a file. */
const rowWords = (text: Text, item: ItemView, draft: boolean, fraction: number | null): RowWords => ({
  name: item.label,
  size: sizeWords(text, item),
  noise: item.result?.sigma == null ? '' : text('batch.sigma', { value: text.format.number(item.result.sigma, 1) }),
  ...itemWords(text, item, draft, fraction),
})

/** The same, each file's found once: scrolling comes back to the same files. */
export function wordsBy(text: Text, draft: boolean): (item: ItemView, fraction: number | null) => RowWords {
  const known = new WeakMap<ItemView, { fraction: number | null; words: RowWords }>()
  return (item, fraction) => {
    const found = known.get(item)
    if (found?.fraction === fraction) return found.words
    const words = rowWords(text, item, draft, fraction)
    known.set(item, { fraction, words })
    return words
  }
}

/** "6000 × 4000 · 16-bit"; the file's bytes as long as its header was not read. */
export function sizeWords(text: Text, { size, bytes }: Pick<ItemView, 'size' | 'bytes'>): string {
  if (size !== null) return `${text.format.size(size.width, size.height)} · ${text('file.depth', { bits: size.depth })}`
  return bytes === null ? '' : text.format.bytes(bytes)
}

/** "holiday, 412 pictures" */
export const titleOf = (text: Text, batch: BatchView): string =>
  text('batch.title', { name: batch.name, count: workOf(batch) })

/** What a batch is about, in a few words: for its header and for the list of batches. */
export function batchWords(text: Text, batch: BatchView): string {
  const { counts, state, progress } = batch
  switch (state) {
    case 'draft':
      return text('batch.phase.draft')
    case 'waiting':
      return text('batch.phase.waiting')
    case 'running':
      if (isWatching(batch)) return text('batch.phase.watching')
      return text('batch.phase.running', {
        value: text.format.percent(progress?.fraction ?? endedOf(batch) / Math.max(1, workOf(batch))),
      })
    case 'paused':
      return text('batch.phase.paused')
    case 'interrupted':
      return text('batch.phase.interrupted')
    case 'done':
    case 'cancelled':
      return summaryWords(text, counts)
  }
}

/** "998 done, 2 failed" */
export function summaryWords(text: Text, counts: BatchView['counts']): string {
  const parts = (['done', 'failed', 'cancelled', 'skipped'] as const)
    .filter((state) => counts[state] > 0 || state === 'done')
    .map((state) => text(`batch.sum.${state}`, { count: counts[state] }))
  return parts.join(', ')
}

/** Drafts may be named by what they hold; the last two parts of a path tell more than its beginning. */
export function shortPath(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '')
  return parts.length <= 2 ? path : `…/${parts.slice(-2).join('/')}`
}
