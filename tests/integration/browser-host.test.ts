/** The browser host as a whole: real server, real studio, real engine process (built by `npm test`), a client over the WebSocket. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startBrowserHost, type BrowserHost, type BrowserHostOptions } from '../../src/main/web/index.js'
import type { Contract, DocumentView, StudioView } from '../../src/shared/contract.js'
import { mediaPath } from '../../src/shared/media.js'

let home: string
let root: string
let hosts: BrowserHost[]

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'lacuna-host-')))
  root = join(home, 'photos')
  hosts = []
  await mkdir(root)
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#808080' } })
  await picture.png().toFile(join(root, 'grey.png'))
})
afterEach(async () => {
  for (const host of hosts) await host.close()
  await rm(home, { recursive: true, force: true })
})

async function start(options: BrowserHostOptions = {}): Promise<BrowserHost> {
  const host = await startBrowserHost({ dataDir: join(home, 'data'), ...options })
  hosts.push(host)
  return host
}

const origin = (host: BrowserHost): string => `http://127.0.0.1:${host.port}`

/** What the page does with its link: the token for a cookie. */
async function enter(host: BrowserHost): Promise<string> {
  const token = new URLSearchParams(new URL(host.url).hash.slice(1)).get('token')
  const headers = { Origin: origin(host) }
  const answer = await fetch(`${origin(host)}/session`, { method: 'POST', headers, body: JSON.stringify({ token }) })
  expect(answer.status).toBe(204)
  return answer.headers.getSetCookie()[0]!.split(';')[0]!
}

async function connect(host: BrowserHost, cookie: string): Promise<ContractRouterClient<Contract>> {
  const websocket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, {
    headers: { Cookie: cookie, Origin: origin(host) },
  })
  await once(websocket, 'open')
  return createORPCClient(new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket }))
}

async function whenView(
  client: ContractRouterClient<Contract>,
  fits: (view: StudioView) => boolean,
): Promise<StudioView> {
  for await (const view of await client.watch()) if (fits(view)) return view
  throw new Error('the views ended')
}

const settled = ({ documents }: StudioView): boolean =>
  documents.length > 0 && documents.every((one) => one.phase !== 'opening')

async function openedDocument(client: ContractRouterClient<Contract>): Promise<DocumentView> {
  return (await whenView(client, settled)).documents[0]!
}

describe('the browser host serves the studio to whoever has its link', () => {
  it('with a root: pictures are listed, opened and shown; what lies outside is refused', async () => {
    const host = await start({ roots: [root] })
    const cookie = await enter(host)
    const client = await connect(host, cookie)

    expect(await client.capabilities()).toMatchObject({ host: 'browser', open: 'roots', save: 'roots', reveal: false })
    const { entries } = await client.files.list({ path: root })
    expect(entries.map((entry) => entry.name)).toEqual(['grey.png'])

    await client.documents.open({ sources: [{ from: 'path', path: join(root, 'grey.png') }] })
    const { id, phase, info } = await openedDocument(client)
    expect({ phase, width: info?.width }).toEqual({ phase: 'ready', width: 64 })
    const overview = await fetch(origin(host) + mediaPath.overview(id), { headers: { Cookie: cookie } })
    expect(overview.status).toBe(200)
    expect(overview.headers.get('content-security-policy')).toContain('sandbox')
    expect(await sharp(await overview.arrayBuffer()).metadata()).toMatchObject({ width: 64, height: 48 })

    await symlink(join(home, 'data'), join(root, 'out'))
    await writeFile(join(home, 'secret.png'), 'x')
    for (const path of [
      '/etc/passwd',
      join(home, 'secret.png'),
      join(root, '../secret.png'),
      join(root, 'out/state/browser-host.json'),
    ]) {
      await expect(client.documents.open({ sources: [{ from: 'path', path }] })).rejects.toMatchObject({
        data: { code: 'request.forbidden' },
      })
      await expect(client.files.list({ path })).rejects.toMatchObject({ data: { code: 'request.forbidden' } })
      const thumbnail = await fetch(origin(host) + mediaPath.file(path), { headers: { Cookie: cookie } })
      expect(thumbnail.status).toBe(403)
    }
  })

  it('without a root: pictures are uploaded, and results are downloads', async () => {
    const host = await start()
    const cookie = await enter(host)
    const client = await connect(host, cookie)
    expect(await client.capabilities()).toMatchObject({ open: 'upload', save: 'download' })
    await expect(
      client.documents.open({ sources: [{ from: 'path', path: join(root, 'grey.png') }] }),
    ).rejects.toMatchObject({
      data: { code: 'request.forbidden' },
    })

    const sent = await fetch(origin(host) + mediaPath.upload, {
      method: 'POST',
      headers: { Cookie: cookie, Origin: origin(host), 'x-lacuna-name': encodeURIComponent('é.png') },
      body: await readFile(join(root, 'grey.png')),
    })
    const { upload } = (await sent.json()) as { upload: string }
    await client.documents.open({ sources: [{ from: 'upload', upload }] })
    expect(await openedDocument(client)).toMatchObject({ name: 'é.png', phase: 'ready' })
  })

  it('a picture named at the start is open, wherever it is', async () => {
    const other = join(home, 'other.png')
    await copyFile(join(root, 'grey.png'), other)
    const host = await start({ files: [other] })
    const client = await connect(host, await enter(host))
    expect(await openedDocument(client)).toMatchObject({ name: 'other.png', phase: 'ready' })
  })
})

describe('an open tab goes on after a restart of the host', () => {
  it('the port and the session are those of before, the token is not', async () => {
    const first = await start()
    const cookie = await enter(first)
    await first.close()
    const second = await start()
    expect(second.port).toBe(first.port)
    expect(second.url).not.toBe(first.url)
    const kept = await stat(join(home, 'data/state/browser-host.json'))
    if (process.platform !== 'win32') expect(kept.mode & 0o777).toBe(0o600)
    expect(await (await connect(second, cookie)).capabilities()).toMatchObject({ host: 'browser' })
  })

  it('a second host beside the first takes another port, and its session is another', async () => {
    const first = await start()
    const cookie = await enter(first)
    const second = await start()
    expect(second.port).not.toBe(first.port)
    expect((await fetch(`${origin(second)}/session`, { headers: { Cookie: cookie } })).status).toBe(401)
  })
})

describe('the host says why it cannot start', () => {
  it('on an address that other machines can reach', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'usage' })
  })

  it('on a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await expect(start({ port })).rejects.toMatchObject({
      code: 'usage',
      params: { reason: expect.stringContaining(String(port)) },
    })
    other.close()
  })

  it('with a root that is not there', async () => {
    await expect(start({ roots: [join(home, 'nothing')] })).rejects.toMatchObject({ code: 'file.notFound' })
  })
})
