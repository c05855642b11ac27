import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { LacunaError } from '../../shared/errors.js'
import type { MediaRequest, MediaResponse } from '../studio/media.js'
import { webServer, type WebServer } from './server.js'
import { Session } from './session.js'
import { Uploads } from '../studio/uploads.js'

const secret = Buffer.alloc(32, 7)
const limit = 100_000

let folder: string
let web: WebServer
let port: number
let session: Session
let cookie: string
let uploads: Uploads
/** Resolves when the work for `/media/slow` was cancelled. */
let slow: { started: Promise<void>; cancelled: Promise<void> }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lacuna-web-'))
  await mkdir(join(folder, 'page/assets'), { recursive: true })
  await writeFile(join(folder, 'page/index.html'), '<!doctype html><title>Studio</title>')
  await writeFile(join(folder, 'page/assets/index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  uploads = new Uploads(join(folder, 'uploads'), limit)
  await mkdir(join(folder, 'uploads'))

  let started = () => {}
  let cancelled = () => {}
  slow = {
    started: new Promise((done) => (started = done)),
    cancelled: new Promise((done) => (cancelled = done)),
  }
  web = webServer(
    () => ({
      session,
      host: '127.0.0.1',
      page: join(folder, 'page'),
      app: {
        connect: (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
        media: async ({ path, query, signal, upload }) => {
          if (upload !== undefined) return await received(upload, signal)
          if (path !== '/media/slow')
            return { status: 200, headers: {}, body: Buffer.from(`${path}?${query.toString()}`) }
          started()
          await once(signal, 'abort')
          cancelled()
          throw new LacunaError('cancelled')
        },
      },
    }),
    300,
  )
  const { server } = web
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

beforeEach(() => {
  session = new Session(secret, port)
  cookie = session.exchange(session.token!)!.split(';')[0]!
})

afterAll(async () => {
  await web.close()
  await rm(folder, { recursive: true, force: true })
})

/** As the studio answers an upload, without a studio. */
async function received(
  { name, bytes, length }: NonNullable<MediaRequest['upload']>,
  signal: AbortSignal,
): Promise<MediaResponse> {
  const json = (status: number, value: unknown) => ({ status, headers: {}, body: Buffer.from(JSON.stringify(value)) })
  try {
    return json(200, { upload: await uploads.receive(name, bytes, length, signal) })
  } catch (error) {
    if (!(error instanceof LacunaError)) throw error
    return json(error.code === 'upload.tooLarge' ? 413 : 500, error.toWire())
  }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}
interface Question {
  method?: string
  headers?: Record<string, string>
  body?: Buffer | string
  /** Without it Node announces the length. */
  chunked?: boolean
}

/** A request as this page's own scripts make it; `headers` replaces single ones. */
function ask(path: string, { method = 'GET', headers = {}, body, chunked }: Question = {}): Promise<Answer> {
  const own = { Host: `127.0.0.1:${port}`, ...(method === 'GET' ? {} : { Origin: `http://127.0.0.1:${port}` }) }
  const length: Record<string, string> =
    body === undefined || chunked ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  return new Promise((done, failed) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path,
        method,
        headers: { ...own, 'Sec-Fetch-Site': 'same-origin', ...length, ...headers },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => done({ status: response.statusCode!, headers: response.headers, body: text }))
        response.on('error', failed)
      },
    )
    sent.on('error', failed)
    if (chunked && body !== undefined) sent.write(body)
    sent.end(chunked ? undefined : body)
  })
}

/** Every kind of route, asked for with a good session. */
const routes: [name: string, ask: (headers: Record<string, string>) => Promise<number>][] = [
  ['the page', async (headers) => (await ask('/', { headers })).status],
  ['media', async (headers) => (await ask('/media/x', { headers: { Cookie: cookie, ...headers } })).status],
  [
    'an upload',
    async (headers) =>
      (await ask('/media/upload', { method: 'POST', body: 'x', headers: { Cookie: cookie, ...headers } })).status,
  ],
  [
    'the session',
    async (headers) => {
      session = new Session(secret, port)
      return (await ask('/session', { method: 'POST', body: JSON.stringify({ token: session.token }), headers })).status
    },
  ],
  ['the WebSocket', (headers) => connect({ Cookie: cookie, ...headers })],
]

/** The status of a WebSocket's handshake; 101 when it was opened. */
function connect(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((done, failed) => {
    const { Origin = `http://127.0.0.1:${port}`, ...others } = headers
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { ...others, ...(Origin && { Origin }) } })
    socket.on('open', () => {
      socket.terminate()
      done(101)
    })
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      done(response.statusCode!)
    })
    socket.on('error', failed)
  })
}

