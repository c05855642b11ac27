/**
 * The browser host's HTTP server: the interface's files, the session, media, uploads and the WebSocket, each behind the
 * checks of `request-check.ts`. It knows no studio: what it serves is an {@link Application}.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Duplex } from 'node:stream'
import sirv from 'sirv'
import { WebSocketServer, type WebSocket } from 'ws'
import { z } from 'zod'
import { LacunaError, type ErrorCode } from '../../shared/errors.js'
import { hostPath } from '../../shared/host.js'
import { mediaPath } from '../../shared/media.js'
import { inertPolicy, pagePolicy } from '../../shared/page-policy.js'
import { commonHeaders } from './headers.js'
import { refusal, type RequestKind } from './request-check.js'
import type { Session } from './session.js'

export interface MediaAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | Readable | null
}

export interface Application {
  /** Serves the contract on a socket until it closes. */
  connect(socket: WebSocket): void
  /** `url`: path and query. Aborting the signal cancels the work. Throws LacunaError. */
  media(url: string, signal: AbortSignal): Promise<MediaAnswer>
  /** Takes in a file's bytes and resolves to the upload's id. Throws LacunaError. */
  upload(name: string, bytes: Readable, length: number | null, signal: AbortSignal): Promise<string>
}

export interface ServerParts {
  readonly app: Application
  readonly session: Session
  /** The built interface: a folder with index.html. */
  readonly page: string
  /** The address that is listened on, for the check of Host. */
  readonly host: string
}

/** The largest message that the page may send: an edit or an output is a few hundred bytes. */
const maxMessage = 2 ** 20
const maxTokenBody = 1024

/** The server, not yet listening. `parts` is asked for at each request, since the session needs the port listened on. */
export function webServer(parts: () => ServerParts): Server {
  const server = createServer((request, response) => {
    void answer(request, response, parts())
  })
  // An upload may take longer than Node's five minutes; headers still must come within one.
  server.requestTimeout = 0
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessage })
  server.on('upgrade', (request, socket, head) => {
    upgrade(sockets, request, socket, head, parts())
  })
  server.on('close', () => {
    for (const client of sockets.clients) client.terminate()
    sockets.close()
  })
  return server
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: ServerParts): Promise<void> {
  for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value)
  response.setHeader('Content-Security-Policy', inertPolicy)
  response.setHeader('Cache-Control', 'no-store')
  try {
    await route(request, response, parts)
  } catch (error) {
    if (!response.headersSent) sendError(response, LacunaError.from(error))
    else response.destroy()
  }
}

async function route(request: IncomingMessage, response: ServerResponse, parts: ServerParts): Promise<void> {
  const { pathname, search } = new URL(`http://localhost${request.url?.startsWith('/') ? request.url : '/'}`)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (pathname === hostPath.session && request.method === 'POST') {
    check(request, 'write', parts)
    return exchangeToken(request, response, parts.session)
  }
  if (pathname === hostPath.session && isRead) {
    check(request, 'read', parts)
    return end(response, parts.session.holds(request.headers.cookie) ? 204 : 401)
  }
  if (pathname === mediaPath.upload) {
    if (request.method !== 'POST') return end(response, 405, { Allow: 'POST' })
    checkSession(request, 'write', parts)
    return receiveUpload(request, response, parts.app)
  }
  if (!isRead) {
    check(request, 'write', parts)
    return end(response, 405, { Allow: 'GET, HEAD' })
  }
  if (pathname.startsWith('/media/')) {
    checkSession(request, 'read', parts)
    return sendMedia(`${pathname}${search}`, response, parts.app)
  }
  check(request, 'page', parts)
  return sendPage(request, response, parts.page)
}

class Refused extends LacunaError {
  constructor(
    readonly status: 401 | 403,
    reason: string,
  ) {
    super('request.refused', { reason })
  }
}

function check(request: IncomingMessage, kind: RequestKind, parts: ServerParts): void {
  const reason = refusal(request.headers, kind, parts.host)
  if (reason !== null) throw new Refused(403, reason)
}

function checkSession(request: IncomingMessage, kind: RequestKind, parts: ServerParts): void {
  check(request, kind, parts)
  if (!parts.session.holds(request.headers.cookie)) throw new Refused(401, 'Cookie')
}

async function exchangeToken(request: IncomingMessage, response: ServerResponse, session: Session): Promise<void> {
  const { token } = await readJson(request, z.object({ token: z.string() }))
  const cookie = session.exchange(token)
  if (cookie === null) throw new Refused(403, 'token')
  end(response, 204, { 'Set-Cookie': cookie })
}

async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxTokenBody) throw new LacunaError('request.invalid', { reason: `more than ${maxTokenBody} bytes` })
    chunks.push(chunk)
  }
  try {
    return schema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch (error) {
    throw new LacunaError('request.invalid', { reason: 'not the JSON that was expected' }, error)
  }
}

async function receiveUpload(request: IncomingMessage, response: ServerResponse, app: Application): Promise<void> {
  const { 'x-lacuna-name': header, 'content-length': announced } = request.headers
  const name = decodeName(typeof header === 'string' ? header : '')
  const length = announced === undefined ? null : Number(announced)
  const upload = await app.upload(name, request, length, whenGone(response))
  sendJson(response, 200, { upload })
}

function decodeName(header: string): string {
  try {
    return decodeURIComponent(header)
  } catch (error) {
    throw new LacunaError('request.invalid', { reason: 'x-lacuna-name is not URI-encoded' }, error)
  }
}

async function sendMedia(url: string, response: ServerResponse, app: Application): Promise<void> {
  const signal = whenGone(response)
  const { status, headers, body } = await app.media(url, signal)
  response.writeHead(status, { ...headers })
  if (body === null || body instanceof Uint8Array) response.end(body)
  // A reader that goes away in the middle is no failure.
  else await pipeline(body, response, { signal }).catch(() => response.destroy())
}

/** Aborted when the browser drops the request before its answer is complete. */
function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

const pages = new Map<string, ReturnType<typeof sirv>>()

function sendPage(request: IncomingMessage, response: ServerResponse, folder: string): void {
  const files = pages.get(folder) ?? sirv(folder, { etag: true })
  pages.set(folder, files)
  // Some browsers do not read 'self' as the WebSocket of the same origin.
  response.setHeader('Content-Security-Policy', pagePolicy([`ws://${request.headers.host}`]))
  // The files under assets/ carry a hash in their names.
  response.setHeader('Cache-Control', request.url?.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache')
  files(request, response, () => end(response, 404))
}

function upgrade(
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  parts: ServerParts,
): void {
  socket.on('error', () => socket.destroy())
  try {
    if (request.url !== hostPath.rpc) return refuseSocket(socket, 404)
    checkSession(request, 'socket', parts)
  } catch (error) {
    return refuseSocket(socket, error instanceof Refused ? error.status : 500)
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on('error', () => client.terminate())
    parts.app.connect(client)
  })
}

function refuseSocket(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'request.invalid': 400,
  'request.forbidden': 403,
  'document.notFound': 404,
  'file.notFound': 404,
  'upload.notFound': 404,
  'upload.tooLarge': 413,
  cancelled: 499,
  internal: 500,
  'output.diskFull': 507,
}

function sendError(response: ServerResponse, error: LacunaError): void {
  const { code, params } = error.toWire()
  sendJson(response, error instanceof Refused ? error.status : (statuses[code] ?? 422), { code, params })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end()
}
