import { describe, expect, it } from 'vitest'
import { Admission, OverlappingStages } from './stages.js'

const never = new AbortController().signal
/** Something that ends when it is told to. */
function gate() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open, opened }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('stages', () => {
  it('decode one file at a time, in order, while another is in inference', async () => {
    const stages = new OverlappingStages()
    const told: string[] = []
    const [inference, decoding] = [gate(), gate()]
    const work = [
      stages.run('edit', never, async () => {
        told.push('edit 1')
        await inference.opened
      }),
      stages.run('decode', never, async () => {
        told.push('decode 2')
        await decoding.opened
      }),
      stages.run('decode', never, async () => void told.push('decode 3')),
    ]
    await settled()
    expect(told).toEqual(['edit 1', 'decode 2'])
    decoding.open()
    await settled()
    expect(told).toEqual(['edit 1', 'decode 2', 'decode 3'])
    inference.open()
    await Promise.all(work)
  })

  it('let a cancelled file leave at once while it waits', async () => {
    const stages = new OverlappingStages()
    const decoding = gate()
    const first = stages.run('decode', never, () => decoding.opened)
    const leave = new AbortController()
    const second = stages.run('decode', leave.signal, async () => 'never')
    leave.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    decoding.open()
    await first
  })
})

describe('admission by size', () => {
  it('lets pictures in together as long as they fit', async () => {
    const admission = new Admission(100)
    const [one, two] = [await admission.enter(60, never), await admission.enter(40, never)]
    let third = false
    const waiting = admission.enter(10, never).then((place) => {
      third = true
      return place
    })
    await settled()
    expect(third).toBe(false)
    one[Symbol.dispose]()
    ;(await waiting)[Symbol.dispose]()
    two[Symbol.dispose]()
  })

  it('lets one that is larger than all room in alone, and nobody past it', async () => {
    const admission = new Admission(100)
    const small = await admission.enter(10, never)
    const told: string[] = []
    const huge = admission.enter(500, never).then((place) => (told.push('huge'), place))
    const after = admission.enter(10, never).then((place) => (told.push('after'), place))
    await settled()
    expect(told).toEqual([])
    small[Symbol.dispose]()
    const place = await huge
    await settled()
    expect(told).toEqual(['huge'])
    place[Symbol.dispose]()
    ;(await after)[Symbol.dispose]()
    expect(told).toEqual(['huge', 'after'])
  })

  it('forgets one that was cancelled while it waited', async () => {
    const admission = new Admission(100)
    const all = await admission.enter(100, never)
    const leave = new AbortController()
    const gone = admission.enter(50, leave.signal)
    const next = admission.enter(100, never)
    leave.abort()
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
    all[Symbol.dispose]()
    ;(await next)[Symbol.dispose]()
  })
})
