/** Pictures that the page sends: streamed to scratch files under their own names, bounded in size, removed at the end. */
import { randomUUID } from 'node:crypto'
import { constants, createWriteStream } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { LacunaError } from '../../shared/errors.js'
import { errno, freeBytes, outputError } from './files/fs.js'

/** Above any picture that can be opened: a gigapixel of 16-bit RGB with room to spare. */
export const uploadLimit = 8 * 2 ** 30

export interface Upload {
  readonly name: string
  readonly path: string
}

export class Uploads {
  readonly #folder: string
  readonly #limit: number
  readonly #uploads = new Map<string, Upload>()

  constructor(folder: string, limit = uploadLimit) {
    this.#folder = folder
    this.#limit = limit
  }

  /**
   * Writes `bytes` to a file of its own and resolves to its id. `length` is what the sender announced, if it did.
   * Throws `upload.tooLarge`, `output.diskFull` or `cancelled`; nothing is left of an upload that failed.
   */
  async receive(name: string, bytes: Readable, length: number | null, signal?: AbortSignal): Promise<string> {
    const safe = safeName(name)
    await this.#checkRoom(safe, length)
    const id = randomUUID()
    const dir = join(this.#folder, id)
    const path = join(dir, safe)
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await pipeline(bytes, this.#bound(safe), createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal })
    } catch (error) {
      await rm(dir, { recursive: true, force: true })
      throw signal?.aborted ? new LacunaError('cancelled', {}, error) : outputError(error, path)
    }
    this.#uploads.set(id, { name: safe, path })
    return id
  }

  /** Throws `upload.notFound`. */
  get(id: string): Upload {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new LacunaError('upload.notFound', { name: id })
    return upload
  }

  /** Another disk may hold `path`. Throws `upload.notFound`, `output.*`. */
  async move(id: string, path: string): Promise<void> {
    const upload = this.get(id)
    try {
      await rename(upload.path, path).catch(async (error: unknown) => {
        if (errno(error) !== 'EXDEV') throw error
        await copyFile(upload.path, path, constants.COPYFILE_EXCL)
      })
    } catch (error) {
      throw outputError(error, path)
    }
    await this.remove(id)
  }

  async remove(id: string): Promise<void> {
    if (this.#uploads.delete(id)) await rm(join(this.#folder, id), { recursive: true, force: true })
  }

  async #checkRoom(name: string, length: number | null): Promise<void> {
    if (length === null) return
    if (length > this.#limit) throw this.#tooLarge(name)
    const free = await freeBytes(this.#folder)
    if (free !== null && length > free) throw new LacunaError('output.diskFull', { name, folder: this.#folder })
  }

  /** Counts what really comes, whatever was announced. */
  #bound(name: string): Transform {
    let total = 0
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        total += chunk.length
        done(total > this.#limit ? this.#tooLarge(name) : null, chunk)
      },
    })
  }

  #tooLarge(name: string): LacunaError {
    return new LacunaError('upload.tooLarge', { name, limit: `${Math.floor(this.#limit / 2 ** 20)} MB` })
  }
}

/** The last part of the name that the page gave, so that it can lead nowhere; what is left of nothing is `upload`. */
function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  // eslint-disable-next-line no-control-regex -- they are what must go
  const clean = last.replace(/[\u0000-\u001f\u007f]/g, '').replace(/^\.+/, '')
  return cutName(clean) || 'upload'
}

/** To 200 bytes of UTF-8, the extension kept: what is left of 255 pays for suffixes made later. */
export function cutName(name: string): string {
  const extension = /\.[^.]{1,8}$/.exec(name)?.[0] ?? ''
  let stem = name.slice(0, name.length - extension.length)
  while (Buffer.byteLength(stem + extension) > 200) stem = [...stem].slice(0, -1).join('')
  return stem + extension
}
