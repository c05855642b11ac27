import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ItemView } from '../../shared/job.js'
import { ItemPages, PAGE, REFRESH_MS, type FetchedItems } from './itemPages.js'

/** A batch of 10,000 files on the other side of a line. */
class Batch {
  readonly asked: number[] = []
  revision = 1
  broken = false

  readonly fetch = async (offset: number, limit: number): Promise<FetchedItems> => {
    this.asked.push(offset)
    await Promise.resolve()
    if (this.broken) throw new Error('the line broke')
    const items = Array.from({ length: Math.min(limit, 10_000 - offset) }, (_, index) =>
      item(offset + index + 1, this.revision),
    )
    return { total: 10_000, revision: this.revision, items }
  }
}

const item = (number: number, attempts: number): ItemView => ({
  item: number,
  label: `${number}.jpg`,
  input: `/photos/${number}.jpg`,
  output: null,
  bytes: 1,
  size: null,
  state: 'waiting',
  attempts,
  error: null,
  skip: null,
  result: null,
  startedAt: null,
  endedAt: null,
})

function open(batch = new Batch()): { batch: Batch; pages: ItemPages; failures: unknown[] } {
  const failures: unknown[] = []
  const pages = new ItemPages(batch.fetch, (thrown) => failures.push(thrown))
  pages.revise(batch.revision)
  pages.start()
  return { batch, pages, failures }
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('only what is looked at is fetched', () => {
  it('the pages of the rows in sight, each once', async () => {
    const { batch, pages } = open()
    pages.look(PAGE - 5, PAGE + 20)
    await settle()
    pages.look(PAGE - 4, PAGE + 21)
    await settle()
    expect(batch.asked).toEqual([0, PAGE])
    expect(pages.at(PAGE)?.label).toBe(`${PAGE + 1}.jpg`)
    expect(pages.at(2 * PAGE)).toBeNull()
  })

  it('the last row of 10,000 can be reached', async () => {
    const { pages } = open()
    pages.look(9_980, 9_999)
    await settle()
    expect(pages.at(9_999)?.item).toBe(10_000)
    expect(pages.at(10_000)).toBeNull()
  })

  it('one request at a time: of a fast scroll only where it ends, beside what was under way', async () => {
    const { batch, pages } = open()
    for (let row = 0; row < 5_000; row += 500) pages.look(row, row + 20)
    await settle()
    expect(batch.asked).toEqual([0, 4_500])
  })

  it('and what is far away is forgotten, so that memory is bounded', async () => {
    const { batch, pages } = open()
    for (let row = 0; row < 10_000; row += PAGE) {
      pages.look(row, row)
      await settle()
    }
    expect(pages.at(0)).toBeNull()
    expect(pages.at(9_999)).not.toBeNull()
    expect(batch.asked).toHaveLength(10_000 / PAGE)
  })
})

describe('after the batch changed', () => {
  it('what is in sight is fetched again, and stays shown until then', async () => {
    const { batch, pages } = open()
    pages.look(0, 20)
    await settle()
    batch.revision = 2
    pages.revise(2)
    expect(pages.at(0)?.attempts).toBe(1)
    await vi.advanceTimersByTimeAsync(REFRESH_MS)
    expect(pages.at(0)?.attempts).toBe(2)
    expect(batch.asked).toEqual([0, 0])
  })

  it('not more often than it can be read, however often it changes', async () => {
    const { batch, pages } = open()
    pages.look(0, 20)
    await settle()
    for (let change = 0; change < 100; change++) {
      batch.revision++
      pages.revise(batch.revision)
      await vi.advanceTimersByTimeAsync(REFRESH_MS / 20)
    }
    await vi.advanceTimersByTimeAsync(REFRESH_MS)
    expect(batch.asked.length).toBeLessThanOrEqual(7)
    expect(pages.at(0)?.attempts).toBe(batch.revision)
  })

  it('what is out of sight waits until it is looked at', async () => {
    const { batch, pages } = open()
    pages.look(0, 20)
    await settle()
    pages.look(PAGE, PAGE + 20)
    await settle()
    batch.revision = 2
    pages.revise(2)
    await vi.advanceTimersByTimeAsync(10 * REFRESH_MS)
    expect(batch.asked).toEqual([0, PAGE, PAGE])
    pages.look(0, 20)
    await settle()
    expect(pages.at(0)?.attempts).toBe(2)
  })

  it('also when its revisions begin again, as after another database', async () => {
    const batch = new Batch()
    batch.revision = 50
    const { pages } = open(batch)
    pages.look(0, 20)
    await settle()
    batch.revision = 3
    pages.revise(3)
    await vi.advanceTimersByTimeAsync(REFRESH_MS)
    expect(pages.at(0)?.attempts).toBe(3)
  })
})

describe('a line that breaks', () => {
  it('is told, what was there stays, and it is asked again', async () => {
    const { batch, pages, failures } = open()
    pages.look(0, 20)
    await settle()
    batch.broken = true
    pages.look(PAGE, PAGE + 20)
    await settle()
    expect(failures).toHaveLength(1)
    expect(pages.at(0)).not.toBeNull()
    batch.broken = false
    await vi.advanceTimersByTimeAsync(2_000)
    expect(pages.at(PAGE)).not.toBeNull()
  })

  it('a list that is not shown any more asks for nothing', async () => {
    const { batch, pages } = open()
    pages.look(0, 20)
    await settle()
    pages.stop()
    pages.revise(9)
    await vi.advanceTimersByTimeAsync(10 * REFRESH_MS)
    expect(batch.asked).toEqual([0])
  })
})
