import { Button, Progress } from '@mantine/core'
import { Problem } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { dismissFailed, stopSending, useSending } from '../open/batchFiles.js'
import classes from './BatchView.module.css'

/** Files that are being sent to the studio, and those that could not be. */
export function SendingLine() {
  const text = useText()
  const sending = useSending((sent) => sent.sending)
  const failed = useSending((sent) => sent.failed)
  const [first] = failed
  return (
    <>
      {sending !== null && (
        <div className={classes.sending}>
          <p role="status">
            {text('batch.sending', {
              count: Math.min(sending.done + 1, sending.total),
              total: sending.total,
              name: sending.name,
            })}
          </p>
          <Progress
            value={((sending.done + sending.fraction) / sending.total) * 100}
            aria-label={text('batch.sendingLabel')}
          />
          <Button variant="default" onClick={stopSending}>
            {text('batch.stopSending')}
          </Button>
        </div>
      )}
      {first !== undefined && (
        <Problem error={first} onDismiss={dismissFailed}>
          {failed.length > 1 && text('batch.moreNotSent', { count: failed.length - 1 })}
        </Problem>
      )}
    </>
  )
}
