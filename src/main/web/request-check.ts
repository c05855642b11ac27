/**
 * Where a request may come from, checked on every route before anything else is looked at. A browser cannot be made
 * to lie in these headers by the page that it shows.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isOwnHost } from './host-names.js'

/**
 * page: the interface's files, the same for everybody; read: what only the session may see; write: what changes
 * something; socket: the WebSocket.
 */
export type RequestKind = 'page' | 'read' | 'write' | 'socket'

/** Why a request is refused, or null when it is not. */
export function refusal(headers: IncomingHttpHeaders, kind: RequestKind, listening: string): string | null {
  if (!isOwnHost(headers.host, listening)) return 'Host'
  if (!originFits(headers, kind)) return 'Origin'
  if (!siteFits(headers, kind)) return 'Sec-Fetch-Site'
  return null
}

function originFits({ origin, host }: IncomingHttpHeaders, kind: RequestKind): boolean {
  // Browsers send no Origin with a plain GET of the same origin, but always with a POST and a WebSocket.
  if (origin === undefined) return kind === 'page' || kind === 'read'
  return origin === `http://${host}`
}

function siteFits(headers: IncomingHttpHeaders, kind: RequestKind): boolean {
  const site = headers['sec-fetch-site']
  // Programs that are no browser send none; they have no session either, unless their user gave them the link.
  if (site === undefined || site === 'same-origin') return true
  if (kind !== 'page') return false
  // Typed, or opened by another program; or a link followed in the window's own tab, e.g. in a terminal that is a page.
  return site === 'none' || (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document')
}
