import { Button, Kbd, Popover } from '@mantine/core'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { activeDocument, setStudio, useStudio } from '../state/store.js'
import { ExportForm } from './ExportForm.js'
import classes from './panels.module.css'

/** Export happens beside the picture: nothing is covered, nothing has to be closed first. */
export function ExportPopover() {
  const text = useText()
  const { enabled, key, run, ariaKey } = useAction('file.export')
  const opened = useStudio((studio) => studio.dialog === 'export')
  const document = useStudio(activeDocument)
  const close = (): void =>
    setStudio((studio) => void (studio.dialog = studio.dialog === 'export' ? null : studio.dialog))
  return (
    <Popover
      opened={opened && document !== null}
      onDismiss={close}
      width={336}
      position="bottom-end"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          disabled={!enabled}
          onClick={run}
          aria-keyshortcuts={ariaKey}
          rightSection={<Kbd className={classes.kbd}>{key}</Kbd>}
        >
          {text('export.button')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text('export.title')}>
        {document !== null && <ExportForm document={document} />}
      </Popover.Dropdown>
    </Popover>
  )
}
