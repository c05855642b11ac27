/**
 * The way to the studio: a typed client from the contract, over a WebSocket to the host that served this page or
 * over a MessagePort in the desktop. The truth is a whole snapshot that the host sends; when the line breaks, it is
 * opened again with growing pauses and the next snapshot puts everything right.
 */
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { Capabilities, Contract, StudioView } from '../shared/contract.js'
import { ErrorWire, LacunaError } from '../shared/errors.js'

export type StudioClient = ContractRouterClient<Contract>

/** What the desktop's preload exposes; absent in a browser. */
interface Bridge {
  connect(): Promise<MessagePort>
  /** The path of a file dropped on the window; empty when it has none (a picture dragged from a page). */
  pathOf?(file: File): string
}
declare global {
  interface Window {
    readonly lacuna?: Bridge
  }
}

export const bridge = (): Bridge | undefined => globalThis.window?.lacuna

/** Media URLs are the page's own in the browser host and have a scheme of their own in the desktop. */
export const mediaUrl = (path: string): string => (bridge() === undefined ? path : `lacuna-media://studio${path}`)

export type Connection = 'connecting' | 'online' | 'reconnecting' | 'forbidden'

interface Line {
  readonly client: StudioClient
  readonly closed: Promise<void>
}

let current: StudioClient | null = null

/** The client of the line that is open now. Throws when there is none. */
export function api(): StudioClient {
  if (current === null) throw new LacunaError('internal', { reason: 'not connected' })
  return current
}

/** What a call threw, as a member of the error family. */
export function wireOf(thrown: unknown): ErrorWire {
  if (thrown instanceof ORPCError) {
    const parsed = ErrorWire.safeParse(thrown.data)
    if (parsed.success) return parsed.data
  }
  return LacunaError.from(thrown).toWire()
}

export interface StudioListener {
  connection(state: Connection): void
  capabilities(capabilities: Capabilities): void
  view(view: StudioView): void
}

const FIRST_PAUSE = 250
const LONGEST_PAUSE = 5_000

/** Keeps the line open for as long as the page lives. */
export async function follow(listener: StudioListener, signal: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE
  listener.connection('connecting')
  while (!signal.aborted) {
    try {
      if (!(await exchangeToken())) {
        listener.connection('forbidden')
        return
      }
      const line = await openLine()
      current = line.client
      listener.capabilities(await line.client.capabilities())
      const views = await line.client.watch(undefined, { signal })
      for await (const view of views) {
        pause = FIRST_PAUSE
        listener.view(view)
        listener.connection('online')
      }
      await line.closed
    } catch (thrown) {
      if (signal.aborted) return
      // The status bar says it; the reason is for whoever looks at the console.
      console.warn('The line to the studio broke:', thrown)
    }
    current = null
    listener.connection('reconnecting')
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}

/** The one-time token of the URL's fragment becomes a session cookie, and leaves the address bar and the history. */
async function exchangeToken(): Promise<boolean> {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const token = fragment.get('token')
  if (bridge() !== undefined || token === null) return true
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  history.replaceState(null, '', location.pathname + location.search)
  // A used token is no loss while the cookie of its first use is still good: the socket tells.
  return response.ok || response.status === 401 || response.status === 403
}

async function openLine(): Promise<Line> {
  const desktop = bridge()
  if (desktop !== undefined) {
    const port = await desktop.connect()
    port.start()
    const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
    return { client: createORPCClient(new PortLink({ port })), closed }
  }
  const url = new URL('/rpc', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const websocket = new WebSocket(url)
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve(), { once: true }))
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true })
    websocket.addEventListener('error', () => reject(new LacunaError('internal', { reason: 'no answer' })), { once: true })
  })
  return { client: createORPCClient(new SocketLink({ websocket })), closed }
}
