/** What the page's scheme answers: its files and its media. Requests and answers are those of the Fetch standard. */
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { inertPolicy, pagePolicy } from '../../shared/page-policy.js'
import type { MediaRequest, MediaResponse } from '../studio/media.js'
import { contentType, isPage, pageFile } from './page.js'

export interface Page {
  /** The built interface: a folder with index.html. */
  readonly folder: string
  media(request: MediaRequest): Promise<MediaResponse>
}

const common = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}

export async function answer(request: Request, { folder, media }: Page): Promise<Response> {
  if (!isPage(request.url)) return refused(403)
  const { pathname, searchParams } = new URL(request.url)
  if (pathname.startsWith('/media/')) return await answerMedia(request, pathname, searchParams, media)
  if (request.method !== 'GET') return refused(405)
  const file = pageFile(pathname, folder)
  if (file === null) return refused(404)
  try {
    const headers = { ...common, 'Content-Type': contentType(file), 'Content-Security-Policy': pagePolicy() }
    return new Response(await readFile(file), { headers })
  } catch {
    // A folder, or nothing: the interface asks for neither.
    return refused(404)
  }
}

async function answerMedia(
  request: Request,
  path: string,
  query: URLSearchParams,
  media: Page['media'],
): Promise<Response> {
  const upload = uploadOf(request)
  if (upload === null) return refused(400)
  const { status, headers, body } = await media({ method: request.method, path, query, signal: request.signal, upload })
  const stream = body instanceof Uint8Array ? new Uint8Array(body) : (Readable.toWeb(body) as ReadableStream)
  return new Response(stream, {
    status: fetchStatus(status),
    headers: { ...common, 'Content-Security-Policy': inertPolicy, ...headers },
  })
}

/** Undefined where nothing was sent, null for a name that cannot be read. */
function uploadOf({ body, headers }: Request): MediaRequest['upload'] | null {
  if (body === null) return undefined
  const length = headers.get('content-length')
  try {
    return {
      name: decodeURIComponent(headers.get('x-lacuna-name') ?? ''),
      length: length === null ? null : Number(length),
      bytes: Readable.fromWeb(body as NodeReadableStream),
    }
  } catch {
    return null
  }
}

/** Nobody hears the answer to a request that was dropped (499). */
const fetchStatus = (status: number): number => (status >= 200 && status <= 599 ? status : 500)

const refused = (status: number): Response =>
  new Response(null, { status, headers: { ...common, 'Content-Security-Policy': inertPolicy } })
