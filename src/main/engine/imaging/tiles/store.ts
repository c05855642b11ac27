/**
 * What states are made of, each thing once: files named by the hash of what they hold, `<first two digits>/<hash>`. A file is
 * there whole or not at all, so a name that is taken needs no writing. What is read is checked against its name.
 */
import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LacunaError } from '../../../../shared/errors.js'
import { writeFailure, type Samples } from '../raster.js'
import { bytesOf, packTile, unpackTile, type TileShape } from './codec.js'

export class TileStore {
  /** Folders in which a name is new: synced by {@link sync}. */
  readonly #touched = new Set<string>()
  readonly #underWay = new Map<string, Promise<void>>()
  /** Files written, and their bytes. */
  written = 0
  bytes = 0

  constructor(readonly dir: string) {}

  /** Gives the hash. Throws `output.diskFull`, `output.failed`. */
  async putTile(samples: Samples, shape: TileShape): Promise<string> {
    const hash = tileHash(samples, shape)
    await this.#once(hash, () => packTile(samples, shape))
    return hash
  }

  /** Throws `history.damaged` for a tile that is missing or not what its name says; such a file is removed. */
  async tile(hash: string, shape: TileShape): Promise<Samples> {
    return await this.#read(hash, async (packed) => {
      const samples = await unpackTile(packed, shape)
      return tileHash(samples, shape) === hash ? samples : null
    })
  }

  /** Any bytes, as they are. Throws like {@link putTile}. */
  async putBytes(bytes: Uint8Array): Promise<string> {
    const hash = bytesHash(bytes)
    await this.#once(hash, () => Promise.resolve(bytes))
    return hash
  }

  /** Throws like {@link tile}. */
  async bytesAt(hash: string): Promise<Buffer> {
    return await this.#read(hash, (bytes) => Promise.resolve(bytesHash(bytes) === hash ? bytes : null))
  }

  /** What was put is there after a power cut, too. */
  async sync(): Promise<void> {
    await Promise.all([...this.#touched].map(syncFolder))
    this.#touched.clear()
  }

  /** Equal tiles may come at the same time. */
  async #once(hash: string, bytes: () => Promise<Uint8Array>): Promise<void> {
    const before = this.#underWay.get(hash)
    if (before !== undefined) return await before
    const work = this.#has(hash).then(async (has) => (has ? undefined : await this.#write(hash, await bytes())))
    this.#underWay.set(hash, work)
    try {
      await work
    } finally {
      this.#underWay.delete(hash)
    }
  }

  async #has(hash: string): Promise<boolean> {
    return await access(this.#path(hash)).then(
      () => true,
      () => false,
    )
  }

  #path(hash: string): string {
    return join(this.dir, hash.slice(0, 2), hash)
  }

  async #write(hash: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(hash)
    const folder = dirname(path)
    const temporary = join(folder, `.${hash}.${randomUUID()}`)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
    } catch (thrown) {
      await rm(temporary, { force: true })
      throw writeFailure(path, thrown)
    }
    this.#touched.add(folder)
    this.written++
    this.bytes += bytes.length
  }

  async #read<T>(hash: string, check: (bytes: Buffer) => Promise<T | null>): Promise<T> {
    const path = this.#path(hash)
    const damaged = (cause: unknown): LacunaError =>
      new LacunaError('history.damaged', { name: `${basename(path)}.v` }, cause)
    const bytes = await readFile(path).catch((error: unknown) => {
      throw damaged(error)
    })
    let cause: unknown = new Error('its bytes are not those of its name')
    try {
      const found = await check(bytes)
      if (found !== null) return found
    } catch (error) {
      cause = error
    }
    // Else its name would keep good pixels from being written, whenever they come again.
    await rm(path, { force: true })
    throw damaged(cause)
  }
}

/** Of the samples and their shape: equal bytes of another shape are another tile. */
function tileHash(samples: Samples, { width, height, bands, depth }: TileShape): string {
  return createHash('sha256').update(`${width}x${height}x${bands}x${depth}\n`).update(bytesOf(samples)).digest('hex')
}

const bytesHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    // Some network file systems cannot sync a folder; the files in it were synced.
    await handle.sync().catch(() => undefined)
  } finally {
    await handle.close()
  }
}
