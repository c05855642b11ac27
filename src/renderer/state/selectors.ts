/** What follows from the state; pure functions of it. */
import type { DocumentView, JobView } from '../../shared/contract.js'
import { canonicalEdit, type ExtendEdit } from '../../shared/edit.js'
import type { OutputSettings } from '../../shared/picture.js'
import { around, extensionFor } from '../fill/extension.js'
import { fitViewport, type Size, type Viewport } from '../canvas/viewport.js'
import { activeDocument, shownState, type Studio } from './store.js'

const live = ({ state }: JobView): boolean => state === 'waiting' || state === 'running'

export const jobsOf = (studio: Studio, kind: JobView['kind']): JobView[] =>
  studio.server?.jobs.filter((job) => job.kind === kind && job.document === studio.active && studio.active !== null) ??
  []

/** The edit that is computed, or waits, on the document shown. One that is only being stored keeps nobody from the next. */
export const runningEdit = (studio: Studio): JobView | null =>
  jobsOf(studio, 'edit').find((job) => live(job) && job.phase !== 'store') ?? null
export const runningExport = (studio: Studio): JobView | null => jobsOf(studio, 'export').find(live) ?? null
export const liveJobs = (studio: Studio): JobView[] => studio.server?.jobs.filter(live) ?? []

/** The last edit of a kind of the document shown, when it failed. Fills tell of theirs themselves. */
export function failedEdit(studio: Studio, kind: 'denoise' | 'upscale'): JobView | null {
  const edits = jobsOf(studio, 'edit').filter(({ edit }) => edit?.kind === kind)
  const last = edits.reduce<JobView | null>(
    (latest, job) => ((job.startedAt ?? 0) >= (latest?.startedAt ?? 0) ? job : latest),
    null,
  )
  return last?.state === 'failed' ? last : null
}

export function pictureSize(document: DocumentView | null): Size | null {
  const state = shownState(document)
  if (state !== null && state.width > 0) return { width: state.width, height: state.height }
  return document?.info === null || document === null
    ? null
    : { width: document.info.width, height: document.info.height }
}

export const fits = (studio: Studio): boolean => studio.active !== null && studio.viewports[studio.active] === undefined

/** The viewport of the document shown; fitted until something was zoomed or moved. */
export function viewportOf(studio: Studio): Viewport | null {
  const document = activeDocument(studio)
  const size = document?.phase === 'failed' ? null : pictureSize(document)
  if (size === null || studio.active === null) return null
  return studio.viewports[studio.active] ?? fitted(studio, document, size)
}

/** What is to be added to the canvas has to be seen, too. */
function fitted(studio: Studio, document: DocumentView | null, size: Size): Viewport {
  const edit = extending(studio, document)
  const extension = edit === null ? null : extensionFor(edit, size)
  if (extension === null) return fitViewport(size, studio.pane)
  const whole = around(extension, size)
  return { ...fitViewport(whole, studio.pane), ...whole.middle }
}

/** The extension that is drawn or waits for an answer on the state shown, else the one that is being prepared. */
export function extending(
  { panel, extendDraft, keeping }: Pick<Studio, 'panel' | 'extendDraft' | 'keeping'>,
  document: DocumentView | null,
): ExtendEdit | null {
  const fill = document?.fill ?? null
  if (fill !== null && fill.state === shownState(document)?.id) return fill.edit.kind === 'extend' ? fill.edit : null
  return panel === 'extend' && keeping === null ? extendDraft : null
}

/** Whether the canvas previews the edit being prepared; not when the state shown came from exactly that edit. */
export function previewing(studio: Studio): boolean {
  const document = activeDocument(studio)
  const state = shownState(document)
  if (studio.panel !== 'denoise' || !studio.preview || document?.phase !== 'ready' || state === null || studio.original)
    return false
  return state.edit === null || canonicalEdit(state.edit) !== canonicalEdit(studio.draft)
}

export const canUndo = (studio: Studio): boolean => (activeDocument(studio)?.current ?? 0) > 0
export function canRedo(studio: Studio): boolean {
  const document = activeDocument(studio)
  return document !== null && document.current < document.states.length - 1
}
export const isReady = (studio: Studio): boolean => activeDocument(studio)?.phase === 'ready'

/** How the next export is written: what was chosen here, else what the settings say. */
export function outputOf({ server, output }: Studio): OutputSettings {
  const { format = 'keep', quality = null } = server?.settings ?? {}
  const { quality: chosen = quality ?? undefined, ...rest } = output
  return { format, depth: 'keep', strip: false, ...rest, ...(chosen === undefined ? {} : { quality: chosen }) }
}
