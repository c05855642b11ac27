import { ActionIcon } from '@mantine/core'
import { Plus, TriangleAlert, X } from 'lucide-react'
import type { DocumentView } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import { ActionIconButton } from '../actions/ActionButton.js'
import { mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { closeWithUndo } from '../open/close.js'
import { setStudio, useStudio } from '../state/store.js'
import classes from './Filmstrip.module.css'

const none: readonly DocumentView[] = []

/** The open pictures, each with its state. */
export function Filmstrip() {
  const text = useText()
  const documents = useStudio((studio) => studio.server?.documents ?? none)
  const uploads = useStudio((studio) => studio.uploads)
  return (
    <nav className={classes.strip} aria-label={text('filmstrip.label')}>
      {documents.map((document) => (
        <Frame key={document.id} document={document} />
      ))}
      {uploads.map(({ id, name, fraction }) => (
        <div key={id} className={classes.upload} role="status">
          <span className={classes.uploadName}>{name}</span>
          <span>{text('filmstrip.sending', { value: text.format.percent(fraction) })}</span>
        </div>
      ))}
      <ActionIconButton action="file.open">
        <Plus size={16} />
      </ActionIconButton>
      <span className={classes.hint}>{text('filmstrip.hint')}</span>
    </nav>
  )
}

type Mark = 'failed' | 'working' | 'opening' | 'saved' | 'changed' | 'untouched'

function Frame({ document }: { document: DocumentView }) {
  const text = useText()
  const active = useStudio((studio) => studio.active === document.id)
  const busy = useStudio(
    (studio) =>
      studio.server?.jobs.some(
        (job) => job.document === document.id && (job.state === 'running' || job.state === 'waiting'),
      ) ?? false,
  )
  const mark = markOf(document, busy)
  const state = document.states[document.current]
  const label = text('filmstrip.picture', { name: document.name, state: text(`filmstrip.${mark}`) })
  return (
    <div className={classes.frame} data-active={active || undefined}>
      <button
        type="button"
        className={classes.select}
        aria-label={label}
        aria-current={active ? 'true' : undefined}
        title={label}
        onClick={() => setStudio((studio) => void (studio.active = document.id))}
      >
        {mark === 'failed' ? (
          <TriangleAlert size={20} className={classes.bad} aria-hidden />
        ) : (
          state !== undefined && <img src={mediaUrl(mediaPath.thumb(document.id, state.id))} alt="" draggable={false} />
        )}
        <i className={classes.dot} data-mark={mark} />
      </button>
      <ActionIcon
        className={classes.close}
        size={24}
        aria-label={text('filmstrip.close', { name: document.name })}
        onClick={() => void closeWithUndo(document.id)}
      >
        <X size={12} />
      </ActionIcon>
    </div>
  )
}

function markOf({ phase, current, saved }: DocumentView, busy: boolean): Mark {
  if (phase === 'failed') return 'failed'
  if (busy) return 'working'
  if (phase === 'opening') return 'opening'
  if (current === 0) return 'untouched'
  return saved ? 'saved' : 'changed'
}
