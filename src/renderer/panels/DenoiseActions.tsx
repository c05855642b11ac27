import { Button } from '@mantine/core'
import { Eye, EyeOff } from 'lucide-react'
import { ActionButton } from '../actions/ActionButton.js'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { runningEdit } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import classes from './panels.module.css'

/** Preview and Apply. While the edit runs the same button cancels it, so that it keeps the focus. */
export function DenoiseActions() {
  const text = useText()
  const running = useStudio((studio) => runningEdit(studio) !== null)
  const preview = useStudio((studio) => studio.preview)
  const apply = useAction('edit.apply')
  const cancel = useAction('edit.cancel')
  const action = running ? cancel : apply
  return (
    <div className={classes.acts}>
      <ActionButton
        action="edit.preview"
        pressed={preview}
        leftSection={preview ? <Eye size={16} /> : <EyeOff size={16} />}
      >
        {text('denoise.preview')}
      </ActionButton>
      <Button
        variant={running ? 'default' : 'filled'}
        disabled={!action.enabled}
        aria-keyshortcuts={action.ariaKey}
        rightSection={<kbd>{action.key}</kbd>}
        onClick={action.run}
      >
        {text(running ? 'denoise.cancel' : 'denoise.apply')}
      </Button>
    </div>
  )
}
