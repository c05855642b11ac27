/**
 * The paths of `src/shared/media.ts`, answered the same for the browser host's HTTP route and the desktop's protocol.
 * The host has already checked who asks; here is checked what is asked for.
 */
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import { DenoiseEdit, type Edit, UpscaleEdit } from '../../shared/edit.js'
import { type ErrorCode, type ErrorWire, isCancelled, LacunaError } from '../../shared/errors.js'
import type { Encoded } from './byte-cache.js'
import type { HostServices } from './host.js'
import { findSample } from './samples.js'
import type { Studio } from './studio.js'

export interface MediaRequest {
  readonly method: string
  /** Of the URL, still encoded, e.g. `/media/tile/…`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Aborted when the requester has gone: the work is dropped. */
  readonly signal: AbortSignal
  /** Of an upload. */
  readonly upload?: { readonly name: string; readonly length: number | null; readonly bytes: Readable }
}

export interface MediaResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A stream must be read to its end or destroyed. */
  readonly body: Uint8Array | Readable
}

const FILE_THUMB = 192
const SAMPLE_THUMB = 384

/** Never throws: an error becomes a response whose body is its `ErrorWire` as JSON. */
export async function media(studio: Studio, host: HostServices, request: MediaRequest): Promise<MediaResponse> {
  try {
    return await answer(studio, host, request)
  } catch (thrown) {
    const error = LacunaError.from(thrown)
    if (error.code === 'internal') studio.log.error(`media ${request.path}`, thrown)
    return json(statusOf(error.code), forPage(error))
  }
}

async function answer(studio: Studio, host: HostServices, request: MediaRequest): Promise<MediaResponse> {
  const [, root, kind, ...rest] = request.path.split('/').map(decode)
  const { views } = studio
  const { signal, query } = request
  if (root !== 'media') throw notThere(request)
  if (kind === 'upload') return await receive(host, request)
  if (request.method !== 'GET' && request.method !== 'HEAD') throw notThere(request)
  switch (kind) {
    case 'overview': {
      const [document] = names(rest, 1, request)
      return picture(await views.overview(document, signal))
    }
    case 'thumb': {
      const [document, state] = names(rest, 2, request)
      return picture(await views.thumb(document, state, signal))
    }
    case 'tile': {
      const [document, state, level, column, row] = names(rest, 5, request)
      return picture(await views.tile(document, state, whole(level), whole(column), whole(row), signal))
    }
    case 'preview': {
      const [document, state, column, row, part] = names(rest, 5, request)
      if (part !== 'original' && part !== 'mean' && part !== 'sample') throw notThere(request)
      const place = { column: whole(column), row: whole(row) }
      return picture(await views.preview(document, state, place, part, editOf(DenoiseEdit, 'denoise', query), signal))
    }
    case 'upscale': {
      const [document, state, left, top, width, height] = names(rest, 6, request)
      const rect = { left: whole(left), top: whole(top), width: whole(width), height: whole(height) }
      return picture(await views.upscaled(document, state, rect, editOf(UpscaleEdit, 'upscale', query), signal))
    }
    case 'fill': {
      const [document, fill, what, number] = names(rest, 4, request)
      const { fills } = studio
      if (what === 'preview') return picture(await fills.preview(document, fill, whole(number)))
      if (what !== 'full' && what !== 'thumb') throw notThere(request)
      return picture(await fills.picture(document, fill, whole(number), what, signal))
    }
    case 'mask': {
      const [hash] = names(rest, 1, request)
      return picture(await studio.maskPictures.picture(hash))
    }
    case 'file': {
      names(rest, 0, request)
      const path = await host.checkPath(query.get('path') ?? '', 'read')
      // The file may change under its name.
      return picture(await views.file(path, FILE_THUMB, signal), 'no-store')
    }
    case 'batch': {
      const [batch, item] = names(rest, 2, request)
      const { input, error } = await studio.batches.item(batch, whole(item))
      // A link that leads out of the roots is listed, since it is not worked on; it is not shown.
      if (error?.code === 'request.forbidden') throw LacunaError.fromWire(error)
      // A number belongs to one file of its batch for ever, but that may change on the disk.
      return picture(await views.batchItem(input, signal), 'private, max-age=600')
    }
    case 'import': {
      // Another number of tries is another address: the newest is answered.
      const [id, , which] = names(rest, 3, request)
      if (which !== 'before' && which !== 'after') throw notThere(request)
      return picture({ data: studio.imports.picture(id, which), type: 'image/png' })
    }
    case 'sample': {
      const [id] = names(rest, 1, request)
      const { path } = await findSample(studio.paths, id)
      return picture(await views.file(path, SAMPLE_THUMB, signal))
    }
    case 'download': {
      const [id] = names(rest, 1, request)
      return await download(studio, id, request)
    }
    default:
      throw notThere(request)
  }
}

