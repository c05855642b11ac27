import { useShallow } from 'zustand/react/shallow'
import { preparedFill } from '../fill/selectors.js'
import { useText, type Text } from '../i18n/index.js'
import { useAction } from '../actions/useAction.js'
import { useMask } from '../mask/index.js'
import { isReady } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import { usePrediction, type Predicted } from './usePrediction.js'
import classes from './panels.module.css'

/** Before a fill: how large the hole is, how long it takes, and what will not be touched. Or what to do first. */
export function HoleLine() {
  const text = useText()
  const ready = useStudio(isReady)
  const area = useMask(({ shown }) => shown?.area ?? null)
  const sources = useMask(({ shown }) => shown?.sources ?? null)
  const { grow, feather } = useMask(useShallow(({ grow, feather }) => ({ grow, feather })))
  const { panel, fillDraft, extendDraft } = useStudio(
    useShallow(({ panel, fillDraft, extendDraft }) => ({ panel, fillDraft, extendDraft })),
  )
  const edit = preparedFill({ panel, fillDraft, extendDraft }, { grow, feather })
  const predicted = usePrediction(area === null ? null : edit, JSON.stringify(area))
  const begin = useAction('edit.apply')
  const line = (): string => {
    if (!ready) return ''
    if (sources !== null && sources.mode !== 'anywhere' && sources.empty) return text(`fill.paintFirst.${sources.mode}`)
    if (area === null) return text('fill.paint', { key: begin.key })
    const hole = text('fill.hole', { size: text.format.size(area.width, area.height), cost: costOf(text, predicted) })
    return `${hole} ${text(feather > 0 ? 'fill.untouchedFeather' : 'fill.untouched')}`
  }
  return (
    <p className={classes.note} data-lines={3} style={{ margin: 0 }} data-testid="prediction">
      {line()}
    </p>
  )
}

/** "; about 2 s on the CPU", or nothing while it is not known. */
export function costOf(text: Text, predicted: Predicted | null): string {
  if (predicted === null || predicted.seconds === null) return ''
  return text('fill.cost', {
    time: text.format.duration(predicted.seconds),
    device: text.device(predicted.provider, predicted.device),
  })
}
