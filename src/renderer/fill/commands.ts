/** A fill from the first stroke to the new state. Its errors are shown in the panel that it was begun from. */
import type { ExtendEdit, FillEdit } from '../../shared/edit.js'
import { api } from '../client.js'
import { attempt } from '../state/commands.js'
import { isReady } from '../state/selectors.js'
import { getStudio, setStudio } from '../state/store.js'
import { flushMasks } from '../mask/index.js'
import { activeFill, canKeep, fillPhase, isAsPrepared, isFilling, preparedFill, shownVariation } from './selectors.js'

/** Draws what the panel has prepared; whatever waited is discarded by it. `quick`: kept once it is drawn. */
export async function startFill({ quick = false } = {}): Promise<void> {
  const studio = getStudio()
  const edit = preparedFill(studio)
  const document = studio.active
  if (edit === null || document === null || !isReady(studio) || fillPhase(studio) === 'keeping') return
  await attempt('fill', async () => {
    await flushMasks(document)
    const { fill } = await api().documents.fill({ document, edit: quick ? { ...edit, variations: 1 } : edit })
    if (quick) setStudio((now) => void (now.quickFill = fill))
  })
}

/** The panel's own button and Mod+Enter: fills, or keeps what was filled with these very settings. */
export async function fillOrKeep(): Promise<void> {
  const studio = getStudio()
  if (fillPhase(studio) === 'waiting' && isAsPrepared(studio) && canKeep(studio)) await keepShown()
  else await startFill()
}

/** Again, from another seed. A fill that is still being drawn is given up for it. */
export async function fillAgain(): Promise<void> {
  const studio = getStudio()
  const fill = activeFill(studio)
  const edit = fill?.edit ?? preparedFill(studio)
  const { active: document } = studio
  if (edit === null || document === null || fillPhase(studio) === 'keeping') return
  const seed = newSeed()
  changeSeed(edit.kind, seed)
  await attempt('fill', async () => {
    await flushMasks(document)
    await api().documents.fill({ document, edit: { ...edit, seed } })
  })
}

/** The variation shown becomes a state. False when there is none, or the studio could not. */
export async function keepShown(): Promise<boolean> {
  const studio = getStudio()
  const fill = activeFill(studio)
  const { active: document } = studio
  if (fill === null || document === null || !canKeep(studio)) return false
  const variation = shownVariation(studio, fill)
  const { extendDraft } = studio
  setStudio((now) => {
    now.keeping = { document, fill: fill.id, state: fill.state }
    // What was added is there, and not to be added once more.
    if (fill.edit.kind === 'extend') Object.assign(now.extendDraft, nothingAdded)
  })
  const kept = await attempt('fill', async () => {
    await api().documents.keepFill({ document, fill: fill.id, variation })
    return true
  })
  if (kept === undefined)
    setStudio((now) => {
      now.keeping = null
      now.extendDraft = extendDraft
    })
  return kept ?? false
}

const nothingAdded = { left: 0, top: 0, right: 0, bottom: 0, aspect: null } satisfies Partial<ExtendEdit>

/** Forgets the fill; what was painted stays. */
export async function discardFill(): Promise<void> {
  const studio = getStudio()
  const fill = activeFill(studio)
  const { active: document } = studio
  if (fill === null || document === null || !isFilling(studio)) return
  await attempt('fill', () => api().documents.discardFill({ document, fill: fill.id }))
}

export function chooseVariation(variation: number): void {
  const fill = activeFill(getStudio())
  if (fill !== null && variation >= 0 && variation < fill.variations.length)
    setStudio((studio) => void (studio.chosen = { fill: fill.id, variation }))
}

/** Around the ends. */
export function stepVariation(by: 1 | -1): void {
  const studio = getStudio()
  const fill = activeFill(studio)
  if (fill === null || fill.variations.length === 0) return
  const count = fill.variations.length
  chooseVariation((shownVariation(studio, fill) + by + count) % count)
}

/** Short enough to be read out and typed again. */
const SEEDS = 100_000
export const newSeed = (): number => Math.floor(Math.random() * SEEDS)

export const changeSeed = (kind: FillEdit['kind'], seed: number): void =>
  setStudio((studio) => void ((kind === 'inpaint' ? studio.fillDraft : studio.extendDraft).seed = seed))
