import { useShallow } from 'zustand/react/shallow'
import { useText } from '../i18n/index.js'
import { isReady, previewing, viewportOf } from '../state/selectors.js'
import { activeDocument, useStudio } from '../state/store.js'
import classes from './bars.module.css'

/** What the canvas shows right now, in words. */
export function OptionsBar() {
  const text = useText()
  const document = useStudio(activeDocument)
  const compare = useStudio((studio) => studio.compare)
  const viewport = useStudio(useShallow(viewportOf))
  const ready = useStudio(isReady)
  const live = useStudio(previewing)
  const pending = useStudio((studio) => studio.media.pending)
  if (document === null || document.phase === 'failed' || viewport === null) return <div className={classes.options} />
  const preview = (): string => {
    if (!live) return ''
    if (pending > 0) return text('preview.pending', { count: pending })
    if (viewport.zoom >= 1) return text('preview.followsView')
    return text(compare === 'side' ? 'preview.zoomIn' : 'preview.inLoupe')
  }
  return (
    <div className={classes.options}>
      <span>
        {text('compare.title')} <b>{text(`compare.${compare}`)}</b>
      </span>
      <span>
        {text('zoom.title')} <b>{text.format.percent(viewport.zoom, viewport.zoom < 0.1 ? 1 : 0)}</b>
      </span>
      <span className={classes.end} role="status">
        {ready ? preview() : text('canvas.opening')}
      </span>
    </div>
  )
}
