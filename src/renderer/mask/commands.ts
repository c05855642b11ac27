/** What keys and menus do with the mask, or with the sources while those are painted. */
import type { MaskOrigin, SaveTarget } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import type { Mask, MaskOperation, StrokeOperation } from '../../shared/mask/index.js'
import { api, mediaUrl, wireOf } from '../client.js'
import { pickFiles } from '../open/open.js'
import { send } from '../open/upload.js'
import { download } from '../panels/save.js'
import { activeDocument, getStudio, shownState } from '../state/store.js'
import { adjusted, again, cleared, inverted, maskOf, withStep, type MaskHistory } from './history.js'
import { flushMasks, latestMask, paintTarget, session, tellProblem, type MaskSession } from './session.js'
import { getMask, setMask, type MaskProblem } from './store.js'
import { brushAfterKey } from './tools/brush-size.js'

/** Runs what may fail; the sentence is shown over the picture. */
async function attempt<T>(
  work: (painted: MaskSession) => Promise<T>,
  fit: MaskProblem['fit'] = null,
): Promise<T | null> {
  const painted = session()
  if (painted === null) return null
  setMask({ problem: null })
  try {
    return await work(painted)
  } catch (thrown) {
    const error = wireOf(thrown)
    if (error.code !== 'cancelled') setMask({ problem: { error, fit: error.code === 'mask.size' ? fit : null } })
    return null
  }
}

const change = (by: (history: MaskHistory) => MaskHistory): void => {
  session()?.step(paintTarget(), by).catch(tellProblem)
}

/** Takes back the last stroke of the state shown. False when there is none. */
export function undoMask(): boolean {
  const painted = session()
  if (painted === null || getMask().shown?.canUndo !== true) return false
  painted.undo()
  return true
}

export function redoMask(): boolean {
  const painted = session()
  if (painted === null || getMask().shown?.canRedo !== true) return false
  painted.redo()
  return true
}

export const invertMask = (): void => change(inverted)
export const clearMask = (): void => change(cleared)

type Spread = Extract<MaskOperation, { kind: 'grow' | 'feather' }>

/** How far the last step grew or feathered the mask: where its slider stands. */
export function spreadNow(kind: Spread['kind']): number {
  const painted = session()
  const history = painted?.layers[paintTarget()]
  const last = history?.steps[history.done - 1]?.[0]
  return last?.kind === kind ? last.pixels : 0
}

/** A slider that is dragged is one step; at 0 it is none. */
export const spreadMask = (kind: Spread['kind'], pixels: number): void =>
  change((history) => {
    if (pixels !== 0) return adjusted(history, { kind, pixels })
    const last = history.steps[history.done - 1]
    if (last?.length !== 1 || last[0]?.kind !== kind) return history
    return { ...history, steps: history.steps.slice(0, history.done - 1), done: history.done - 1 }
  })

export const stepBrush = (key: '[' | ']' | 'Shift+[' | 'Shift+]'): void => {
  const brush = brushAfterKey(getMask().brush, key)
  if (brush !== null) setMask({ brush })
}

export const setBrush = (by: Partial<Pick<StrokeOperation, 'diameter' | 'hardness'> & { pressure: boolean }>): void =>
  setMask({ brush: { ...getMask().brush, ...by } })

/** Where the picture is more transparent than opaque. */
export const maskFromAlpha = (): Promise<unknown> =>
  attempt(async (painted) => {
    const operation: MaskOperation = { kind: 'alpha', state: painted.state, erase: false }
    await painted.step(paintTarget(), (history) => withStep(history, operation), [operation])
  })

/** A mask's file, chosen in the host's dialog or in the browser's. */
export async function loadMask(): Promise<void> {
  if (getStudio().capabilities?.open === 'dialog') return loadFrom(() => Promise.resolve({ from: 'dialog' }), false)
  pickFiles(([file]) => {
    if (file === undefined) return
    const origin = async (): Promise<MaskOrigin> => ({ from: 'upload', upload: await send(file, () => undefined) })
    void loadFrom(origin, false)
  })
}

async function loadFrom(origin: () => Promise<MaskOrigin>, fit: boolean): Promise<void> {
  const fitted = (): void => void loadFrom(origin, true)
  await attempt(async (painted) => {
    const image = await imageOf(painted, await origin(), fit)
    if (image !== null) await painted.step(paintTarget(), (history) => withStep(history, image), [image])
  }, fitted)
}

