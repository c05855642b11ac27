/** Which addresses the browser host may listen on, and by which names the page may be asked for. */
import { hostname } from 'node:os'
import { isIP } from 'node:net'
import { LacunaError } from '../../shared/errors.js'

const loopbackNames = ['localhost', '127.0.0.1', '::1']

const isLoopback = (host: string): boolean => loopbackNames.includes(host) || /^127(\.\d{1,3}){3}$/.test(host)

/**
 * The address to listen on. Throws `usage` for one that other machines can reach, unless `allowRemote`:
 * whoever can reach the studio and gets its link can open pictures of this user.
 */
export function listenAddress(host: string, allowRemote: boolean): string {
  if (!isLoopback(host) && !allowRemote) {
    throw new LacunaError('usage', {
      reason: `${host} can be reached from other machines: listen on 127.0.0.1, or add --allow-remote to mean it`,
    })
  }
  return host
}

/**
 * Whether a request's Host header names this host. A page of a foreign site whose name was made to point here (DNS
 * rebinding) has its own name in Host, so names are refused unless they can only mean this machine. The port is not
 * compared: through an SSH tunnel it may be another one, and Origin must equal Host, port included, anyway.
 */
export function isOwnHost(header: string | undefined, listening: string): boolean {
  const host = hostOf(header)
  if (host === null) return false
  if (isLoopback(listening)) return isLoopback(host)
  return isLoopback(host) || isIP(host) !== 0 || host === listening.toLowerCase() || host === hostname().toLowerCase()
}

/** The name or address in a Host header, in lower case, without port and brackets; null for what is not one. */
function hostOf(header: string | undefined): string | null {
  if (header === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(header)) return null
  return header
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
}

/** The address as it stands in a URL: IPv6 in brackets, and "every address" as one that can be opened. */
export function urlHost(listening: string): string {
  if (listening === '0.0.0.0' || listening === '::') return '127.0.0.1'
  return isIP(listening) === 6 ? `[${listening}]` : listening
}
