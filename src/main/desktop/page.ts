/** The page's own address in the desktop, and which file of the built interface an address means. */
import { extname, resolve, sep } from 'node:path'

export const scheme = 'lacuna'
export const pageAddress = `${scheme}://studio/`

/** Whether an address is the page's own: what may be shown, navigated to, and heard messages from. */
export function isPage(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password } = new URL(address)
  return protocol === `${scheme}:` && host === 'studio' && username === '' && password === ''
}

/** The part of a sender's frame that tells where it is. */
export interface SenderFrame {
  readonly url: string
  /** Null for the window's own frame. */
  readonly parent: unknown
}

/** Whether a message comes from the studio's page itself: not from a frame in it, nor from what it may have become. */
export const isTrusted = (frame: SenderFrame | null): boolean =>
  frame !== null && frame.parent === null && isPage(frame.url)

/** The file of `folder` that a path means, `/` being index.html; null for what leads out of it. */
export function pageFile(pathname: string, folder: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (path.includes('\0') || path.includes('\\')) return null
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`)
  return file.startsWith(resolve(folder) + sep) ? file : null
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

export const contentType = (file: string): string => types[extname(file).toLowerCase()] ?? 'application/octet-stream'
