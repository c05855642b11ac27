import { describe, expect, it } from 'vitest'
import type { BatchView } from '../../shared/job.js'
import { neighbour } from './queueOrder.js'

const batch = (id: string, state: BatchView['state']) => ({ id, state }) as BatchView
const batches = [
  batch('ended', 'done'),
  batch('runs', 'running'),
  batch('a', 'waiting'),
  batch('draft', 'draft'),
  batch('b', 'paused'),
  batch('c', 'waiting'),
]

/** The queue after a move, as the studio makes it. */
function moved(id: string, by: -1 | 1): string[] {
  const queue = ['a', 'b', 'c']
  const before = neighbour(batches, id, by)
  if (before === undefined) return queue
  const rest = queue.filter((one) => one !== id)
  rest.splice(before === null ? rest.length : rest.indexOf(before), 0, id)
  return rest
}

describe('a batch that waits is moved by one place', () => {
  it('up', () => {
    expect(moved('b', -1)).toEqual(['b', 'a', 'c'])
    expect(moved('c', -1)).toEqual(['a', 'c', 'b'])
  })
  it('down, the last place included', () => {
    expect(moved('a', 1)).toEqual(['b', 'a', 'c'])
    expect(moved('b', 1)).toEqual(['a', 'c', 'b'])
  })
  it('but not beyond the ends, in front of what runs, or when it does not wait', () => {
    for (const [id, by] of [
      ['a', -1],
      ['c', 1],
      ['runs', 1],
      ['draft', -1],
      ['ended', 1],
    ] as const)
      expect(neighbour(batches, id, by)).toBeUndefined()
  })
})
