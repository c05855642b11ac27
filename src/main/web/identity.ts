/** The port and the session secret that a browser host keeps from one start to the next. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'

const Identity = z.object({
  version: z.literal(1),
  port: z.number().int().min(1).max(65535).nullable(),
  secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
type Identity = z.infer<typeof Identity>

const path = (folder: string): string => join(folder, 'browser-host.json')

export interface BrowserHostIdentity {
  /** The port of the last start; null at the first. */
  readonly port: number | null
  readonly secret: Buffer
  keepPort(port: number): Promise<void>
}

/** Reads or makes the identity in `folder` (readable by this user alone). A damaged one is made again: tabs that are open need a new link then. */
export async function hostIdentity(folder: string): Promise<BrowserHostIdentity> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const identity = (await stored(folder)) ?? { version: 1, port: null, secret: randomBytes(32).toString('base64url') }
  const save = (value: Identity): Promise<void> => writeFileAtomic(path(folder), JSON.stringify(value), { mode: 0o600 })
  await save(identity)
  return {
    port: identity.port,
    secret: Buffer.from(identity.secret, 'base64url'),
    keepPort: (port) => save({ ...identity, port }),
  }
}

async function stored(folder: string): Promise<Identity | null> {
  try {
    return Identity.parse(JSON.parse(await readFile(path(folder), 'utf8')))
  } catch {
    return null
  }
}
