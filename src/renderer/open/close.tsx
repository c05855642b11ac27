import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { closeDocument, reopenDocument } from '../state/commands.js'
import { getStudio } from '../state/store.js'
import { useText } from '../i18n/index.js'
import classes from './close.module.css'

/** Closes a document without asking, and offers to take it back. */
export async function closeWithUndo(id: string | null): Promise<void> {
  const document = getStudio().server?.documents.find((one) => one.id === id)
  if (document === undefined || !(await closeDocument(document.id))) return
  notifications.show({ id: 'closed', message: <Closed name={document.name} />, autoClose: 8000 })
}

function Closed({ name }: { name: string }) {
  const text = useText()
  return (
    <div className={classes.row}>
      <span className={classes.name}>{text('close.closed', { name })}</span>
      <Button
        variant="default"
        onClick={() => {
          notifications.hide('closed')
          void reopenDocument()
        }}
      >
        {text('close.undo')}
      </Button>
    </div>
  )
}
