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
import { hostPath, portMessage, tokenParameter, type DesktopBridge } from '../shared/host.js'

export type StudioClient = ContractRouterClient<Contract>

declare global {
  interface Window {
    /** What the desktop's preload exposes; absent in a browser. */
    readonly lacuna?: DesktopBridge
  }
}

export const bridge = (): DesktopBridge | undefined => window.lacuna

/** Media are under the page's own origin in every host. */
export const mediaUrl = (path: string): string => path

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
      if (!(await signIn())) {
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

/**
 * The one-time token of the URL's fragment becomes a session cookie, and leaves the address bar and the history.
 * False when there is neither a good token nor a good cookie.
 */
async function signIn(): Promise<boolean> {
  if (bridge() !== undefined) return true
  const token = new URLSearchParams(location.hash.slice(1)).get(tokenParameter)
  if (token !== null) {
    history.replaceState(null, '', location.pathname + location.search)
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(hostPath.session, { method: 'POST', headers, body: JSON.stringify({ token }) })
    if (answer.ok) return true
    // A token that was used before is no loss while the cookie that it bought is still good.
  }
  return (await fetch(hostPath.session)).ok
}

async function openLine(): Promise<Line> {
  const desktop = bridge()
  if (desktop !== undefined) {
    const port = await desktopPort(desktop)
    const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
    return { client: createORPCClient(new PortLink({ port })), closed }
  }
  const url = new URL(hostPath.rpc, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const websocket = new WebSocket(url)
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve(), { once: true }))
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true })
    websocket.addEventListener('error', () => reject(new LacunaError('internal', { reason: 'no answer' })), {
      once: true,
    })
  })
  return { client: createORPCClient(new SocketLink({ websocket })), closed }
}

/** The port arrives as a message of this window to itself. */
function desktopPort(desktop: DesktopBridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = ({ source, data, ports: [port] }: MessageEvent): void => {
      if (source !== window || data !== portMessage || port === undefined) return
      window.removeEventListener('message', receive)
      port.start()
      resolve(port)
    }
    window.addEventListener('message', receive)
    desktop.connect()
  })
}
