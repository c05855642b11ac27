import { beforeAll, describe, expect, it } from 'vitest'
import i18next from 'i18next'
import type { BatchView, ItemView } from '../../shared/job.js'
import { noItems } from '../../shared/job.js'
import { makeText, startI18n, type Text } from '../i18n/index.js'
import { batchWords, itemWords, shortPath, sizeWords, summaryWords } from './words.js'

let text: Text
beforeAll(async () => {
  await startI18n()
  text = makeText((key, params) => String(i18next.t(key, params ?? {})), 'en')
})

const item: ItemView = {
  item: 1,
  label: 'day 2/a.tif',
  input: '/photos/day 2/a.tif',
  output: 'day 2/a_denoised.tif',
  bytes: 12e6,
  size: null,
  state: 'waiting',
  attempts: 0,
  error: null,
  skip: null,
  result: null,
  startedAt: null,
  endedAt: null,
}
const result = {
  bytes: 1,
  sha256: '',
  seconds: 3.04,
  model: 'lacuna-denoise',
  provider: 'cpu',
  device: 'CPU',
  sigma: 4,
  notes: [],
}
const batch = {
  state: 'running',
  request: { watch: false },
  counts: { ...noItems, waiting: 160, running: 1, done: 250, failed: 1 },
  progress: null,
} as BatchView

describe('a file in the list', () => {
  it('that waits is ready in a draft, with its result named; later it waits', () => {
    expect(itemWords(text, item, true, null)).toMatchObject({ state: 'ready', output: 'day 2/a_denoised.tif' })
    expect(itemWords(text, item, false, null)).toMatchObject({ state: 'waiting', output: '' })
  })

  it('that is worked on says how far, once that is known', () => {
    const running: ItemView = { ...item, state: 'running' }
    expect(itemWords(text, running, false, 0.617).state).toBe('62 %')
    expect(itemWords(text, running, false, null).state).toBe('working')
  })

  it('that is done says how long it took and where it is', () =>
    expect(itemWords(text, { ...item, state: 'done', result }, false, null)).toMatchObject({
      state: 'done, 3.0 s',
      tone: 'ok',
      output: 'day 2/a_denoised.tif',
    }))

  it('that failed says why, and is only a problem before anything ran', () => {
    const failed: ItemView = { ...item, state: 'failed', error: { code: 'file.empty', params: { name: 'a.tif' } } }
    expect(itemWords(text, failed, false, null)).toMatchObject({ state: 'failed', tone: 'bad' })
    expect(itemWords(text, failed, false, null).output).toMatch(/^a\.tif is empty/)
    expect(itemWords(text, failed, true, null).state).toBe('problem')
  })

  it('that was left out says for what', () =>
    expect(itemWords(text, { ...item, state: 'skipped', skip: 'made' }, false, null)).toMatchObject({
      state: 'left out',
      output: 'its result is there already',
    }))

  it('has its bytes for a size until its header was read', () => {
    expect(sizeWords(text, item)).toBe('12 MB')
    expect(sizeWords(text, { ...item, size: { width: 6000, height: 4000, depth: 16 } })).toBe('6000 × 4000 · 16-bit')
  })
})

describe('a batch', () => {
  it('says how far it is, by its files when nothing else is known', () =>
    expect(batchWords(text, batch)).toBe('running, 61 %'))

  it('that watches says so while it has nothing to do', () => {
    const watching = { ...batch, request: { ...batch.request, watch: true } }
    expect(batchWords(text, { ...watching, counts: { ...noItems, done: 4 } })).toBe('watching for new pictures')
    expect(batchWords(text, watching)).toBe('running, 61 %')
  })

  it('ends in a sum, in which what did not happen is not said', () => {
    expect(summaryWords(text, { ...noItems, done: 998, failed: 2 })).toBe('998 done, 2 failed')
    expect(summaryWords(text, noItems)).toBe('0 done')
  })
})

describe('a folder', () => {
  it.each([
    ['/home/me/Pictures/clean', '…/Pictures/clean'],
    ['C:\\Users\\me\\Pictures', '…/me/Pictures'],
    ['/clean', '/clean'],
  ])('%s is told by its last parts', (path, short) => expect(shortPath(path)).toBe(short))
})
