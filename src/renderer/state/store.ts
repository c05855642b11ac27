/**
 * What the interface knows: the studio's last snapshot (the truth about documents, jobs and settings) and what is
 * only this window's business (view, zoom, tool, the settings of the edit being prepared).
 */
import { create } from 'zustand'
import { immer } from 'zustand/middleware/immer'
import type { Capabilities, DocumentView, StateView, StudioView } from '../../shared/contract.js'
import { DenoiseEdit, ExtendEdit, InpaintEdit, UpscaleEdit } from '../../shared/edit.js'
import type { ErrorWire } from '../../shared/errors.js'
import type { OutputSettings } from '../../shared/picture.js'
import type { Connection } from '../client.js'
import { movedTo, originalIn } from '../fill/origin.js'
import type { ToolId } from '../canvas/tools/index.js'
import { clampZoom, type Point, type Size, type Viewport } from '../canvas/viewport.js'
import { firstForm, type SizeForm } from '../upscale/size.js'
import { reconcile } from './reconcile.js'
import { remembered } from './remembered.js'

export type ViewId = 'edit' | 'batch' | 'models' | 'jobs'
export type CompareMode = 'off' | 'slider' | 'side'
/** The edits that the side panel has settings of, one at a time. */
export type PanelId = 'denoise' | 'upscale' | 'fill' | 'extend'
export type DialogId = 'settings' | 'keys' | 'open' | 'add' | 'saveTo' | 'export'
/** Where an error is shown: beside what caused it. */
export type Place =
  'batch' | 'canvas' | 'denoise' | 'export' | 'fill' | 'history' | 'jobs' | 'models' | 'open' | 'settings' | 'upscale'

/** A file on its way to the studio. */
export interface Upload {
  readonly id: number
  readonly name: string
  fraction: number
}

/** How the pictures on the canvas are coming. */
export interface MediaState {
  /** Preview tiles in sight that are still to come. */
  readonly pending: number
  readonly previewFailure: ErrorWire | null
  readonly tileFailure: ErrorWire | null
  readonly retry: () => void
}

export interface Studio {
  server: StudioView | null
  capabilities: Capabilities | null
  connection: Connection

  view: ViewId
  active: string | null
  /** The picture that came up by itself when the window opened, until a person chose one, or the one looked at last is there. */
  placed: string | null
  /** Pictures of the filmstrip that are selected together; empty when only the one shown is. */
  selection: string[]
  /** The batch shown; one that is gone, or null, is replaced by the first that makes sense (`shownBatch`). */
  batch: string | null
  dialog: DialogId | null
  /** Side panel and filmstrip are out of the way. */
  folded: boolean
  problems: Partial<Record<Place, ErrorWire>>
  uploads: Upload[]
  media: MediaState

  tool: ToolId
  /** Held Space: the hand, whatever the tool. */
  panning: boolean
  /** Canvas in device pixels; one half of it when comparing side by side. */
  pane: Size
  /** Absent: the whole picture is fitted into the pane, also when the pane changes. */
  viewports: Record<string, Viewport>
  /** Middle of the 1:1 patch, in picture pixels; absent: the picture's middle. */
  loupes: Record<string, Point>
  compare: CompareMode
  /** Place of the divider, 0..1 of the visible part of the picture. */
  split: number
  /** The original is shown for as long as its key is held. */
  original: boolean

  panel: PanelId
  /** Each panel has its own way of comparing; those of the panels that are not shown. */
  compares: Record<PanelId, CompareMode>
  draft: DenoiseEdit
  preview: boolean
  /** Its target is as `upscaleSize` says; its model as was chosen, though it may not be installed: see `upscaler`. */
  upscaleDraft: UpscaleEdit
  upscaleSize: SizeForm
  /** The installed model that enlarges; null while there is none, or none is known yet. */
  upscaler: string | null
  /** The same patch by each installed model is shown. */
  upscaleStrip: boolean
  fillDraft: InpaintEdit
  extendDraft: ExtendEdit
  /** A fill starts when the brush is lifted, and is kept by itself. */
  quick: boolean
  /** The variation looked at, of the fill that it was chosen of. */
  chosen: { readonly fill: string; readonly variation: number } | null
  /** A fill that becomes a state: asked for, and not there yet. */
  keeping: { readonly document: string; readonly fill: string; readonly state: string } | null
  /** The fill that the brush began, which is kept once it is drawn. */
  quickFill: string | null
  /** What was chosen for exports in this window; the rest is as the settings say. */
  output: Partial<OutputSettings>
  /** Where results go by default in a host with folders of its own: the folder that was looked into last. */
  folder: string | null
}