describe.each(routes)('where a request may come from: %s', (name, status) => {
  const isPage = name === 'the page'

  it('is answered to the page itself', async () => {
    expect([101, 200, 204]).toContain(await status({}))
  })

  it('is answered by another name of this machine, and through a tunnel on another port', async () => {
    expect([101, 200, 204]).toContain(await status({ Host: 'localhost:9', Origin: 'http://localhost:9' }))
  })

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    '192.168.1.5',
    'localhost.evil.example',
    '',
    'a b',
  ])('is refused to a name that was made to point here (DNS rebinding): Host %j', async (host) => {
    expect(await status({ Host: host, Origin: `http://${host}` })).toBe(403)
  })

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
    'is refused to a foreign Origin: %s',
    async (origin) => {
      expect(await status({ Origin: origin })).toBe(403)
    },
  )

  it.each(['cross-site', 'same-site'])('is refused to Sec-Fetch-Site: %s', async (site) => {
    expect(await status({ 'Sec-Fetch-Site': site })).toBe(403)
    expect(await status({ 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' })).toBe(403)
  })

  it(
    isPage ? 'is answered to a link followed in its own tab' : 'is refused to a link followed in its own tab',
    async () => {
      const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
      expect(await status(headers)).toBe(isPage ? 200 : 403)
    },
  )
})

describe('the session', () => {
  const exchange = (token: unknown) => ask('/session', { method: 'POST', body: JSON.stringify({ token }) })

  it('a token buys one cookie, which no script and no other site can use, and is worth nothing after that', async () => {
    session = new Session(secret, port)
    const token = session.token
    const first = await exchange(token)
    expect(first.status).toBe(204)
    const [set] = first.headers['set-cookie']!
    expect(set).toMatch(new RegExp(`^lacuna-${port}=`))
    expect(set).toMatch(/; HttpOnly/)
    expect(set).toMatch(/; SameSite=Strict/)
    const second = await exchange(token)
    expect(second.status).toBe(403)
    expect(second.headers['set-cookie']).toBeUndefined()
  })

  it('a wrong token buys nothing and leaves the right one good', async () => {
    session = new Session(secret, port)
    const token = session.token!
    expect((await exchange(`${token}x`)).status).toBe(403)
    expect((await exchange('')).status).toBe(403)
    expect((await exchange(token)).status).toBe(204)
  })

  it.each(['', '{', '{"token":1}', JSON.stringify({ token: 'x'.repeat(5000) })])(
    'a body that is no token is refused: %.20s',
    async (body) => {
      expect((await ask('/session', { method: 'POST', body })).status).toBe(400)
    },
  )

  it('says whether the cookie is good', async () => {
    expect((await ask('/session', { headers: { Cookie: cookie } })).status).toBe(204)
    expect((await ask('/session')).status).toBe(401)
  })

  it('a tab goes on after a restart of the host', async () => {
    session = new Session(secret, port)
    expect((await ask('/media/x', { headers: { Cookie: `theme=dark; ${cookie}` } })).status).toBe(200)
  })

  it.each<[string, () => string]>([
    ['none', () => ''],
    ['a forged one', () => `lacuna-${port}=abc.${'x'.repeat(43)}`],
    ['one that was changed', () => cookie.replace('=', '=x')],
    ['one of a host with another secret', () => given(new Session(Buffer.alloc(32, 8), port))],
    ['one of a host on another port', () => given(new Session(secret, port + 1))],
    [
      'one of another port under this name',
      () => given(new Session(secret, port + 1)).replace(`${port + 1}`, `${port}`),
    ],
  ])('without a good cookie there are no media, uploads and socket: %s', async (_name, value) => {
    const headers = { Cookie: value() }
    expect((await ask('/media/x', { headers })).status).toBe(401)
    expect((await ask('/media/upload', { method: 'POST', body: 'x', headers })).status).toBe(401)
    expect(await connect(headers)).toBe(401)
  })

  const given = (other: Session) => other.exchange(other.token!)!.split(';')[0]!
})

describe('a page can be told what it may do, and nobody else can use its answers', () => {
  it('the page runs its own files alone: no inline script, no eval, no frames', async () => {
    const { headers, body } = await ask('/')
    expect(body).toContain('Studio')
    const policy = String(headers['content-security-policy'])
    const scripts = /script-src ([^;]*)/.exec(policy)![1]
    expect(scripts).toBe("'self'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it.each(['/', '/media/x', '/nothing', '/session'])('every answer is kept from other sites: %s', async (path) => {
    const { headers } = await ask(path)
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['content-security-policy']).toBeDefined()
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('nothing but the interface is served', () => {
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/%00/secret.txt',
    '/%',
  ])('%s is not found', async (path) => {
    const { status, body } = await ask(path)
    expect(status).toBe(404)
    expect(body).not.toContain('secret')
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
    expect((await ask('/', { method })).status).toBe(405)
    expect((await ask('/media/x', { method, headers: { Cookie: cookie } })).status).toBe(405)
  })
})

describe('uploads', () => {
  const upload = (name: string, body: Buffer | string, more: Question = {}) =>
    ask('/media/upload', {
      method: 'POST',
      body,
      ...more,
      headers: { Cookie: cookie, 'x-lacuna-name': encodeURIComponent(name), ...more.headers },
    })
  const left = () => readdir(join(folder, 'uploads'))

  beforeEach(async () => {
    await rm(join(folder, 'uploads'), { recursive: true })
    await mkdir(join(folder, 'uploads'))
  })

  it.each(['photo.jpg', 'Café à Paris.png', '写真 😀.tif', 'two\nlines.png'])(
    'are kept byte for byte under their name: %j',
    async (name) => {
      const bytes = Buffer.from([0, 255, 1, 254])
      const answer = await upload(name, bytes)
      const { upload: id } = JSON.parse(answer.body) as { upload: string }
      expect(uploads.get(id).name).toBe(name.replace('\n', ''))
      expect(await readFile(uploads.get(id).path)).toEqual(bytes)
      await uploads.remove(id)
      expect(await left()).toEqual([])
    },
  )

  it.each(['../../secret.txt', '/etc/passwd', '..\\..\\secret.txt', '..', '', 'a/..', 'n'.repeat(5000) + '.png'])(
    'stay in their folder whatever they are called: %.20j',
    async (name) => {
      const { upload: id } = JSON.parse((await upload(name, 'x')).body) as { upload: string }
      expect(uploads.get(id).path.startsWith(join(folder, 'uploads', id))).toBe(true)
      expect(await readFile(join(folder, 'secret.txt'), 'utf8')).toBe('secret')
      await uploads.remove(id)
    },
  )

  it.each([false, true])(
    'too large a one is refused and nothing of it is left (length not announced: %s)',
    async (chunked) => {
      const { status, body } = await upload('big.png', Buffer.alloc(limit + 1), { chunked })
      expect(status).toBe(413)
      expect(JSON.parse(body)).toMatchObject({ code: 'upload.tooLarge', params: { name: 'big.png' } })
      expect(await left()).toEqual([])
    },
  )

  it('one as large as the limit is taken', async () => {
    const { status, body } = await upload('big.png', Buffer.alloc(limit))
    expect(status).toBe(200)
    await uploads.remove((JSON.parse(body) as { upload: string }).upload)
  })

  it('one that is dropped in the middle leaves nothing', async () => {
    const sent = request({
      port,
      host: '127.0.0.1',
      path: '/media/upload',
      method: 'POST',
      headers: {
        Origin: `http://127.0.0.1:${port}`,
        Cookie: cookie,
        'x-lacuna-name': 'half.png',
        'Content-Length': '5000',
      },
    })
    sent.on('error', () => {})
    sent.write(Buffer.alloc(2000))
    await expect.poll(left).toHaveLength(1)
    sent.destroy()
    await expect.poll(left).toEqual([])
  })

  it('a name that is not URI-encoded is refused', async () => {
    expect((await upload('x', 'x', { headers: { 'x-lacuna-name': '%E0%A4%A' } })).status).toBe(400)
  })
})

describe('media', () => {
  it('are asked for by path and query', async () => {
    expect((await ask('/media/tile/a/b?edit=%7B%7D', { headers: { Cookie: cookie } })).body).toBe(
      '/media/tile/a/b?edit=%7B%7D',
    )
  })

  it('a request that is dropped cancels its work', async () => {
    const sent = request({ port, host: '127.0.0.1', path: '/media/slow', headers: { Cookie: cookie } })
    sent.on('error', () => {})
    sent.end()
    await slow.started
    sent.destroy()
    await slow.cancelled
  })
})

describe('the WebSocket', () => {
  const open = () =>
    new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { Cookie: cookie, Origin: `http://127.0.0.1:${port}` } })

  it('is one path, and needs an Origin', async () => {
    expect(await connect({ Cookie: cookie }, '/other')).toBe(404)
    expect(await connect({ Cookie: cookie, Origin: '' })).toBe(403)
  })

  it('carries messages both ways', async () => {
    const socket = open()
    await once(socket, 'open')
    socket.send('hello')
    const [data] = (await once(socket, 'message')) as [Buffer]
    expect(data.toString()).toBe('hello')
    socket.close()
  })

  it('is closed when its page does not answer any more, and not before', async () => {
    const headers = { Cookie: cookie, Origin: `http://127.0.0.1:${port}` }
    const alive = open()
    const silent = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers, autoPong: false })
    await Promise.all([once(alive, 'open'), once(silent, 'open')])
    await once(silent, 'close')
    expect(alive.readyState).toBe(WebSocket.OPEN)
    alive.close()
  })

  it('is closed on a message larger than any command', async () => {
    const socket = open()
    await once(socket, 'open')
    socket.send(Buffer.alloc(2 ** 20 + 1))
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1009)
  })
})
