import { ActionIcon, Button, Modal } from '@mantine/core'
import { ArrowUp, Folder } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { FileEntry } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import { ProblemAt } from '../app/Problem.js'
import { api, mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { attempt, openSources } from '../state/commands.js'
import { getStudio, setStudio, useStudio } from '../state/store.js'
import { pickFiles } from './open.js'
import classes from '../app/dialogs.module.css'

interface Listing {
  readonly path: string | null
  readonly parent: string | null
  readonly entries: readonly FileEntry[]
}

/** Pictures on the machine that the studio runs on, inside the folders it was given. */
export function Picker() {
  const text = useText()
  const opened = useStudio((studio) => studio.dialog === 'open')
  const close = (): void => setStudio((studio) => void (studio.dialog = null))
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={text('picker.title')}
      size={640}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      <Folders onClose={close} />
    </Modal>
  )
}

function Folders({ onClose }: { onClose: () => void }) {
  const text = useText()
  const [folder, setFolder] = useState<string | null>(getStudio().folder)
  const [listing, setListing] = useState<Listing | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    let stale = false
    void attempt('open', () => api().files.list({ path: folder })).then((list) => {
      if (stale || list === undefined) return
      setListing(list)
      if (list.path !== null) setStudio((studio) => void (studio.folder = list.path))
      setChosen(new Set())
    })
    return () => {
      stale = true
    }
  }, [folder])

  const toggle = (path: string): void => {
    const next = new Set(chosen)
    if (!next.delete(path)) next.add(path)
    setChosen(next)
  }
  const open = (paths: Iterable<string>): void => {
    onClose()
    void openSources([...paths].map((path) => ({ from: 'path', path })))
  }
  return (
    <>
      <div className={classes.path}>
        <ActionIcon
          aria-label={text('picker.up')}
          disabled={listing?.path == null}
          onClick={() => setFolder(listing?.parent ?? null)}
        >
          <ArrowUp size={16} />
        </ActionIcon>
        <span className={classes.pathName}>{listing?.path ?? text('picker.roots')}</span>
      </div>
      <ProblemAt place="open" />
      <div className={classes.entries}>
        {listing === null && <p className={classes.empty}>{text('picker.loading')}</p>}
        {listing?.entries.length === 0 && <p className={classes.empty}>{text('picker.empty')}</p>}
        {listing?.entries.map((entry) => (
          <Entry
            key={entry.path}
            entry={entry}
            chosen={chosen.has(entry.path)}
            onClick={() => (entry.kind === 'folder' ? setFolder(entry.path) : toggle(entry.path))}
            onDoubleClick={() => entry.kind === 'picture' && open([entry.path])}
          />
        ))}
      </div>
      <div className={classes.footer}>
        <Button
          variant="default"
          onClick={() => {
            onClose()
            pickFiles()
          }}
        >
          {text('picker.upload')}
        </Button>
        <Button variant="filled" disabled={chosen.size === 0} onClick={() => open(chosen)}>
          {text('picker.open', { count: chosen.size })}
        </Button>
      </div>
    </>
  )
}

interface EntryProps {
  readonly entry: FileEntry
  readonly chosen: boolean
  readonly onClick: () => void
  readonly onDoubleClick: () => void
}

function Entry({ entry, chosen, onClick, onDoubleClick }: EntryProps) {
  const text = useText()
  const picture = entry.kind === 'picture'
  return (
    <button
      type="button"
      className={classes.entry}
      aria-pressed={picture ? chosen : undefined}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
    >
      {picture ? (
        <img src={mediaUrl(mediaPath.file(entry.path))} alt="" loading="lazy" />
      ) : (
        <span className={classes.entryIcon}>
          <Folder size={16} aria-hidden />
        </span>
      )}
      <span className={classes.entryName}>{entry.name}</span>
      <span className={classes.entryBytes}>{entry.bytes === null ? '' : text.format.bytes(entry.bytes)}</span>
    </button>
  )
}