export const defaultEdit: DenoiseEdit = DenoiseEdit.parse({ kind: 'denoise' })
const VARIATIONS = 4
export const defaultFill: InpaintEdit = InpaintEdit.parse({ kind: 'inpaint', variations: VARIATIONS })
export const defaultUpscale: UpscaleEdit = UpscaleEdit.parse({ kind: 'upscale' })
export const defaultExtend: ExtendEdit = ExtendEdit.parse({ kind: 'extend', variations: VARIATIONS })

export const useStudio = create<Studio>()(
  immer((): Studio => ({
    server: null,
    capabilities: null,
    connection: 'connecting',
    view: 'edit',
    active: null,
    placed: null,
    selection: [],
    batch: null,
    dialog: null,
    folded: false,
    problems: {},
    uploads: [],
    media: { pending: 0, previewFailure: null, tileFailure: null, retry: () => undefined },
    tool: 'hand',
    panning: false,
    pane: { width: 0, height: 0 },
    viewports: {},
    loupes: {},
    compare: remembered.panel === 'denoise' || remembered.panel === 'upscale' ? 'slider' : 'off',
    split: 0.5,
    original: false,
    panel: remembered.panel,
    // The divider tells a denoised half from a noisy one; what is filled is looked at as a whole.
    compares: { denoise: 'slider', upscale: 'slider', fill: 'off', extend: 'off' },
    draft: defaultEdit,
    preview: true,
    upscaleDraft: defaultUpscale,
    upscaleSize: firstForm,
    upscaler: null,
    upscaleStrip: false,
    fillDraft: defaultFill,
    extendDraft: defaultExtend,
    quick: remembered.quick,
    chosen: null,
    keeping: null,
    quickFill: null,
    output: {},
    folder: null,
  })),
)

export const getStudio = useStudio.getState
export const setStudio = (change: (studio: Studio) => void): void => useStudio.setState(change)

/** Takes in a snapshot. The document worked on stays the same; when it was closed, the one after it comes up. */
export function receive(view: StudioView): void {
  const before = getStudio()
  const server = before.server === null ? view : reconcile(before.server, view)
  const ids = server.documents.map(({ id }) => id)
  setStudio((studio) => {
    const index = before.server?.documents.findIndex(({ id }) => id === studio.active) ?? -1
    if (studio.active === null || !ids.includes(studio.active)) {
      studio.active = ids[Math.min(Math.max(index, 0), ids.length - 1)] ?? null
      studio.placed = isNew(before.server, ids) ? studio.active : null
    }
    // Pictures of the last start come back one after the other: the one looked at last may be late.
    if (
      studio.placed !== null &&
      studio.placed === studio.active &&
      server.shown !== null &&
      ids.includes(server.shown)
    ) {
      studio.active = server.shown
      studio.placed = null
    }
    if (studio.selection.some((id) => !ids.includes(id)))
      studio.selection = studio.selection.filter((id) => ids.includes(id))
    for (const document of server.documents) {
      const known = before.server?.documents.find(({ id }) => id === document.id)
      if (known !== undefined && known !== document) keepPlace(studio, known, document)
    }
    for (const id of Object.keys(studio.viewports)) if (!ids.includes(id)) delete studio.viewports[id]
    for (const id of Object.keys(studio.loupes)) if (!ids.includes(id)) delete studio.loupes[id]
  })
  if (server !== before.server) useStudio.setState({ server })
}

/** Nothing of what the window knew is there: it has just opened, or the host was started anew. */
const isNew = (before: StudioView | null, ids: readonly string[]): boolean =>
  before === null || !before.documents.some(({ id }) => ids.includes(id))

/** What is looked at stays in its place, as large, when another state is shown whose canvas begins elsewhere or has another size. */
export function keepPlace({ viewports, loupes }: Studio, before: DocumentView, after: DocumentView): void {
  const from = originalIn(before, before.current)
  const to = originalIn(after, after.current)
  const still = from.x === to.x && from.y === to.y && from.width === to.width && from.height === to.height
  if (still || from.width === 0 || to.width === 0) return
  const [viewport, loupe] = [viewports[after.id], loupes[after.id]]
  if (viewport !== undefined)
    viewports[after.id] = {
      ...movedTo(from, to, viewport),
      zoom: clampZoom((viewport.zoom * from.width) / to.width),
    }
  if (loupe !== undefined) loupes[after.id] = movedTo(from, to, loupe)
}

export const activeDocument = ({ server, active }: Studio): DocumentView | null =>
  server?.documents.find(({ id }) => id === active) ?? null

export const shownState = (document: DocumentView | null): StateView | null =>
  document?.states[document.current] ?? null

/** Pointer over the canvas, in whole picture pixels: a store of its own, because it changes with every move. */
export const usePointer = create<{ at: Point | null }>(() => ({ at: null }))
