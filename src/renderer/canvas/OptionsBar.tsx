import { useShallow } from 'zustand/react/shallow'
import { QuickToggle } from '../fill/QuickToggle.js'
import { useText } from '../i18n/index.js'
import { useMask } from '../mask/store.js'
import { isReady, previewing, viewportOf } from '../state/selectors.js'
import { activeDocument, useStudio } from '../state/store.js'
import { patchedEdit } from '../upscale/selectors.js'
import { MaskMenu } from './MaskMenu.js'
import { MaskOptions } from './MaskOptions.js'
import { usePainting } from './painting.js'
import { isMaskTool } from './tools/index.js'
import classes from './bars.module.css'

/** The tool's settings, or what the canvas shows right now, in words. */
export function OptionsBar() {
  const text = useText()
  const document = useStudio(activeDocument)
  const tool = useStudio((studio) => studio.tool)
  const compare = useStudio((studio) => studio.compare)
  const viewport = useStudio(useShallow(viewportOf))
  const ready = useStudio(isReady)
  const filling = useStudio((studio) => studio.panel === 'fill')
  if (document === null || document.phase === 'failed' || viewport === null) return <div className={classes.options} />
  return (
    <div className={classes.options}>
      {isMaskTool(tool) ? (
        <MaskOptions tool={tool} />
      ) : (
        <>
          <span>
            {text('compare.title')} <b>{text(`compare.${compare}`)}</b>
          </span>
          <span>
            {text('zoom.title')} <b>{text.format.percent(viewport.zoom, viewport.zoom < 0.1 ? 1 : 0)}</b>
          </span>
        </>
      )}
      <span className={classes.end} role="status">
        <Status />
      </span>
      {ready && (filling || isMaskTool(tool)) && (
        <div className={classes.right}>
          <QuickToggle />
          <MaskMenu />
        </div>
      )}
    </div>
  )
}

/** What the canvas is waiting for. */
function Status() {
  const text = useText()
  const compare = useStudio((studio) => studio.compare)
  const zoom = useStudio((studio) => viewportOf(studio)?.zoom ?? 1)
  const ready = useStudio(isReady)
  const live = useStudio(previewing)
  const patched = useStudio((studio) => patchedEdit(studio) !== null)
  const pending = useStudio((studio) => studio.media.pending)
  const working = useMask(({ shown }) => shown?.working ?? null)
  const corners = usePainting(({ outline }) => outline?.kind === 'line' || outline?.kind === 'polygon')
  const polygon = useStudio((studio) => studio.tool === 'polygon')
  if (!ready) return text('canvas.opening')
  if (corners && polygon) return text('mask.polygonKeys')
  if (working !== null) return text(`mask.working.${working}`)
  if (patched) return text(pending > 0 ? 'upscale.computing' : 'upscale.dragPatch')
  if (!live) return ''
  if (pending > 0) return text('preview.pending', { count: pending })
  if (zoom >= 1) return text('preview.followsView')
  return text(compare === 'side' ? 'preview.zoomIn' : 'preview.inLoupe')
}
