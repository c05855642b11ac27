/** Results that the page fetches: each once, by an id that cannot be guessed, from a folder that goes with it. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Log } from './log.js'
import type { StudioPaths } from './paths.js'
import { openScratch, type Scratch } from './scratch.js'

/** A result that nobody fetches goes after this long. */
const EXPIRY_MS = 15 * 60_000

export interface Download {
  readonly name: string
  readonly bytes: number
  /** Closing it, read to its end or not, removes the file, unless it lies elsewhere. */
  readonly stream: Readable
}

/** A result that lies elsewhere and stays there. */
export interface Offer {
  readonly name: string
  readonly bytes: number
  /** Called when it is fetched. */
  readonly open: () => Readable
}

interface Room {
  readonly scratch: Scratch
  path: string | null
  expiry: NodeJS.Timeout | null
}

export class Downloads {
  readonly #folder: string
  readonly #log: Log
  readonly #rooms = new Map<string, Room>()
  readonly #offers = new Map<string, Offer>()

  constructor(paths: StudioPaths, log: Log) {
    this.#folder = join(paths.cache, 'downloads')
    this.#log = log
  }

  /** A folder to write a result into. Throws `output.diskFull` and the like. */
  async makeRoom(): Promise<{ id: string; dir: string }> {
    const scratch = await openScratch(this.#folder)
    const id = randomUUID()
    const expiry = setTimeout(() => void this.#remove(id), EXPIRY_MS)
    expiry.unref()
    this.#rooms.set(id, { scratch, path: null, expiry })
    return { id, dir: scratch.dir }
  }

  /** The result is there. Returns the id. */
  add(id: string, path: string): string {
    const room = this.#rooms.get(id)
    if (room !== undefined) room.path = path
    return id
  }

  /** The id of a result that is read from where it lies. */
  offer(offer: Offer): string {
    const id = randomUUID()
    this.#offers.set(id, offer)
    setTimeout(() => this.#offers.delete(id), EXPIRY_MS).unref()
    return id
  }

  /** Null for an id that is unknown, expired, or was taken before. */
  async take(id: string): Promise<Download | null> {
    const offer = this.#offers.get(id)
    if (offer !== undefined) {
      this.#offers.delete(id)
      return { name: offer.name, bytes: offer.bytes, stream: offer.open() }
    }
    const room = this.#rooms.get(id)
    if (room === undefined || room.path === null) return null
    const { path } = room
    room.path = null
    const { size } = await stat(path)
    const stream = createReadStream(path)
    stream.once('close', () => void this.#remove(id))
    return { name: basename(path), bytes: size, stream }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#rooms.keys()].map((id) => this.#remove(id)))
  }

  async #remove(id: string): Promise<void> {
    const room = this.#rooms.get(id)
    if (room === undefined) return
    this.#rooms.delete(id)
    if (room.expiry !== null) clearTimeout(room.expiry)
    await room.scratch.remove().catch((error: unknown) => this.#log.warn('a download was not removed', error))
  }
}
