/** A picture from its file to being ready: its header, its pixels, its history, then its noise. */
import { join } from 'node:path'
import PQueue from 'p-queue'
import { isCancelled, LacunaError } from '../../../shared/errors.js'
import { inQueue } from '../in-queue.js'
import { uniqueNotes } from '../jobs/notes.js'
import { namedError } from '../named-error.js'
import { openScratch } from '../scratch.js'
import { type DocumentState, fingerprint, type OpenDocument } from './document.js'
import type { DocumentTools } from './documents.js'
import { currentState } from './history.js'
import type { States } from './states.js'

export class Loading {
  readonly #tools: DocumentTools
  readonly #states: States
  /** Decoding is quick and hungry: one at a time keeps many dropped files within memory. */
  readonly #queue = new PQueue({ concurrency: 1 })

  constructor(tools: DocumentTools, states: States) {
    this.#tools = tools
    this.#states = states
  }

  /** Throws what reading a file throws. */
  async header(document: OpenDocument): Promise<void> {
    const { engine, paths } = this.#tools
    const { path, name } = document.origin
    const info = await engine.run({ kind: 'inspect', path }, { priority: 0 })
    const print = await fingerprint(path).catch((error: unknown) => {
      throw new LacunaError('file.notFound', { name }, error)
    })
    await document.start({ ...info, name }, await openScratch(join(paths.cache, 'documents')), print)
  }

  /** All that comes after the header. Never rejects: the document says what failed. `ready` is called when its phase is. */
  async rest(document: OpenDocument, ready: () => void): Promise<void> {
    const { signal } = document.gone
    try {
      const state = currentState(document.history)
      await inQueue(this.#queue, signal, async () => {
        await this.#decode(document, state)
        await this.#bringHistory(document)
      })
      document.phase = 'ready'
      ready()
      this.#tools.changes.notify()
      await this.#estimateNoise(document, state)
    } catch (thrown) {
      if (!signal.aborted) this.fail(document, thrown)
    }
    this.#tools.changes.notify()
  }

  fail(document: OpenDocument, thrown: unknown): void {
    const error = namedError(thrown, document.origin.name)
    document.phase = 'failed'
    document.error = error
    if (error.code === 'internal') this.#tools.log.error('a picture could not be opened', thrown)
  }

  /** Resolves when nothing is decoded any more. */
  async end(): Promise<void> {
    await this.#queue.onIdle()
  }

  async #decode(document: OpenDocument, state: DocumentState): Promise<void> {
    const { engine } = this.#tools
    const { opened, origin, gone } = document
    if (opened === null) return
    const options = { signal: gone.signal, priority: 0 } as const
    await this.#tools.prime(document.id, gone.signal)
    const { info, raster, notes } = await engine.run({ kind: 'decode', path: origin.path, dir: state.dir }, options)
    const { levels } = await engine.run({ kind: 'levels', raster, dir: state.dir }, options)
    opened.info = { ...info, name: origin.name, notes: uniqueNotes(info.notes, notes) }
    document.change(state, { raster, levels })
  }

  /** Without it everything works but storing, which is said then. */
  async #bringHistory(document: OpenDocument): Promise<void> {
    const { contentHash, log } = this.#tools
    const { signal } = document.gone
    try {
      await this.#states.open(document, await contentHash(document.origin.path, signal))
    } catch (error) {
      document.fileError = error
      if (!isCancelled(error)) log.warn('a history was not brought back', error)
    }
  }

  /** For the panel's words alone: without it everything works, so a failure goes to the log. */
  async #estimateNoise(document: OpenDocument, { id }: DocumentState): Promise<void> {
    const { engine, library, log, run } = this.#tools
    const model = library
      .list()
      .find(({ manifest }) => manifest.kind === 'denoiser' && manifest.files.noise !== undefined)
    if (model === undefined) return
    const { raster, state } = document.ready(id)
    await using _held = document.hold(state)
    try {
      const task = { kind: 'noise', raster, model: model.ref, run: run() } as const
      document.noise = (await engine.run(task, { signal: document.gone.signal, priority: 0 })).sigma
    } catch (error) {
      if (!isCancelled(error)) log.warn('the noise of a picture was not estimated', error)
    }
  }
}
