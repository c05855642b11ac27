/** Batches in the browser host as it is built: what a page sees of them, across a kill -9, roots and other processes. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { ResultPromise } from 'execa'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract, StudioView } from '../../src/shared/contract.js'
import { ServingEvent } from '../../src/shared/events.js'
import type { BatchView } from '../../src/shared/job.js'
import { mediaPath } from '../../src/shared/media.js'
import { denoiseEdit } from '../support/engine.js'
import { openBench, tiny, type Bench } from './cli/lacuna.js'

type Client = ContractRouterClient<Contract>

let bench: Bench
let photos: string
let running: ResultPromise[]
let sockets: WebSocket[]
beforeEach(async () => {
  bench = await openBench()
  photos = join(realpathSync(bench.dir), 'photos')
  mkdirSync(join(photos, 'sub'), { recursive: true })
  running = []
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  for (const one of running) {
    one.kill('SIGINT')
    await one
  }
  await bench[Symbol.asyncDispose]()
})

interface Host {
  readonly process: ResultPromise
  readonly origin: string
  readonly port: number
  readonly token: string
}

async function serve(...options: string[]): Promise<Host> {
  const process = bench.start(['serve', '--json', '--no-open', ...options])
  running.push(process)
  const ended = process.then(({ stderr }) => Promise.reject(new Error(`the host ended: ${String(stderr)}`)))
  const [line] = (await Promise.race([once(process.stdout!, 'data'), ended])) as [Buffer]
  ended.catch(() => undefined)
  const { url, port } = ServingEvent.parse(JSON.parse(line.toString()))
  const token = new URLSearchParams(new URL(url).hash.slice(1)).get('token')!
  return { process, origin: `http://127.0.0.1:${port}`, port, token }
}

async function enter({ origin, token }: Host): Promise<string> {
  const headers = { Origin: origin }
  const answer = await fetch(`${origin}/session`, { method: 'POST', headers, body: JSON.stringify({ token }) })
  return answer.headers.getSetCookie()[0]!.split(';')[0]!
}

async function connect({ origin, port }: Host, cookie: string): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { Cookie: cookie, Origin: origin } })
  sockets.push(socket)
  await once(socket, 'open')
  return createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
}

async function whenView(client: Client, fits: (view: StudioView) => boolean): Promise<StudioView> {
  for await (const view of await client.watch()) if (fits(view)) return view
  throw new Error('the views ended')
}

async function whenBatch(client: Client, fits: (batch: BatchView) => boolean): Promise<BatchView> {
  const { batches } = await whenView(client, (view) => view.batches.some(fits))
  return batches.find(fits)!
}

const isDone = ({ state }: BatchView): boolean => state === 'done'

async function picture(name: string, side = 320): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const
  await sharp({ create: { width: side, height: side, channels: 3, background: '#808080', noise } })
    .png()
    .toFile(join(photos, name))
}

/** Puts the photos into a batch with the quick network, not run yet. */
async function draft(client: Client): Promise<string> {
  await client.settings.set({ provider: 'cpu' })
  const { batch } = await client.batches.add({ sources: [{ from: 'path', path: photos }] })
  await client.batches.set({ batch: batch!, change: { edit: denoiseEdit({ sigma: 15 }) } })
  return batch!
}

