import { ActionIcon, Button, Modal } from '@mantine/core'
import { ArrowUp, Folder } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { FileEntry } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import { ProblemAt } from '../app/Problem.js'
import { changeSoon } from '../batch/changes.js'
import { addToBatch } from '../batch/commands.js'
import { shownBatch } from '../batch/selectors.js'
import { api, mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { attempt, openSources } from '../state/commands.js'
import { getStudio, setStudio, useStudio } from '../state/store.js'
import { addFiles } from './batchFiles.js'
import { chosenFiles } from './dropped.js'
import { openFiles, pickFiles } from './open.js'
import classes from '../app/dialogs.module.css'

interface Listing {
  readonly path: string | null
  readonly parent: string | null
  readonly entries: readonly FileEntry[]
}

/** open: pictures to be opened · add: pictures and folders for a batch · saveTo: the folder of a batch's results */
type Purpose = 'open' | 'add' | 'saveTo'

const titles = { open: 'picker.title', add: 'picker.titleAdd', saveTo: 'picker.titleSaveTo' } as const

/** Pictures and folders on the machine that the studio runs on, inside the folders it was given. */
export function Picker() {
  const text = useText()
  const dialog = useStudio((studio) => studio.dialog)
  // The words stay while the dialog fades out.
  const [last, setLast] = useState<Purpose>('open')
  const opened = dialog === 'open' || dialog === 'add' || dialog === 'saveTo'
  if (opened && dialog !== last) setLast(dialog)
  const close = (): void => setStudio((studio) => void (studio.dialog = null))
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={text(titles[last])}
      size={640}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      <Folders purpose={last} onClose={close} />
    </Modal>
  )
}

function Folders({ purpose, onClose }: { purpose: Purpose; onClose: () => void }) {
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
  const take = (paths: Iterable<string>): void => {
    onClose()
    const sources = [...paths].map((path) => ({ from: 'path' as const, path }))
    void (purpose === 'add' ? addToBatch(sources) : openSources(sources))
  }
  const entries = listing?.entries.filter(({ kind }) => purpose !== 'saveTo' || kind === 'folder')
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
        {entries === undefined && <p className={classes.empty}>{text('picker.loading')}</p>}
        {entries?.length === 0 && (
          <p className={classes.empty}>{text(purpose === 'saveTo' ? 'picker.noFolders' : 'picker.empty')}</p>
        )}
        {entries?.map((entry) => (
          <Entry
            key={entry.path}
            entry={entry}
            chosen={chosen.has(entry.path)}
            onClick={() => (entry.kind === 'folder' ? setFolder(entry.path) : toggle(entry.path))}
            onDoubleClick={() => entry.kind === 'picture' && take([entry.path])}
            onToggle={purpose === 'add' && entry.kind === 'folder' ? () => toggle(entry.path) : null}
          />
        ))}
      </div>
      <div className={classes.footer}>
        {purpose !== 'saveTo' && <FromThisComputer purpose={purpose} onClose={onClose} />}
        {purpose === 'add' && (
          <Button
            variant="default"
            disabled={listing?.path == null}
            onClick={() => listing?.path != null && take([listing.path])}
          >
            {text('picker.addFolder')}
          </Button>
        )}
        {purpose === 'saveTo' ? (
          <Button
            variant="filled"
            disabled={listing?.path == null}
            onClick={() => {
              onClose()
              saveTo(listing?.path ?? null)
            }}
          >
            {text('picker.saveHere')}
          </Button>
        ) : (
          <Button variant="filled" disabled={chosen.size === 0} onClick={() => take(chosen)}>
            {text(purpose === 'add' ? 'picker.add' : 'picker.open', { count: chosen.size })}
          </Button>
        )}
      </div>
    </>
  )
}

function saveTo(target: string | null): void {
  const batch = shownBatch(getStudio())
  if (batch !== null && target !== null) changeSoon(batch.id, { target })
}

function FromThisComputer({ purpose, onClose }: { purpose: 'open' | 'add'; onClose: () => void }) {
  const text = useText()
  const pick = (): void => {
    onClose()
    pickFiles((files) => void (purpose === 'add' ? addFiles(chosenFiles(files)) : openFiles(files)))
  }
  return (
    <Button variant="default" onClick={pick}>
      {text('picker.upload')}
    </Button>
  )
}

interface EntryProps {
  readonly entry: FileEntry
  readonly chosen: boolean
  readonly onClick: () => void
  readonly onDoubleClick: () => void
  /** For a folder that can be taken as a whole; a click on its name looks into it. */
  readonly onToggle: (() => void) | null
}

function Entry({ entry, chosen, onClick, onDoubleClick, onToggle }: EntryProps) {
  const text = useText()
  const picture = entry.kind === 'picture'
  return (
    <Choosable label={text('picker.choose', { name: entry.name })} chosen={chosen} onToggle={onToggle}>
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
    </Choosable>
  )
}

function Choosable({
  label,
  chosen,
  onToggle,
  children,
}: {
  label: string
  chosen: boolean
  onToggle: (() => void) | null
  children: ReactNode
}) {
  if (onToggle === null) return children
  return (
    <div className={classes.choosable} data-chosen={chosen || undefined}>
      {children}
      <label className={classes.choose}>
        <input type="checkbox" aria-label={label} checked={chosen} onChange={onToggle} />
      </label>
    </div>
  )
}
