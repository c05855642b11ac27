/**
 * How the page reaches its host. The calls are those of `contract.ts` in both:
 *
 * - browser host: the address carries a one-time token (`/#token=…`). The page sends it once to {@link hostPath}.session,
 *   drops it from the address, and opens a WebSocket on {@link hostPath}.rpc (`@orpc/client/websocket`). When the socket
 *   closes it opens a new one: the cookie outlives a restart of the host.
 * - desktop: `window.lacuna` is there ({@link DesktopBridge}); calls go over a MessagePort (`@orpc/client/message-port`).
 */
export const hostPath = {
  /**
   * POST `{ "token": "…" }`: answers 204 and sets the session's cookie, or 403 when the token was used before or is
   * wrong. GET: 204 when the cookie is good, else 401.
   */
  session: '/session',
  rpc: '/rpc',
} as const

/** Name of the token in the address's fragment. */
export const tokenParameter = 'token'

/** What the preload script puts on `window.lacuna`, and nothing else. */
export interface DesktopBridge {
  /**
   * Asks for the port to the host. It arrives as a `message` event on `window` whose `data` is {@link portMessage},
   * whose `source` is `window` and whose first port is the one; `start()` it. A second call makes a new port.
   */
  connect(): void
  /**
   * The path of a file that the person dropped, pasted or chose: `{ from: 'path', path }` may open it from then on.
   * Rejects for a File that a script made.
   */
  pathForFile(file: File): Promise<string>
}

export const portMessage = 'lacuna:port'

/** Messages from the preload script to the main process. */
export const desktopMessage = {
  /** Carries the port on which the contract is to be served. */
  connect: 'lacuna:connect',
  /** A path that the person gave by dropping or choosing the file. */
  grant: 'lacuna:grant',
} as const
