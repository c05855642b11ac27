import { Button } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useAction } from '../actions/useAction.js'
import { canKeep, fillPhase, isAsPrepared } from '../fill/selectors.js'
import { useText } from '../i18n/index.js'
import { useMask } from '../mask/index.js'
import { useStudio } from '../state/store.js'
import classes from './panels.module.css'

interface Props {
  /** What the button says while there is something to begin. */
  readonly name: string
  readonly more: { readonly id: string; readonly open: boolean; readonly toggle: () => void }
}

/** More, and the one button of the panel: it begins, cancels while it is drawn, then keeps; so it never loses the focus. */
export function FillActions({ name, more }: Props) {
  const text = useText()
  const { grow, feather } = useMask()
  const drawing = useStudio((studio) => fillPhase(studio) === 'drawing')
  const keeps = useStudio((studio) => canKeep(studio) && !drawing && isAsPrepared(studio, { grow, feather }))
  const begin = useAction('edit.apply')
  const cancel = useAction('fill.discard')
  const keep = useAction('fill.keep')
  const action = drawing ? cancel : keeps ? keep : begin
  return (
    <div className={classes.acts}>
      <Button
        variant="default"
        aria-expanded={more.open}
        aria-controls={more.id}
        leftSection={<ChevronRight size={14} className={classes.chevron} data-open={more.open || undefined} />}
        onClick={more.toggle}
      >
        {text('fill.more')}
      </Button>
      <Button
        variant={drawing ? 'default' : 'filled'}
        disabled={!action.enabled}
        aria-keyshortcuts={action.ariaKey}
        rightSection={<kbd>{action.key}</kbd>}
        onClick={action.run}
      >
        {drawing ? text('fill.cancel') : keeps ? text('fill.keep') : name}
      </Button>
    </div>
  )
}
