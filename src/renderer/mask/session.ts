/**
 * Painting on the state that is shown: the steps, what they look like, and what is drawn right now. One session at a time;
 * the steps of states that were shown before stay in memory, so that going back to one brings its redo too.
 */
import { shallow } from 'zustand/shallow'
import type { StateMasks } from '../../shared/fill.js'
import {
  extentOf,
  isSelecting,
  noSelections,
  type Area,
  type Mask,
  type MaskOperation,
  type MaskRaster,
  type PictureSize,
  type Selections,
} from '../../shared/mask/index.js'
import { api, wireOf } from '../client.js'
import { Board } from './board.js'
import { maskOf, withStep, type MaskHistory } from './history.js'
import { forgetUnsaved, keepSoon, sendUnsaved } from './keep.js'
import { canRedo, canUndo, changed, layersOf, masksOf, redoneLayers, undoneLayers, type Layers } from './layers.js'
import { selected } from './selected.js'
import { getMask, setMask, tellStroke, type PaintTarget, type SourcesMode } from './store.js'

/** What of a frame may go into working out a mask that takes longer, in ms. */
const SLICE = 3
const targets: readonly PaintTarget[] = ['mask', 'sources']

interface Showing {
  readonly operations: readonly MaskOperation[]
  readonly steps: Generator<void, Area[]>
}

export class MaskSession {
  readonly boards: Record<PaintTarget, Board>
  private selections: Selections = noSelections
  private readonly showing = new Map<PaintTarget, Showing>()
  /** What is called once everything is shown. */
  private whenShown: (() => void)[] = []
  /** The newest shape of the stroke in the making; drawn once a frame. */
  private drawing: { target: PaintTarget; operation: MaskOperation } | null = null
  private readonly looking = new Set<Promise<unknown>>()
  private closed = false
  /** The bytes that `publish` told of last. */
  private told: MaskRaster | null = null

  constructor(
    readonly document: string,
    readonly state: string,
    readonly size: PictureSize,
    public layers: Layers,
  ) {
    this.boards = { mask: new Board(size), sources: new Board(size) }
  }

  /** Shows what was kept, once what it selects is there. */
  async open(): Promise<void> {
    const operations = targets.flatMap((target) => this.operationsOf(target))
    if (operations.length === 0) return this.publish()
    if (operations.some(isSelecting)) await this.look(operations)
    if (this.closed) return
    for (const target of targets) this.show(target)
    this.publish()
  }

  close(): void {
    this.closed = true
  }

  /** A stroke or an outline in the making. */
  draw(target: PaintTarget, operation: MaskOperation): void {
    this.drawing = { target, operation }
    drawSoon()
  }

  /** Forgets what was being drawn. */
  drop(): void {
    this.drawing = null
    for (const target of targets) this.boards[target].changed(this.boards[target].live.forget())
    drawSoon()
  }

  /** A step by a tool. */
  async commit(target: PaintTarget, operation: MaskOperation): Promise<void> {
    if (await this.step(target, (history) => withStep(history, operation), [operation]))
      this.after(() =>
        tellStroke({
          document: this.document,
          state: this.state,
          target,
          erase: 'erase' in operation && operation.erase,
        }),
      )
  }

  /** A change of the steps; `selecting` are operations of it that look at pixels. False when they selected nothing. */
  async step(
    target: PaintTarget,
    change: (history: MaskHistory) => MaskHistory,
    selecting: readonly MaskOperation[] = [],
  ): Promise<boolean> {
    if (selecting.some(isSelecting) && !(await this.look(selecting))) return false
    if (this.closed) return false
    this.drawing = null
    this.set(changed(this.layers, target, change))
    return true
  }

  undo(): void {
    this.set(undoneLayers(this.layers))
  }

  redo(): void {
    this.set(redoneLayers(this.layers))
  }

  setMode(mode: SourcesMode): void {
    this.set({ ...this.layers, mode })
  }

  operationsOf(target: PaintTarget): readonly MaskOperation[] {
    return maskOf(this.layers[target]).operations
  }

  /** Until nothing is being looked for that a step waits for. */
  async settled(): Promise<void> {
    while (this.looking.size > 0) await Promise.allSettled(this.looking)
  }

  /** A frame's work: until `until`. True while more is to be done. */
  work(until: number, now: () => number): boolean {
    const { drawing } = this
    if (drawing !== null) {
      const board = this.boards[drawing.target]
      board.changed(board.live.draw(drawing.operation))
      this.drawing = null
    }
    const slice = Math.min(until, now() + SLICE)
    for (const target of [...this.showing.keys()]) this.run(target, slice, now)
    for (const target of targets) if (this.boards[target].pending) this.boards[target].paint(until, now)
    return this.showing.size > 0 || targets.some((target) => this.boards[target].pending)
  }

  private set(layers: Layers): void {
    if (layers === this.layers) return
    const before = this.layers
    this.layers = layers
    const key = keyOf(this.document, this.state)
    // Last in the order, as what was painted last.
    known.delete(key)
    known.set(key, layers)
    for (const target of targets) if (layers[target] !== before[target]) this.show(target)
    this.publish()
    keepSoon({ document: this.document, state: this.state, masks: () => masksOf(this.layers) }, tellProblem)
  }

  /** Small changes are shown at once, others over some frames. */
  private show(target: PaintTarget): void {
    const operations = this.operationsOf(target)
    const running = this.showing.get(target)
    // What is under way is finished first, when it is a part of what is wanted now.
    if (running !== undefined && running.operations.every((operation, i) => operation === operations[i])) return
    this.begin(target)
    this.run(target, performance.now() + SLICE, () => performance.now())
    drawSoon()
  }

