/**
 * The browser host: the studio served to a browser on this machine (DESIGN: loopback, one-time link, roots).
 * `lacuna serve` and `lacuna open` start it.
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { RPCHandler } from '@orpc/server/ws'
import { LacunaError } from '../../shared/errors.js'
import { tokenParameter } from '../../shared/host.js'
import { forkEngine } from '../studio/engine/fork-link.js'
import { createEngine } from '../studio/engine/supervisor.js'
import { errno } from '../studio/files/fs.js'
import { router } from '../studio/handlers.js'
import { studioPaths, type StudioPaths } from '../studio/index.js'
import { media } from '../studio/media.js'
import { openSource } from '../studio/open-source.js'
import { openScratch, sweepScratch } from '../studio/scratch.js'
import type { RunOverrides } from '../../shared/settings.js'
import { createStudio } from '../studio/studio.js'
import { Uploads } from '../studio/uploads.js'
import { listenAddress, urlHost } from './host-names.js'
import { hostIdentity, type BrowserHostIdentity } from './identity.js'
import { Roots } from './roots.js'
import { webServer } from './server.js'
import { browserServices } from './services.js'
import { Session } from './session.js'

export { openInBrowser } from './launch.js'

export interface BrowserHostOptions {
  /** Address to listen on: 127.0.0.1 unless given. */
  readonly host?: string
  /** Needed for an address that other machines can reach. */
  readonly allowRemote?: boolean
  /** Absent: the one used last, or a free one; 0: a free one. */
  readonly port?: number
  /** Folders whose pictures the page may open and in which it may save; without any, pictures are uploaded and downloaded. */
  readonly roots?: readonly string[]
  /** Pictures to open at once. */
  readonly files?: readonly string[]
  readonly dataDir?: string
  /** No batch is started until the person lets the queue go on, whatever the settings say. */
  readonly paused?: boolean
  /** They hold instead of the settings, for this run. */
  readonly overrides?: RunOverrides
  /** The built engine; found beside the program unless given. */
  readonly engineEntry?: string
}

export interface BrowserHost extends AsyncDisposable {
  readonly port: number
  /** Holds the token: whoever opens it first has the studio. */
  readonly url: string
  close(): Promise<void>
}

/** Resolves when the page can be opened. Throws `usage`, `file.notFound` (a root), and what the studio cannot start without. */
export async function startBrowserHost(options: BrowserHostOptions = {}): Promise<BrowserHost> {
  const host = listenAddress(options.host ?? '127.0.0.1', options.allowRemote ?? false)
  const roots = await Roots.open(options.roots ?? [])
  const paths = studioPaths({ dataDir: options.dataDir })
  const identity = await hostIdentity(paths.state)

  const open: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    const end = open.pop()
    if (end === undefined) return
    try {
      await end()
    } finally {
      await close()
    }
  }
  try {
    return { ...(await start(options, { host, roots, paths, identity, open })), close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Found {
  readonly host: string
  readonly roots: Roots
  readonly paths: StudioPaths
  readonly identity: BrowserHostIdentity
  /** How to end what was started, in the order of its start. */
  readonly open: (() => Promise<void>)[]
}

async function start(
  options: BrowserHostOptions,
  { host, roots, paths, identity, open }: Found,
): Promise<Pick<BrowserHost, 'port' | 'url'>> {
  const files = (options.files ?? []).map((file) => resolve(file))
  const uploadFolder = join(paths.cache, 'uploads')
  await sweepScratch(uploadFolder)
  const scratch = await openScratch(uploadFolder)
  open.push(scratch.remove)
  const services = await browserServices({
    version: paths.version,
    roots,
    uploads: new Uploads(scratch.dir),
    files,
  })
  const engineEntry = options.engineEntry ?? join(paths.program, 'out/main/engine.js')
  const studio = await createStudio({
    engine: createEngine({ start: forkEngine(engineEntry) }),
    paths,
    paused: options.paused,
    overrides: options.overrides,
    audience: options.allowRemote === true ? 'remote' : 'local',
  })
  open.push(() => studio.close())

  const context = { studio, host: services }
  const rpc = new RPCHandler(router)
  const app = {
    connect: (socket: Parameters<typeof rpc.upgrade>[0]) => void rpc.upgrade(socket, { context }),
    media: (request: Parameters<typeof media>[2]) => media(studio, services, request),
  }
  const page = join(paths.program, 'out/renderer')
  // The cookie's name needs the port; until that is known, none is good.
  let session = new Session(identity.secret, 0)
  const web = webServer(() => ({ app, session, page, host }))
  const port = await listen(web.server, host, options.port, identity.port)
  open.push(web.close)
  session = new Session(identity.secret, port)
  // A second host beside a running one takes another port and leaves the first its own.
  if (port !== identity.port && (identity.port === null || options.port)) await identity.keepPort(port)

  for (const path of files) {
    for (const origin of await openSource({ from: 'path', path }, context)) await studio.documents.open(origin)
  }
  // What was named comes first. Who names roots shows nothing beside them.
  const inRoots = (path: string): Promise<boolean> =>
    services.checkPath(path, 'read').then(
      () => true,
      () => false,
    )
  void studio.documents.restore(roots.folders.length > 0 ? inRoots : () => Promise.resolve(true))
  return { port, url: `http://${urlHost(host)}:${port}/#${tokenParameter}=${session.token}` }
}

/** Listens on the port that was asked for, else on the last one, else on any; resolves to it. */
async function listen(server: Server, host: string, wanted: number | undefined, last: number | null): Promise<number> {
  const isFree = await tryToListen(server, host, wanted ?? last ?? 0)
  if (!isFree && wanted !== undefined) {
    throw new LacunaError('usage', { reason: `port ${wanted} of ${host} is used by another program` })
  }
  if (!isFree && !(await tryToListen(server, host, 0)))
    throw new LacunaError('usage', { reason: `no port of ${host} is free` })
  return (server.address() as AddressInfo).port
}

/** False when the port is taken; throws `usage` when the address cannot be listened on at all. */
async function tryToListen(server: Server, host: string, port: number): Promise<boolean> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch (error) {
    if (errno(error) === 'EADDRINUSE') return false
    throw new LacunaError(
      'usage',
      { reason: `${host}:${port} cannot be listened on (${errno(error) ?? String(error)})` },
      error,
    )
  }
}
