import { ActionIcon, Button } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import { useId } from 'react'
import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { Row } from '../panels/Row.js'
import { setStudio, useStudio } from '../state/store.js'
import { changeSoon } from './changes.js'
import { chooseFolder } from './commands.js'
import { TextField } from './TextField.js'
import { shortPath } from './words.js'
import classes from './BatchPanel.module.css'

/** Where results go: by the system's dialog, into a folder of the studio's machine, or as downloads. */
export function SaveToRow({
  batch: { id, kept },
  target,
  disabled,
}: {
  batch: BatchView
  target: string | null
  disabled: boolean
}) {
  const text = useText()
  const save = useStudio((studio) => studio.capabilities?.save ?? 'download')
  const fieldId = useId()
  const shown = target ?? text('batch.noFolder')
  if (kept)
    return (
      <Row label={text('batch.saveTo')} wide>
        <span className={classes.fixed}>{text('batch.downloads')}</span>
      </Row>
    )
  if (save === 'download')
    return (
      <Row label={text('batch.saveTo')} wide>
        <span className={classes.fixed} title={shown}>
          {target === null ? shown : shortPath(target)}
        </span>
      </Row>
    )
  if (save === 'dialog')
    return (
      <Row label={text('batch.saveTo')} wide>
        <Button
          variant="default"
          fullWidth
          className={classes.folder}
          disabled={disabled}
          title={shown}
          aria-label={text('batch.chooseFolder', { folder: shown })}
          rightSection={<Ellipsis size={14} />}
          onClick={() => void chooseFolder(id)}
        >
          {target === null ? shown : shortPath(target)}
        </Button>
      </Row>
    )
  return (
    <Row label={text('batch.saveTo')} wide htmlFor={fieldId}>
      <TextField
        id={fieldId}
        value={target ?? ''}
        shown={target === null ? '' : shortPath(target)}
        title={shown}
        placeholder={text('batch.noFolder')}
        disabled={disabled}
        empty
        rightSection={
          <ActionIcon
            size={24}
            disabled={disabled}
            aria-label={text('batch.chooseFolder', { folder: shown })}
            onClick={() => setStudio((studio) => void (studio.dialog = 'saveTo'))}
          >
            <Ellipsis size={14} />
          </ActionIcon>
        }
        onCommit={(path) => changeSoon(id, { target: path === '' ? null : path })}
      />
    </Row>
  )
}