  private begin(target: PaintTarget): void {
    const mask = maskOf(this.layers[target])
    const steps = this.boards[target].live.showSteps(mask, this.selections)
    this.showing.set(target, { operations: mask.operations, steps })
  }

  private run(target: PaintTarget, until: number, now: () => number): void {
    const showing = this.showing.get(target)
    if (showing === undefined) return
    do {
      const step = showing.steps.next()
      if (step.done !== true) continue
      this.boards[target].changed(step.value)
      this.showing.delete(target)
      if (this.operationsOf(target).length !== showing.operations.length) this.begin(target)
      else if (this.showing.size === 0) this.shown()
      return
    } while (now() < until)
  }

  private shown(): void {
    this.publish()
    for (const listener of this.whenShown.splice(0)) listener()
  }

  private after(listener: () => void): void {
    if (this.showing.size === 0) listener()
    else this.whenShown.push(listener)
  }

  /** Whether it was found. */
  private async look(operations: readonly MaskOperation[]): Promise<boolean> {
    const search = selected(this.document, this.state, this.size, operations, this.selections)
    this.looking.add(search)
    this.publish()
    try {
      const found = await search
      this.selections = new Map([...this.selections, ...found])
      return true
    } catch (thrown) {
      if (!this.closed) tellProblem(thrown)
      return false
    } finally {
      this.looking.delete(search)
      this.publish()
    }
  }

  private publish(): void {
    if (this.closed) return
    const { settled } = this.boards.mask.live
    if (settled !== this.told) revision++
    this.told = settled
    const before = getMask().shown
    const area = extentOf(settled)
    const sources = { mode: this.layers.mode, empty: extentOf(this.boards.sources.live.settled) === null }
    setMask({
      shown: {
        document: this.document,
        state: this.state,
        revision,
        empty: area === null,
        // Most strokes change neither: who reads them is not to be drawn anew.
        area: kept(before?.area, area),
        sources: kept(before?.sources, sources),
        canUndo: canUndo(this.layers),
        canRedo: canRedo(this.layers),
        working: this.looking.size > 0 ? 'selecting' : this.showing.size > 0 ? 'drawing' : null,
      },
    })
  }
}

/** What was, when it says the same. */
const kept = <T>(before: T | undefined, after: T): T =>
  before !== undefined && shallow(before, after) ? before : after

/** Of all sessions together: no two masks have the same. */
let revision = 0

/** The steps of states that were shown, by {@link keyOf}. */
const known = new Map<string, Layers>()
let current: MaskSession | null = null
let wanted = ''

const keyOf = (document: string, state: string): string => `${document}/${state}`

export const tellProblem = (thrown: unknown): void => {
  const error = wireOf(thrown)
  if (error.code !== 'cancelled') setMask({ problem: { error, fit: null } })
}

let drawSoon: (all?: boolean) => void = () => undefined

/** Who draws the sessions, told whenever there is something to draw; `all`: of another session. Gives what ends it. */
export function drawnBy(draw: (all?: boolean) => void): () => void {
  drawSoon = draw
  return () => {
    if (drawSoon === draw) drawSoon = () => undefined
  }
}

/** The session of the state that is shown; null until its masks are read. */
export const session = (): MaskSession | null => current

/** Brings up the masks of a state. `masked`: the studio has some. */
export async function showMasks(document: string, state: string, size: PictureSize, masked: boolean): Promise<void> {
  const key = keyOf(document, state)
  if (wanted === key) return
  hideMasks()
  wanted = key
  const layers = known.get(key) ?? layersOf(masked ? await readMasks(document, state) : null, size)
  // Another state was shown while this one's masks were read.
  if (wanted !== key) return
  current = new MaskSession(document, state, size, layers)
  setMask({ paintTarget: 'mask', problem: null })
  await current.open()
  drawSoon(true)
}

/** No picture is shown any more. */
export function hideMasks(): void {
  wanted = ''
  if (current === null) return
  const { document } = current
  current.close()
  current = null
  setMask({ shown: null })
  drawSoon(true)
  sendUnsaved(document).catch(tellProblem)
}

/** The mask that was painted last on another document than `but`. */
export function latestMask(but: string | null): { document: string; mask: Mask } | null {
  for (const [key, layers] of [...known].reverse()) {
    const document = key.slice(0, key.lastIndexOf('/'))
    const mask = maskOf(layers.mask)
    if (document !== but && mask.operations.length > 0) return { document, mask }
  }
  return null
}

/** Documents that are gone take their steps along. */
export function forgetMasks(gone: (document: string) => boolean): void {
  forgetUnsaved(gone)
  for (const key of known.keys()) if (gone(key.slice(0, key.lastIndexOf('/')))) known.delete(key)
}

async function readMasks(document: string, state: string): Promise<StateMasks | null> {
  try {
    return await api().documents.masks({ document, state })
  } catch (thrown) {
    tellProblem(thrown)
    return null
  }
}

/**
 * Until the studio has all that was painted on a document, what is still being selected included. To be awaited before a
 * fill is asked for. Throws LacunaError when it could not be sent.
 */
export async function flushMasks(document: string): Promise<void> {
  if (current?.document === document) await current.settled()
  await sendUnsaved(document)
}

/** Where the next fill is taken from; from then on that is what is painted, or the hole again. */
export function setSourcesMode(mode: SourcesMode): void {
  current?.setMode(mode)
  setMask({ paintTarget: mode === 'anywhere' ? 'mask' : 'sources' })
}

/** The target that tools paint on now. */
export function paintTarget(): PaintTarget {
  const { paintTarget: target, shown } = getMask()
  return shown?.sources.mode === 'anywhere' ? 'mask' : target
}
