/** For the bar above the picture: whether a fill starts when the brush is lifted. */
import { Tip } from '../actions/Tip.js'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import classes from './QuickToggle.module.css'

export function QuickToggle() {
  const text = useText()
  const quick = useStudio((studio) => studio.quick)
  const { key, ariaKey, run } = useAction('fill.quick')
  return (
    <Tip label={text('fill.quickHint')} shortcut={key}>
      <button
        type="button"
        className={classes.toggle}
        role="switch"
        aria-checked={quick}
        aria-label={text('fill.quick')}
        aria-keyshortcuts={ariaKey}
        onClick={run}
      >
        {text('fill.quick')} <b>{text(quick ? 'fill.on' : 'fill.off')}</b>
      </button>
    </Tip>
  )
}
