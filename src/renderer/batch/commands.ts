/** What the Batch view asks the studio to do. A failure is shown in the view, where the thing was asked for. */
import type { BatchSource } from '../../shared/contract.js'
import type { BatchView, ItemState, ItemView } from '../../shared/job.js'
import { mediaPath } from '../../shared/media.js'
import { api, mediaUrl } from '../client.js'
import { join } from '../panels/save.js'
import { attempt, openSources } from '../state/commands.js'
import { getStudio, setStudio } from '../state/store.js'
import { flushChanges } from './changes.js'
import { isDraft, isHeld, NEW_BATCH, shownBatch } from './selectors.js'
import { wish, wishOf } from './wishes.js'

/** Puts files into the draft, which is shown then. Undefined when that failed, null when a dialog was cancelled. */
export async function addToBatch(sources: BatchSource[]): Promise<string | null | undefined> {
  if (sources.length === 0) return null
  const added = await attempt('batch', () => api().batches.add({ sources }))
  if (added?.batch != null) showBatch(added.batch)
  return added?.batch
}

/** The originals of open pictures. */
export async function sendToBatch(documents: readonly string[]): Promise<void> {
  const batch = await addToBatch(documents.map((document) => ({ from: 'document', document })))
  if (batch != null) setStudio((studio) => void (studio.selection = []))
}

export const showBatch = (batch: string): void =>
  setStudio((studio) => {
    studio.batch = batch
    studio.view = 'batch'
  })

/** Shows the draft, or where one begins. */
export const newBatch = (): void => setStudio((studio) => void (studio.batch = NEW_BATCH))

/** The sample photos as a batch; they are opened for it, as a batch takes originals of open pictures. */
export async function trySamples(samples: readonly string[]): Promise<void> {
  const opened = await attempt('batch', () =>
    api().documents.open({ sources: samples.map((sample) => ({ from: 'sample', sample })) }),
  )
  if (opened !== undefined) await sendToBatch(opened.documents)
}

export const chooseFolder = (batch: string): Promise<{ chosen: boolean } | undefined> =>
  attempt('batch', () => api().batches.chooseFolder({ batch }))

export async function runShown(): Promise<void> {
  const batch = shownBatch(getStudio())
  if (batch === null || !isDraft(batch)) return
  // It stays the one shown, also when another one is running.
  setStudio((studio) => void (studio.batch = batch.id))
  if (!(await flushChanges())) return
  await attempt('batch', () => api().batches.run({ batch: batch.id }))
}

export async function pauseOrResume(): Promise<void> {
  const batch = shownBatch(getStudio())
  if (batch === null) return
  const { id } = batch
  // A pause that has not come about yet is taken back.
  const goOn = isHeld(batch) || wishOf(batch) === 'pause'
  wish(id, goOn ? undefined : 'pause')
  const done = await attempt('batch', async () => {
    await (goOn ? api().batches.resume({ batch: id }) : api().batches.pause({ batch: id }))
    return true
  })
  if (done !== true) wish(id, undefined)
}

export async function cancelBatch(batch: string): Promise<void> {
  wish(batch, 'cancel')
  const done = await attempt('batch', async () => {
    await api().batches.cancel({ batch })
    return true
  })
  if (done !== true) wish(batch, undefined)
}

/** All failed and cancelled files, or those named. */
export const retryItems = (batch: string, items?: number[]): Promise<void> =>
  attempt('batch', () => api().batches.retry(items === undefined ? { batch } : { batch, items }))

export const moveBatch = (batch: string, before: string | null): Promise<void> =>
  attempt('batch', () => api().batches.move({ batch, before }))

export const removeBatch = (batch: string): Promise<void> => attempt('batch', () => api().batches.remove({ batch }))

export const revealItem = (batch: string, item: number): Promise<void> =>
  attempt('batch', () => api().batches.reveal({ batch, item }))

/** One result, or all of them as a ZIP, as the browser's download. */
export async function downloadResults(batch: string, item: number | null): Promise<void> {
  const made = await attempt('batch', () => api().batches.download({ batch, item }))
  if (made !== undefined) follow(mediaUrl(mediaPath.download(made.download)))
}

/** What happened to each file, as a text file. */
export async function saveReport(batch: string): Promise<void> {
  const report = await attempt('batch', () => api().batches.report({ batch }))
  if (report === undefined) return
  const url = URL.createObjectURL(new Blob([report.text], { type: 'text/plain' }))
  follow(url, report.name)
  URL.revokeObjectURL(url)
}

function follow(url: string, name = ''): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

const MOST_AT_ONCE = 500

/** Takes rows out of a draft, those in sight or not. */
export async function dropRows(batch: string, first: number, count: number, states?: ItemState[]): Promise<void> {
  await attempt('batch', async () => {
    const items: number[] = []
    for (let offset = first; offset < first + count; offset += MOST_AT_ONCE) {
      const limit = Math.min(MOST_AT_ONCE, first + count - offset)
      const window = await api().batches.items(
        states === undefined ? { batch, offset, limit } : { batch, offset, limit, states },
      )
      items.push(...window.items.map(({ item }) => item))
    }
    if (items.length > 0) await api().batches.drop({ batch, items })
  })
}

/** A finished result, in the way that the host has: in the file manager, as a download, or in the Edit view. */
export async function openResult(batch: BatchView, item: ItemView): Promise<void> {
  const { capabilities } = getStudio()
  if (item.state !== 'done' || capabilities === null) return
  if (batch.kept) return downloadResults(batch.id, item.item)
  if (capabilities.reveal) return revealItem(batch.id, item.item)
  const { target } = batch.request
  if (target !== null && item.output !== null) await openSources([{ from: 'path', path: join(target, item.output) }])
}
