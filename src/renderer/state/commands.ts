/** What the interface asks the studio to do. A failure is shown at its place, never only in a toast. */
import type { OpenSource } from '../../shared/contract.js'
import type { DenoiseEdit, ExtendEdit, InpaintEdit, UpscaleEdit } from '../../shared/edit.js'
import type { Settings } from '../../shared/settings.js'
import { api, wireOf } from '../client.js'
import { preparedUpscale } from '../upscale/selectors.js'
import { targetOf, type SizeForm } from '../upscale/size.js'
import { liveJobs, runningEdit } from './selectors.js'
import { activeDocument, getStudio, keepPlace, setStudio, type Place } from './store.js'

/** Runs a request; its error goes to `place`. Undefined when it failed. */
export async function attempt<T>(place: Place, request: () => Promise<T>): Promise<T | undefined> {
  dismiss(place)
  try {
    return await request()
  } catch (thrown) {
    const wire = wireOf(thrown)
    if (wire.code !== 'cancelled') setStudio((studio) => void (studio.problems[place] = wire))
    return undefined
  }
}

export const dismiss = (place: Place): void =>
  setStudio((studio) => {
    delete studio.problems[place]
  })

export async function openSources(sources: OpenSource[]): Promise<void> {
  const opened = await attempt('open', () => api().documents.open({ sources }))
  const last = opened?.documents.at(-1)
  if (last === undefined) return
  setStudio((studio) => {
    studio.active = last
    studio.placed = null
    studio.view = 'edit'
    if (studio.dialog === 'open') studio.dialog = null
  })
}

export async function closeDocument(document: string): Promise<boolean> {
  const done = await attempt('canvas', async () => {
    await api().documents.close({ document })
    return true
  })
  return done ?? false
}

export async function reopenDocument(): Promise<void> {
  const reopened = await attempt('canvas', () => api().documents.reopen())
  if (reopened?.document != null) setStudio((studio) => void (studio.active = reopened.document))
}

export async function applyEdit(): Promise<void> {
  const studio = getStudio()
  const { active: document, panel, draft } = studio
  if (document === null || runningEdit(studio) !== null) return
  const edit = panel === 'upscale' ? preparedUpscale(studio) : draft
  if (edit !== null) await attempt(edit.kind, () => api().documents.apply({ document, edit }))
}

export async function showState(index: number): Promise<void> {
  const document = activeDocument(getStudio())
  if (document === null || index < 0 || index >= document.states.length || index === document.current) return
  // At once, not with the next snapshot: keys pressed quickly one after the other must each count from the last.
  setCurrent(document.id, index)
  const shown = await attempt('history', async () => {
    await api().documents.show({ document: document.id, index })
    return true
  })
  if (shown === undefined) setCurrent(document.id, document.current)
}

/** What could not be stored; the document says so for as long as it cannot. */
export const storeAgain = (document: string): Promise<void> =>
  attempt('history', () => api().documents.store({ document }))

const setCurrent = (id: string, index: number): void =>
  setStudio((studio) => {
    const document = studio.server?.documents.find((one) => one.id === id)
    if (document === undefined) return
    keepPlace(studio, document, { ...document, current: index })
    document.current = index
  })

export const stepHistory = (by: 1 | -1): Promise<void> => showState((activeDocument(getStudio())?.current ?? 0) + by)

export const cancelJob = (job: string): Promise<void> => attempt('jobs', () => api().jobs.cancel({ job }))

export async function cancelAll(): Promise<void> {
  await Promise.all(liveJobs(getStudio()).map(({ id }) => cancelJob(id)))
}

export async function retryJob(job: string): Promise<void> {
  await attempt('jobs', () => api().jobs.retry({ job }))
}

export async function changeSettings(settings: Partial<Settings>): Promise<void> {
  await attempt('settings', () => api().settings.set(settings))
}

export const changeDraft = (change: Partial<DenoiseEdit>): void =>
  setStudio((studio) => void Object.assign(studio.draft, change))

export const changeUpscale = (change: Partial<UpscaleEdit>): void =>
  setStudio((studio) => void Object.assign(studio.upscaleDraft, change))

/** The edit keeps its target while the form is not finished. */
export const changeSize = (form: SizeForm): void =>
  setStudio((studio) => {
    studio.upscaleSize = form
    const target = targetOf(form)
    if (target !== null) studio.upscaleDraft.target = target
  })

export const changeFill = (change: Partial<InpaintEdit>): void =>
  setStudio((studio) => void Object.assign(studio.fillDraft, change))

export const changeExtend = (change: Partial<ExtendEdit>): void =>
  setStudio((studio) => void Object.assign(studio.extendDraft, change))
