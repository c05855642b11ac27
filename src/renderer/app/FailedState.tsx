import { Button } from '@mantine/core'
import type { DocumentView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'
import { closeWithUndo } from '../open/close.js'
import { askForFiles } from '../open/open.js'
import { Problem } from './Problem.js'
import classes from './EmptyState.module.css'

/** A picture that could not be opened: why, and what to do. */
export function FailedState({ document }: { document: DocumentView }) {
  const text = useText()
  return (
    <div className={classes.empty} data-testid="failed">
      <div className={classes.box}>
        <h2 className={classes.title}>{text('failed.title')}</h2>
        <Problem error={document.error ?? { code: 'internal', params: {} }}>
          <Button variant="default" onClick={() => void closeWithUndo(document.id)}>
            {text('failed.close')}
          </Button>
          <Button variant="default" onClick={() => void askForFiles()}>
            {text('failed.openAnother')}
          </Button>
        </Problem>
      </div>
    </div>
  )
}
