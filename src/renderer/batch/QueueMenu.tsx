import { ActionIcon, Button, Popover } from '@mantine/core'
import { ArrowDown, ArrowUp, ChevronDown, Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { BatchView } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { moveBatch, newBatch, removeBatch, showBatch } from './commands.js'
import { canMove, canRemove, neighbour } from './queueOrder.js'
import { batchesOf, draftOf } from './selectors.js'
import { batchWords, titleOf } from './words.js'
import classes from './BatchView.module.css'

/** Which batch is shown, and the queue that it stands in. */
export function QueueMenu({ batch }: { batch: BatchView | null }) {
  const text = useText()
  const batches = useStudio(batchesOf)
  const [opened, setOpened] = useState(false)
  const title = batch === null ? text('batch.new') : titleOf(text, batch)
  const close = (): void => setOpened(false)
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={380}
      position="bottom-start"
      trapFocus
      returnFocus
      // Without a list to choose from, the name is just a heading.
      disabled={batches.length === 0}
    >
      <Popover.Target>
        <button
          type="button"
          className={classes.queue}
          aria-label={text('batch.queue.button', { title })}
          title={title}
          disabled={batches.length === 0}
          onClick={() => setOpened(!opened)}
        >
          <span>{title}</span>
          {batches.length > 0 && <ChevronDown size={14} aria-hidden />}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text('batch.queue.label')}>
        <ul className={classes.list}>
          {batches.map((one) => (
            <Entry key={one.id} batch={one} shown={one.id === batch?.id} onShow={close} />
          ))}
        </ul>
        <NewButton
          onClick={() => {
            close()
            newBatch()
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function NewButton({ onClick }: { onClick: () => void }) {
  const text = useText()
  const draft = useStudio((studio) => draftOf(studio) !== null)
  return (
    <Button variant="default" fullWidth className={classes.new} leftSection={<Plus size={14} />} onClick={onClick}>
      {text(draft ? 'batch.queue.draft' : 'batch.new')}
    </Button>
  )
}

function Entry({ batch, shown, onShow }: { batch: BatchView; shown: boolean; onShow: () => void }) {
  const text = useText()
  const up = useStudio((studio) => neighbour(batchesOf(studio), batch.id, -1))
  const down = useStudio((studio) => neighbour(batchesOf(studio), batch.id, 1))
  const { name } = batch
  return (
    <li className={classes.entry} data-shown={shown || undefined}>
      <button
        type="button"
        className={classes.entryMain}
        aria-current={shown ? 'true' : undefined}
        onClick={() => {
          showBatch(batch.id)
          onShow()
        }}
      >
        <span>{titleOf(text, batch)}</span>
        <small>
          {batchWords(text, batch)}
          {batch.origin === 'cli' && ` · ${text('batch.queue.cli')}`}
        </small>
      </button>
      <span className={classes.entryActions}>
        {canMove(batch) && (
          <>
            <ActionIcon
              aria-label={text('batch.queue.up', { name })}
              disabled={up === undefined}
              onClick={() => up !== undefined && void moveBatch(batch.id, up)}
            >
              <ArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              aria-label={text('batch.queue.down', { name })}
              disabled={down === undefined}
              onClick={() => down !== undefined && void moveBatch(batch.id, down)}
            >
              <ArrowDown size={14} />
            </ActionIcon>
          </>
        )}
        {canRemove(batch) && (
          <ActionIcon aria-label={text('batch.queue.remove', { name })} onClick={() => void removeBatch(batch.id)}>
            <X size={14} />
          </ActionIcon>
        )}
      </span>
    </li>
  )
}