async function receive(host: HostServices, { method, upload, signal }: MediaRequest): Promise<MediaResponse> {
  if (method !== 'POST' || upload === undefined)
    throw new LacunaError('request.invalid', { reason: 'an upload is a POST' })
  return json(200, { upload: await host.uploads.receive(upload.name, upload.bytes, upload.length, signal) })
}

async function download(studio: Studio, id: string, request: MediaRequest): Promise<MediaResponse> {
  // Asking for the size alone must not use it up.
  if (request.method !== 'GET') throw notThere(request)
  const taken = await studio.downloads.take(id)
  if (taken === null) throw new LacunaError('file.notFound', { name: id })
  request.signal.addEventListener('abort', () => taken.stream.destroy(), { once: true })
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(taken.bytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeRfc5987(taken.name)}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: taken.stream,
  }
}

/** The address names a state that never changes its pixels, so that the browser may keep what it got. */
const picture = ({ data, type }: Encoded, cache = 'private, max-age=86400, immutable'): MediaResponse => ({
  status: 200,
  headers: {
    'content-type': type,
    'content-length': String(data.byteLength),
    'cache-control': cache,
    'x-content-type-options': 'nosniff',
  },
  body: data,
})

function json(status: number, value: unknown): MediaResponse {
  const body = new TextEncoder().encode(JSON.stringify(value))
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'cache-control': 'no-store',
  }
  return { status, headers, body }
}

/** The page needs the sentence's parts, not our stack. */
const forPage = ({ code, params }: LacunaError): ErrorWire =>
  code === 'internal' ? { code, params: {} } : { code, params }

function statusOf(code: ErrorCode): number {
  if (isCancelled(new LacunaError(code))) return 499
  if (code === 'request.forbidden') return 403
  if (code.endsWith('.notFound')) return 404
  if (code === 'document.busy') return 409
  if (code === 'upload.tooLarge') return 413
  if (code === 'request.invalid' || code === 'edit.invalid') return 400
  return code === 'internal' ? 500 : 422
}

const notThere = ({ path }: MediaRequest): LacunaError =>
  new LacunaError('request.invalid', { reason: `nothing at ${path}` })

type Names<N extends number, T extends string[] = []> = T['length'] extends N ? T : Names<N, [...T, string]>

/** Exactly `count` parts of a path. */
function names<N extends number>(parts: readonly (string | undefined)[], count: N, request: MediaRequest): Names<N> {
  if (parts.length !== count || parts.some((part) => part === undefined || part === '')) throw notThere(request)
  return parts as Names<N>
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new LacunaError('request.invalid', { reason: `${text} is not a whole number` })
  return Number(text)
}

function editOf<E extends Edit>(schema: z.ZodType<E>, kind: E['kind'], query: URLSearchParams): E {
  try {
    return schema.parse(JSON.parse(query.get('edit') ?? JSON.stringify({ kind })))
  } catch (error) {
    throw new LacunaError('edit.invalid', { reason: 'it does not have the form of an edit' }, error)
  }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    // A broken % sequence names nothing.
    return undefined
  }
}

const encodeRfc5987 = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
