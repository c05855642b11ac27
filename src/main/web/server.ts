/**
 * The browser host's HTTP server: the interface's files, the session, media, uploads and the WebSocket, each behind the
 * checks of `request-check.ts`. It knows no studio: what it serves is an {@link Application}.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Duplex } from 'node:stream'
import sirv from 'sirv'
import { WebSocketServer, type WebSocket } from 'ws'
import { z } from 'zod'
import { LacunaError } from '../../shared/errors.js'
import { hostPath } from '../../shared/host.js'
import { mediaPath } from '../../shared/media.js'
import { inertPolicy, pagePolicy } from '../../shared/page-policy.js'
import type { MediaRequest, MediaResponse } from '../studio/media.js'
import { commonHeaders } from './headers.js'
import { refusal, type RequestKind } from './request-check.js'
import type { Session } from './session.js'

export interface Application {
  /** Serves the contract on a socket until it closes. */
  connect(socket: WebSocket): void
  /** Answers a path under /media/, uploads included. */
  media(request: MediaRequest): Promise<MediaResponse>
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
/** A page that has not answered for this long is gone (a laptop asleep, a cable pulled): nothing is kept for it. */
const silenceMs = 30_000

export interface WebServer {
  readonly server: Server
  /** Ends every connection. */
  close(): Promise<void>
}

/** The server, not yet listening. `parts` is asked for at each request, since the session needs the port listened on. */
export function webServer(parts: () => ServerParts, silence = silenceMs): WebServer {
  const server = createServer((request, response) => {
    void answer(request, response, parts())
  })
  // An upload may take longer than Node's five minutes; headers still must come within one.
  server.requestTimeout = 0
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessage })
  server.on('upgrade', (request, socket, head) => {
    upgrade(sockets, request, socket, head, parts())
  })
  const heartbeat = endSilent(sockets, silence)
  return {
    server,
    close: () =>
      new Promise((done) => {
        clearInterval(heartbeat)
        server.close(() => done())
        for (const client of sockets.clients) client.terminate()
        server.closeAllConnections()
      }),
  }
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
  const { pathname } = addressOf(request)
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
    return sendMedia({ ...mediaRequest(request, response), upload: uploadOf(request) }, response, parts.app)
  }
  if (!isRead) {
    check(request, 'write', parts)
    return end(response, 405, { Allow: 'GET, HEAD' })
  }
  if (pathname.startsWith('/media/')) {
    checkSession(request, 'read', parts)
    return sendMedia(mediaRequest(request, response), response, parts.app)
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

/** The path and query alone count; a request that names a whole address gets the page's own. */
const addressOf = ({ url }: IncomingMessage): URL => new URL(`http://localhost${url?.startsWith('/') ? url : '/'}`)

function mediaRequest(request: IncomingMessage, response: ServerResponse): MediaRequest {
  const { pathname, searchParams } = addressOf(request)
  return { method: request.method ?? 'GET', path: pathname, query: searchParams, signal: whenGone(response) }
}

function uploadOf(request: IncomingMessage): NonNullable<MediaRequest['upload']> {
  const { 'x-lacuna-name': name, 'content-length': length } = request.headers
  return {
    name: decodeName(typeof name === 'string' ? name : ''),
    length: length === undefined ? null : Number(length),
    bytes: request,
  }
}

function decodeName(header: string): string {
  try {
    return decodeURIComponent(header)
  } catch (error) {
    throw new LacunaError('request.invalid', { reason: 'x-lacuna-name is not URI-encoded' }, error)
  }
}

async function sendMedia(request: MediaRequest, response: ServerResponse, app: Application): Promise<void> {
  const { status, headers, body } = await app.media(request)
  response.writeHead(status, { ...headers })
  if (body instanceof Uint8Array) response.end(body)
  // A reader that goes away in the middle is no failure.
  else await pipeline(body, response).catch(() => response.destroy())
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
    sockets.emit('connection', client, request)
    parts.app.connect(client)
  })
}

/** Browsers answer a ping by themselves. */
function endSilent(sockets: WebSocketServer, silence: number): NodeJS.Timeout {
  const asked = new WeakSet<WebSocket>()
  sockets.on('connection', (client) => client.on('pong', () => asked.delete(client)))
  const timer = setInterval(() => {
    for (const client of sockets.clients) {
      if (asked.has(client)) client.terminate()
      asked.add(client)
      client.ping()
    }
  }, silence)
  return timer.unref()
}

function refuseSocket(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function sendError(response: ServerResponse, error: LacunaError): void {
  const { code, params } = error
  const status = error instanceof Refused ? error.status : code === 'request.invalid' ? 400 : 500
  // The cause of an unforeseen error may hold paths.
  sendJson(response, status, { code, params: code === 'internal' ? {} : params })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end()
}
