import { describe, expect, it } from 'vitest'
import { ByteCache, type Encoded } from './byte-cache.js'

const tile = (bytes: number, mark = 0): Encoded => ({ data: new Uint8Array(bytes).fill(mark), type: 'image/png' })
const never = new AbortController().signal

describe('encoded tiles in memory', () => {
  it('stay within their limit; the least recently used go first', () => {
    const cache = new ByteCache(100)
    cache.set('a', tile(40))
    cache.set('b', tile(40))
    cache.get('a')
    cache.set('c', tile(40))
    expect([cache.get('a'), cache.get('b'), cache.get('c')].map((entry) => entry !== undefined)).toEqual([
      true,
      false,
      true,
    ])
    expect(cache.bytes).toBe(80)
  })

  it('count right when an entry is replaced, removed, or larger than all', () => {
    const cache = new ByteCache(100)
    cache.set('a', tile(40))
    cache.set('a', tile(60))
    expect(cache.bytes).toBe(60)
    cache.set('b', tile(101))
    expect([cache.bytes, cache.get('b')]).toEqual([60, undefined])
    cache.set('x/1', tile(10))
    cache.deleteAll('x/')
    cache.delete('a')
    cache.delete('a')
    expect(cache.bytes).toBe(0)
  })
})

describe('a tile that several ask for', () => {
  it('is made once', async () => {
    const cache = new ByteCache(100)
    let made = 0
    const make = async (): Promise<Encoded> => {
      made++
      await Promise.resolve()
      return tile(10)
    }
    const [one, two] = await Promise.all([cache.load('a', never, make), cache.load('a', never, make)])
    await cache.load('a', never, make)
    expect(one).toBe(two)
    expect(made).toBe(1)
  })

  it('is still made when one of them goes, and dropped when all have gone', async () => {
    const cache = new ByteCache(100)
    const [first, second] = [new AbortController(), new AbortController()]
    let run: AbortSignal = never
    let finish: (entry: Encoded) => void = () => undefined
    const make = (signal: AbortSignal): Promise<Encoded> => {
      run = signal
      return new Promise((resolve) => (finish = resolve))
    }
    const one = cache.load('a', first.signal, make)
    const two = cache.load('a', second.signal, make)
    first.abort()
    await expect(one).rejects.toMatchObject({ code: 'cancelled' })
    expect(run.aborted).toBe(false)
    finish(tile(10, 7))
    expect((await two).data[0]).toBe(7)

    const three = cache.load('b', second.signal, make)
    second.abort()
    await expect(three).rejects.toMatchObject({ code: 'cancelled' })
    expect(run.aborted).toBe(true)
  })

  it('is made anew for who comes after all had gone, though the dropped run has not ended yet', async () => {
    const cache = new ByteCache(100)
    const gone = new AbortController()
    const finish: ((entry: Encoded) => void)[] = []
    const make = (): Promise<Encoded> => new Promise((resolve) => finish.push(resolve))
    const dropped = cache.load('a', gone.signal, make)
    gone.abort()
    await expect(dropped).rejects.toMatchObject({ code: 'cancelled' })
    const again = cache.load('a', never, make)
    finish[0]?.(tile(1, 1))
    finish[1]?.(tile(1, 2))
    expect((await again).data[0]).toBe(2)
    expect(cache.get('a')?.data[0]).toBe(2)
  })

  it('is tried again after a failure', async () => {
    const cache = new ByteCache(100)
    await expect(cache.load('a', never, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect((await cache.load('a', never, () => Promise.resolve(tile(3)))).data.byteLength).toBe(3)
  })
})
