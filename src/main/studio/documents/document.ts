/** One open picture: what is known of it, its states, and the scratch folder that holds their pixels. */
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DocumentView, StateView } from '../../../shared/contract.js'
import type { Edit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import type { FillView, StateMasks } from '../../../shared/fill.js'
import { TILE } from '../../../shared/media.js'
import type { JobReport, PictureInfo } from '../../../shared/picture.js'
import type { RasterRef, Rect, StoredPixels } from '../../engine/protocol/tasks.js'
import type { Scratch } from '../scratch.js'
import { shortId } from '../scratch.js'
import { currentState, type History, replace, startHistory } from './history.js'
import { type HistoryFile, ORIGINAL } from './store/index.js'

export interface DocumentState {
  readonly id: string
  /** What made it from the state before; null for the original. */
  readonly edit: Edit | null
  readonly width: number
  readonly height: number
  /** Holds its raster and levels; removed with them. */
  readonly dir: string
  /** Null while the picture is being opened, and while its pixels are in the store alone. */
  readonly raster: RasterRef | null
  /** Level 1, 2, …: each half of the one before. */
  readonly levels: readonly RasterRef[]
  readonly report: JobReport | null
  readonly at: number
  readonly exported: boolean
  /** What brings its pixels back; null for the original, and until it is stored. */
  readonly stored: { readonly pixels: StoredPixels; readonly thumb: string } | null
  /** All that may differ from the state before; null: anything may. */
  readonly area: Rect | null
}

/** Where a document's picture came from. */
export interface Origin {
  /** Absolute. */
  readonly path: string
  readonly name: string
  /** Suggested for saving; null for what the page sent, whose folder is ours. */
  readonly folder: string | null
  /** Set for what the page sent: its name in the session's folder. */
  readonly sent?: string
  /** Set for a sample: its id. */
  readonly sample?: string
  /** Called once when the document is gone for good. */
  readonly release?: () => Promise<void>
}

/** Where the person has it; null for what the page sent. */
export const pathOf = ({ path, sent }: Origin): string | null => (sent === undefined ? path : null)

/** A file as it was: another size, time or inode means another content. */
export interface Fingerprint {
  readonly node: string
  readonly size: bigint
  readonly modified: bigint
}

export class OpenDocument {
  readonly id = shortId()
  phase: DocumentView['phase'] = 'opening'
  error: LacunaError | null = null
  noise: number | null = null
  /** Null until the header was read. */
  opened: { info: PictureInfo; scratch: Scratch; history: History<DocumentState>; fingerprint: Fingerprint } | null =
    null
  /** Aborted when the document is gone for good. */
  readonly gone = new AbortController()
  /** What is painted on its states, by their ids. */
  readonly masks = new Map<string, StateMasks>()
  /** A fill that is being drawn or waits for an answer. */
  fill: FillView | null = null
  /** Where its history is kept; null before its content is known. */
  file: HistoryFile | null = null
  /** Why there is none although the content is known. */
  fileError: unknown = null
  /** What was done last is in scratch alone, since it could not be stored: why. */
  unstored: LacunaError | null = null
  /** Whether there is a record, which then has to follow every change. */
  recorded = false
  readonly #holds = new Map<string, number>()
  readonly #doomed = new Map<string, Pick<DocumentState, 'id' | 'dir'>>()

  constructor(readonly origin: Origin) {}

  async start(info: PictureInfo, scratch: Scratch, fingerprint: Fingerprint): Promise<void> {
    const dir = join(scratch.dir, ORIGINAL)
    await mkdir(dir)
    const { width, height } = info
    const original: DocumentState = {
      ...{ id: ORIGINAL, edit: null, width, height, dir, raster: null, levels: [], report: null, at: Date.now() },
      ...{ exported: false, stored: null, area: null },
    }
    this.opened = { info, scratch, fingerprint, history: startHistory(original) }
  }

  /** Throws `document.busy` while the picture is being opened, and its own error when that failed. */
  get history(): History<DocumentState> {
    if (this.opened === null) throw this.error ?? new LacunaError('document.busy', { name: this.origin.name })
    return this.opened.history
  }

  set history(history: History<DocumentState>) {
    if (this.opened !== null) this.opened.history = history
  }

  /** What is needed to work on a state. Throws like {@link history}, or `document.notFound` for an unknown state. */
  ready(state?: string): { info: PictureInfo; scratch: Scratch; state: DocumentState; raster: RasterRef } {
    const { history } = this
    const found = state === undefined ? currentState(history) : history.states.find(({ id }) => id === state)
    if (found === undefined) throw new LacunaError('document.notFound', { name: this.origin.name })
    if (this.opened === null || found.raster === null)
      throw this.error ?? new LacunaError('document.busy', { name: this.origin.name })
    return { info: this.opened.info, scratch: this.opened.scratch, state: found, raster: found.raster }
  }

  /** A state's place in the history. Throws `document.notFound` when it was dropped. */
  indexOf(id: string): number {
    const index = this.history.states.findIndex((state) => state.id === id)
    if (index < 0) throw new LacunaError('document.notFound', { name: this.origin.name })
    return index
  }

  /** Throws `document.notFound` for a state that was dropped, and like {@link history}. */
  state(id: string): DocumentState {
    return this.history.states[this.indexOf(id)] as DocumentState
  }

  change(state: Pick<DocumentState, 'id'>, change: Partial<DocumentState>): void {
    const now = this.history.states.find(({ id }) => id === state.id)
    if (now !== undefined) this.history = replace(this.history, now, { ...now, ...change })
  }

  /** The edits from the original to a state, in order. */
  editsTo(state: DocumentState): Edit[] {
    return this.history.states.slice(0, this.indexOf(state.id) + 1).flatMap(({ edit }) => (edit === null ? [] : [edit]))
  }

  /** Keeps a state's files until disposed, even when the state is dropped meanwhile. */
  hold(state: Pick<DocumentState, 'id'>): AsyncDisposable {
    this.#holds.set(state.id, (this.#holds.get(state.id) ?? 0) + 1)
    return {
      [Symbol.asyncDispose]: async () => {
        const left = (this.#holds.get(state.id) ?? 1) - 1
        if (left > 0) return void this.#holds.set(state.id, left)
        this.#holds.delete(state.id)
        const doomed = this.#doomed.get(state.id)
        if (doomed !== undefined) await this.discard(doomed)
      },
    }
  }

  isHeld({ id }: DocumentState): boolean {
    return this.#holds.has(id)
  }

  /** Removes the files of a state that was dropped or is in the store, at once or when nobody reads them any more. */
  async discard(state: Pick<DocumentState, 'id' | 'dir'>): Promise<void> {
    if (state.dir === '') return
    if (this.#holds.has(state.id)) return void this.#doomed.set(state.id, state)
    this.#doomed.delete(state.id)
    await rm(state.dir, { recursive: true, force: true, maxRetries: 3 })
  }

  view(): DocumentView {
    const { id, origin, phase, error, noise, opened } = this
    const shown = opened === null ? null : currentState(opened.history)
    return {
      id,
      name: origin.name,
      info: opened?.info ?? null,
      phase,
      error: error?.toWire() ?? null,
      states: opened?.history.states.map((state) => stateView(state, this.masks.has(state.id))) ?? [],
      current: opened?.history.current ?? 0,
      fill: this.fill,
      noise,
      unstored: this.unstored?.toWire() ?? null,
      // The original is on the disk already.
      saved: shown === null || shown.edit === null || shown.exported,
    }
  }
}

const stateView = (
  { id, edit, width, height, raster, levels, stored, report, at }: DocumentState,
  masked: boolean,
): StateView => ({
  id,
  edit,
  width,
  height,
  levels: raster !== null ? 1 + levels.length : stored !== null ? levelCount(stored.pixels) : 0,
  report,
  masked,
  at,
})

/** How many levels a raster has, itself included: halves are added until both sides fit into a tile. */
function levelCount({ width, height }: { width: number; height: number }): number {
  let count = 1
  for (let side = Math.max(width, height); side > TILE; side = Math.ceil(side / 2)) count++
  return count
}

/** Throws the system's error when the file cannot be reached. */
export async function fingerprint(path: string): Promise<Fingerprint> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true })
  return { node: `${dev}:${ino}`, size, modified: mtimeNs }
}

export const sameContent = (a: Fingerprint, b: Fingerprint): boolean =>
  a.node === b.node && a.size === b.size && a.modified === b.modified
