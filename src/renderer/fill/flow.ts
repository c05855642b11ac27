/**
 * What happens by itself: the brush opens the panel that it is for, in quick mode a lifted brush fills and a drawn fill is
 * kept, and a stroke beside a fill that waits keeps it first.
 */
import { onStroke } from '../mask/index.js'
import { activeDocument, getStudio, setStudio, shownState, useStudio, type Studio } from '../state/store.js'
import { showPanel } from '../state/view.js'
import { discardFill, keepShown, startFill } from './commands.js'
import { activeFill, canKeep, fillPhase } from './selectors.js'

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
  if (fillPhase(getStudio()) !== 'idle') return
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

/** A keeping that failed, or whose picture is not on the screen, has an end too. The canvas ends the others, without a flicker. */
function endKeeping(studio: Studio): void {
  const { keeping, server } = studio
  if (keeping === null) return
  const document = server?.documents.find(({ id }) => id === keeping.document)
  const failed =
    document !== undefined &&
    shownState(document)?.id === keeping.state &&
    server?.jobs.some(
      ({ kind, state, document: of, startedAt }) =>
        kind === 'fill' &&
        of === keeping.document &&
        (state === 'failed' || state === 'cancelled') &&
        (startedAt ?? 0) >= keeping.at,
    ) === true
  const seen = studio.view === 'edit' && studio.active === keeping.document
  const moved = document === undefined || shownState(document)?.id !== keeping.state
  if (failed || (moved && !seen)) setStudio((now) => void (now.keeping = null))
}

/**
 * To be called when a stroke begins. A fill that waits is kept; one that is still being drawn is given up, and the stroke adds to
 * its mask.
 */
export function beforeStroke(): void {
  const studio = getStudio()
  const phase = fillPhase(studio)
  if (phase === 'waiting' && canKeep(studio)) void keepShown()
  else if (phase !== 'idle' && phase !== 'keeping') void discardFill()
}

/** Resolves once the state is shown that a stroke which began now belongs to. */
export async function strokeState(): Promise<void> {
  if (getStudio().keeping === null) return
  await new Promise<void>((resolve) => {
    const end = useStudio.subscribe((studio) => {
      const shown = shownState(activeDocument(studio))?.id
      if (studio.keeping !== null && studio.keeping.document === studio.active && studio.keeping.state === shown) return
      end()
      resolve()
    })
  })
}