describe('a host that is killed', () => {
  it('comes back on its port with the truth, and goes on with the batch by itself', async () => {
    const names = Array.from({ length: 16 }, (_, i) => `${i < 8 ? '' : 'sub/'}p${i}.png`)
    for (const name of names) await picture(name)
    const first = await serve('--root', photos)
    const cookie = await enter(first)
    const client = await connect(first, cookie)
    const batch = await draft(client)
    await client.batches.run({ batch })
    const before = await whenBatch(client, ({ counts }) => counts.done >= 2)
    expect(before).toMatchObject({ state: 'running', holder: 'here' })
    first.process.kill('SIGKILL')
    await first.process

    const second = await serve('--root', photos)
    expect(second.port).toBe(first.port)
    // The tab's cookie is still good; its first view tells everything.
    const again = await connect(second, cookie)
    const { batches } = await whenView(again, () => true)
    expect(batches.map(({ id }) => id)).toEqual([batch])
    expect(batches[0]!.counts.done).toBeGreaterThanOrEqual(2)
    expect(batches[0]!.counts).toMatchObject({ failed: 0, cancelled: 0 })

    const done = await whenBatch(again, isDone)
    expect(done.counts).toMatchObject({ done: names.length, failed: 0 })
    const { items } = await again.batches.items({ batch, offset: 0, limit: 100 })
    expect(items.map(({ label }) => label).sort()).toEqual([...names].sort())
    const results = join(photos, 'denoised')
    expect(readdirSync(results, { recursive: true }).sort()).toEqual(
      ['sub', ...names.map((name) => name.replace('.png', '_denoised.png'))].sort(),
    )
  })

  it('can be started with its queue paused, and let go', async () => {
    await picture('a.png')
    const first = await serve('--root', photos, '--paused')
    const client = await connect(first, await enter(first))
    const batch = await draft(client)
    await client.batches.run({ batch })
    const view = await whenView(client, ({ batches }) => batches.some(({ state }) => state === 'waiting'))
    expect(view.queuePaused).toBe(true)
    expect(existsSync(join(photos, 'denoised'))).toBe(false)
    await client.batches.resumeQueue()
    await whenBatch(client, isDone)
  })
})

describe('roots', () => {
  it('hold sources and results; what leads out of them is refused or fails by itself', async () => {
    await picture('a.png')
    const outside = join(bench.dir, 'outside')
    mkdirSync(outside)
    await sharp(join(photos, 'a.png')).toFile(join(outside, 'secret.png'))
    symlinkSync(join(outside, 'secret.png'), join(photos, 'link.png'))
    symlinkSync(outside, join(photos, 'linked'))
    const host = await serve('--root', photos)
    const cookie = await enter(host)
    const client = await connect(host, cookie)
    const refused = { data: { code: 'request.forbidden' } }
    for (const path of [outside, join(photos, 'linked'), join(photos, 'link.png'), join(photos, '..')])
      await expect(client.batches.add({ sources: [{ from: 'path', path }] })).rejects.toMatchObject(refused)

    const batch = await draft(client)
    for (const target of [outside, join(photos, 'linked'), join(photos, 'linked/new'), join(photos, '../new')])
      await expect(client.batches.set({ batch, change: { target } })).rejects.toMatchObject(refused)
    const { items } = await client.batches.items({ batch, offset: 0, limit: 10 })
    expect(items.map(({ label, state, error }) => [label, error?.code ?? state])).toEqual([
      ['a.png', 'waiting'],
      ['link.png', 'request.forbidden'],
      ['linked', 'request.forbidden'],
    ])
    const thumb = (item: number) =>
      fetch(host.origin + mediaPath.batchItem(batch, item), { headers: { Cookie: cookie } })
    expect((await thumb(items[0]!.item)).status).toBe(200)
    expect((await thumb(items[1]!.item)).status).not.toBe(200)

    await client.batches.set({ batch, change: { target: join(photos, 'new') } })
    await client.batches.run({ batch })
    await whenBatch(client, isDone)
    expect(readdirSync(join(photos, 'new'))).toEqual(['a_denoised.png'])
    const { download } = await client.batches.download({ batch, item: null })
    const zip = await fetch(host.origin + mediaPath.download(download), { headers: { Cookie: cookie } })
    expect((await zip.arrayBuffer()).byteLength).toBe(Number(zip.headers.get('content-length')))
  })
})

describe('a job of the command line', () => {
  it('is shown in an open page, as it moves, and is not taken', async () => {
    for (let i = 0; i < 6; i++) await picture(`p${i}.png`)
    const host = await serve('--root', photos)
    const client = await connect(host, await enter(host))
    const run = bench.start(['denoise', photos, '-o', bench.at('out'), ...tiny, '--quiet'])
    const moving = await whenBatch(client, ({ state }) => state === 'running')
    expect(moving).toMatchObject({ origin: 'cli', holder: 'elsewhere', name: 'photos' })
    expect((await run).exitCode).toBe(0)
    const done = await whenBatch(client, isDone)
    expect(done).toMatchObject({ id: moving.id, holder: null, counts: { done: 6, failed: 0 } })
    // Its results are not the page's.
    await expect(client.batches.download({ batch: done.id, item: 1 })).rejects.toMatchObject({
      data: { code: 'request.forbidden' },
    })
  })
})
