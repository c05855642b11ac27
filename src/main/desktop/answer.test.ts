import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MediaRequest, MediaResponse } from '../studio/media.js'
import { answer } from './answer.js'

let folder: string
let asked: MediaRequest | null = null
let reply: MediaResponse = { status: 200, headers: {}, body: new Uint8Array() }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lacuna-page-'))
  await mkdir(join(folder, 'page/assets'), { recursive: true })
  await writeFile(join(folder, 'page/index.html'), '<!doctype html>')
  await writeFile(join(folder, 'page/assets/a.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function ask(url: string, init?: RequestInit): Promise<Response> {
  const media = (request: MediaRequest): Promise<MediaResponse> => {
    asked = request
    return Promise.resolve(reply)
  }
  return answer(new Request(url, init), { folder: join(folder, 'page'), media })
}

describe('the page on its own scheme', () => {
  it('is served with a policy that runs its own files alone', async () => {
    const page = await ask('lacuna://studio/')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).toContain("connect-src 'self';")
    const script = await ask('lacuna://studio/assets/a.js')
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(await script.text()).toBe('export {}')
  })

  it.each([
    ['lacuna://other/', 403],
    ['lacuna://studio/secret.txt', 404],
    ['lacuna://studio/..%2fsecret.txt', 404],
    ['lacuna://studio/assets', 404],
    ['lacuna://studio/none.js', 404],
  ])('%s is refused', async (url, status) => {
    const refused = await ask(url)
    expect(refused.status).toBe(status)
    expect(await refused.text()).toBe('')
  })

  it('nothing is sent to it but uploads', async () => {
    expect((await ask('lacuna://studio/', { method: 'POST', body: 'x' })).status).toBe(405)
  })
})

describe('media on the same scheme', () => {
  it('are asked for by path and query, and answered by bytes or a stream', async () => {
    reply = { status: 200, headers: { 'content-type': 'image/png' }, body: new Uint8Array([1, 2]) }
    const bytes = await ask('lacuna://studio/media/tile/a?edit=%7B%7D')
    expect(asked).toMatchObject({ method: 'GET', path: '/media/tile/a' })
    expect(asked?.query.get('edit')).toBe('{}')
    expect(bytes.headers.get('content-security-policy')).toContain('sandbox')
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([1, 2]))

    reply = { status: 200, headers: {}, body: Readable.from([Buffer.from('ab'), Buffer.from('c')]) }
    expect(await (await ask('lacuna://studio/media/download/a')).text()).toBe('abc')
  })

  it('an upload is a stream with its name', async () => {
    reply = { status: 200, headers: {}, body: new Uint8Array() }
    const headers = { 'x-lacuna-name': encodeURIComponent('é.png') }
    await ask('lacuna://studio/media/upload', { method: 'POST', body: 'bytes', headers })
    expect(asked?.upload?.name).toBe('é.png')
    expect(String(await buffer(asked!.upload!.bytes))).toBe('bytes')
  })

  it('a name that cannot be read is refused', async () => {
    const headers = { 'x-lacuna-name': '%E0%A4%A' }
    expect((await ask('lacuna://studio/media/upload', { method: 'POST', body: 'x', headers })).status).toBe(400)
  })

  it('a request that is dropped cancels its work', async () => {
    const dropped = new AbortController()
    await ask('lacuna://studio/media/tile/a', { signal: dropped.signal })
    dropped.abort()
    expect(asked?.signal.aborted).toBe(true)
  })
})