async function imageOf(painted: MaskSession, origin: MaskOrigin, fit: boolean): Promise<MaskOperation | null> {
  const { document, state } = painted
  const found = await api().documents.loadMask({ document, state, origin, fit })
  return found === null ? null : { kind: 'image', hash: found.hash, soft: true, fit: false, erase: false }
}

/** What came of the last search, so that another sensitivity takes its place. */
let scratches: MaskOperation | null = null

/** Proposes scratches, hairs and specks; 0 = only what is certain, 1 = whatever might be one. False when there are none. */
export async function findScratches(sensitivity: number): Promise<boolean> {
  const painted = session()
  if (painted === null) return false
  setMask({ problem: null })
  try {
    const image = await imageOf(painted, { from: 'scratches', sensitivity }, false)
    if (image === null) return false
    await painted.step('mask', (history) => withStep(withoutScratches(history), image), [image])
    scratches = image
    return true
  } catch (thrown) {
    if (wireOf(thrown).code !== 'mask.noScratches') throw thrown
    await painted.step('mask', withoutScratches)
    return false
  }
}

function withoutScratches(history: MaskHistory): MaskHistory {
  const last = history.steps[history.done - 1]
  if (scratches === null || last?.length !== 1 || last[0] !== scratches) return history
  return { ...history, steps: history.steps.slice(0, history.done - 1), done: history.done - 1 }
}

/** As a grey PNG of the picture's size, white is repainted: in the host's way. Where that is a folder, it is asked for. */
export const saveMask = (): Promise<unknown> =>
  attempt(async ({ document }) => {
    const way = getStudio().capabilities?.save ?? 'download'
    if (way === 'roots') setMask({ form: 'save' })
    else await writeMask(document, way === 'dialog' ? { to: 'dialog' } : { to: 'download' })
  })

/** Into a folder of the studio's machine; its name there. Throws LacunaError, `output.exists` unless it may be replaced. */
export async function saveMaskTo(path: string, overwrite: boolean): Promise<string> {
  const document = session()?.document
  const saved = document === undefined ? null : await writeMask(document, { to: 'path', path, overwrite })
  return saved?.name ?? ''
}

async function writeMask(document: string, target: SaveTarget): Promise<{ name: string } | null> {
  await flushMasks(document)
  const state = session()?.state
  if (state === undefined) return null
  const saved = await api().documents.saveMask({ document, state, target })
  if (saved?.download != null) download(mediaUrl(mediaPath.download(saved.download)), saved.name)
  return saved
}

/** What the studio calls a picture's mask beside it. */
export const maskName = (picture: string): string => `${picture.replace(/\.[^.]+$/, '')}.mask.png`

/** Whether there is a picture whose mask could be used for this one. */
export const hasOther = (): boolean => {
  const active = getStudio().active
  return latestMask(active) !== null || others().length > 0
}

/** 'Same mask again': what was painted on another picture last, as one step. */
export const sameMaskAgain = (): Promise<unknown> =>
  attempt(async (painted) => {
    const other = await otherMask(painted.document)
    if (other === null) return
    const next = again(painted.layers.mask, other.mask, painted.state, other.name)
    const added = maskOf(next).operations.slice(maskOf(painted.layers.mask).operations.length)
    await painted.step('mask', (history) => withStep(history, ...added), added)
  })

interface OtherMask {
  readonly mask: Mask
  readonly name: string
}

/** In this page the picture that was painted on last; else the nearest before this one that has a mask. */
async function otherMask(document: string): Promise<OtherMask | null> {
  const nameOf = (id: string): string => getStudio().server?.documents.find((one) => one.id === id)?.name ?? ''
  const latest = latestMask(document)
  if (latest !== null) return { mask: latest.mask, name: nameOf(latest.document) }
  for (const { id, state } of others()) {
    const masks = await api().documents.masks({ document: id, state })
    if (masks !== null && masks.mask.operations.length > 0) return { mask: masks.mask, name: nameOf(id) }
  }
  return null
}

/** States with masks of the other pictures: those before the shown one first, the nearest first. */
function others(): { id: string; state: string }[] {
  const { server, active } = getStudio()
  const documents = server?.documents ?? []
  const at = documents.findIndex(({ id }) => id === active)
  return [...documents.slice(0, Math.max(0, at)).reverse(), ...documents.slice(at + 1)].flatMap((document) =>
    document.states
      .filter(({ masked }) => masked)
      .map(({ id: state }) => ({ id: document.id, state }))
      .reverse(),
  )
}

/** Whether the state shown has transparent pixels that a mask could be made of. */
export const hasAlpha = (): boolean => {
  const document = activeDocument(getStudio())
  return shownState(document) !== null && document?.info?.alpha === true
}
