import { Button } from '@mantine/core'
import { Eye, EyeOff } from 'lucide-react'
import { ActionButton } from '../actions/ActionButton.js'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { cancelJob } from '../state/commands.js'
import { runningEdit } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import classes from './panels.module.css'

/** Preview and Apply; Cancel in their place while the edit runs. */
export function DenoiseActions() {
  const text = useText()
  const running = useStudio(runningEdit)
  const preview = useStudio((studio) => studio.preview)
  const cancel = useAction('edit.cancel')
  if (running !== null) {
    return (
      <div className={classes.acts}>
        <Button variant="default" onClick={() => void cancelJob(running.id)} rightSection={<kbd>{cancel.key}</kbd>}>
          {text('denoise.cancel')}
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.acts}>
      <ActionButton action="edit.preview" pressed={preview} leftSection={preview ? <Eye size={16} /> : <EyeOff size={16} />}>
        {text('denoise.preview')}
      </ActionButton>
      <ActionButton action="edit.apply" variant="filled" withKey>
        {text('denoise.apply')}
      </ActionButton>
    </div>
  )
}
