/**
 * What happens by itself: the brush opens the panel that it is for, in quick mode a lifted brush fills and a drawn fill is
 * kept, and a stroke beside a fill that waits keeps it first.
 */
import { extensionOf } from '../../shared/extend.js'
import type { Rect } from '../canvas/viewport.js'
import { getMask, onStroke, useMask } from '../mask/store.js'
import { activeDocument, getStudio, setStudio, shownState, useStudio, type Studio } from '../state/store.js'
import { showPanel } from '../state/view.js'
import { discardFill, keepShown, startFill } from './commands.js'
import { extended } from './extension.js'
import { originOf } from './origin.js'
import { activeFill, fillPhase, variationShown } from './selectors.js'

/** Tools that move the view; all others paint. */
const viewTools: readonly string[] = ['hand', 'zoom']

/** Follows the state for as long as the page lives; gives what ends it. */
export function followFills(): () => void {
  const ends = [
    useStudio.subscribe((now, before) => {
      if (now.tool !== before.tool && !viewTools.includes(now.tool)) showPanel('fill')
      if (now.server !== before.server) {
        endKeeping(now)
        keepQuickly(now)
      }
    }),
    onStroke(({ document, target }) => {
      const studio = getStudio()
      if (studio.quick && target === 'mask' && document === studio.active) void fillQuickly()
    }),
  ]
  return () => ends.forEach((end) => end())
}

async function fillQuickly(): Promise<void> {
  showPanel('fill')
  await startFill({ quick: true })
}

/** A fill that the brush began is kept once it is drawn, unless it changed nothing: then that is to be said. */
function keepQuickly(studio: Studio): void {
  const fill = activeFill(studio)
  if (studio.quickFill === null) return
  if (fill === null || fill.id !== studio.quickFill || !fill.done) return
  setStudio((now) => void (now.quickFill = null))
  if (fill.variations[0]?.changed === true) void keepShown()
}

/** A keeping whose picture is not on the screen has an end, too. The canvas ends the others, without a flicker. */
function endKeeping({ keeping, server, view, active }: Studio): void {
  if (keeping === null) return
  const document = server?.documents.find(({ id }) => id === keeping.document) ?? null
  const seen = view === 'edit' && active === keeping.document
  if (document === null || (!seen && shownState(document)?.id !== keeping.state))
    setStudio((now) => void (now.keeping = null))
}

/**
 * The canvas that a stroke which begins now belongs to: that of the state shown, or the extended one that {@link beforeStroke}
 * is about to keep. `x`, `y`: where the original lies in it.
 */
export function strokeCanvas(studio: Studio = getStudio()): Rect | null {
  const document = activeDocument(studio)
  const state = shownState(document)
  if (document === null || state === null) return null
  const { x, y } = originOf(document, document.current)
  const fill = activeFill(studio)
  const kept = fill !== null && (fillPhase(studio) === 'keeping' || variationShown(studio, fill)?.changed === true)
  if (!kept || fill.edit.kind !== 'extend') return { x, y, width: state.width, height: state.height }
  const extension = extensionOf(fill.edit, state)
  return { x: x + extension.left, y: y + extension.top, ...extended(extension, state) }
}

/**
 * To be called when a stroke begins. The variation that is to be seen is kept; a fill that shows none yet, or changed nothing, is
 * given up, and the stroke adds to its mask.
 */
export function beforeStroke(): void {
  const studio = getStudio()
  const fill = activeFill(studio)
  if (fill === null || fillPhase(studio) === 'keeping') return
  if (variationShown(studio, fill)?.changed === true) void keepShown()
  else void discardFill()
}

/** Resolves once the masks are there of the state that a stroke belongs to which began now. False: it has none any more. */
export async function strokeState(): Promise<boolean> {
  const { keeping } = getStudio()
  if (keeping === null) return true
  const settled = (): boolean | null => {
    const { shown } = getMask()
    const studio = getStudio()
    if (studio.active !== keeping.document) return false
    const state = shownState(activeDocument(studio))?.id
    return shown?.state === state && (state !== keeping.state || studio.keeping === null) ? true : null
  }
  return await new Promise<boolean>((resolve) => {
    const look = (): void => {
      const answer = settled()
      if (answer === null) return
      ends.forEach((end) => end())
      resolve(answer)
    }
    const ends = [useStudio.subscribe(look), useMask.subscribe(look)]
    look()
  })
}
