import { ActionIcon } from '@mantine/core'
import { Plus, TriangleAlert, X } from 'lucide-react'
import type { DocumentView } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import type { KeyboardEvent, MouseEvent } from 'react'
import { ActionButton, ActionIconButton } from '../actions/ActionButton.js'
import { isMac } from '../actions/keys.js'
import { mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { closeWithUndo } from '../open/close.js'
import { getStudio, setStudio, useStudio } from '../state/store.js'
import { nextEnd, stretch, toggle } from './selection.js'
import classes from './Filmstrip.module.css'

const none: readonly DocumentView[] = []

/**
 * The open pictures, each with its state. Several are selected as in a file manager (Shift, Mod, Shift and arrows), to
 * go into a batch together.
 */
export function Filmstrip() {
  const text = useText()
  const documents = useStudio((studio) => studio.server?.documents ?? none)
  const uploads = useStudio((studio) => studio.uploads)
  const selected = useStudio((studio) => studio.selection.length)
  return (
    <nav className={classes.strip} aria-label={text('filmstrip.label')} onKeyDown={moveByKey}>
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
      {selected > 0 ? (
        <span className={classes.selected}>
          <ActionButton action="batch.send" withKey>
            {text('filmstrip.send', { count: selected })}
          </ActionButton>
        </span>
      ) : (
        <span className={classes.hint}>{text('filmstrip.hint')}</span>
      )}
    </nav>
  )
}

const idsOf = (): string[] => getStudio().server?.documents.map(({ id }) => id) ?? []

/** Arrows go from picture to picture, with Shift they stretch the selection; Mod+A takes all, Esc none. */
function moveByKey(event: KeyboardEvent<HTMLElement>): void {
  const { key, shiftKey } = event
  const mod = isMac() ? event.metaKey : event.ctrlKey
  const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : null
  const ids = idsOf()
  const { active } = getStudio()
  if (mod && (key === 'a' || key === 'A')) select(ids)
  else if (key === 'Escape' && getStudio().selection.length > 0) select([])
  else if (by === null || mod || event.altKey) return
  else if (shiftKey) {
    const end = nextEnd(ids, getStudio(), by)
    if (end !== null) select(stretch(ids, active, end))
  } else {
    const next = ids[ids.indexOf(active ?? '') + by]
    if (next !== undefined) {
      setStudio((studio) => {
        studio.active = next
        studio.selection = []
      })
      event.currentTarget.querySelector<HTMLElement>(`[data-document="${CSS.escape(next)}"]`)?.focus()
    }
  }
  event.preventDefault()
}

/** One alone is what is shown anyway. */
const select = (ids: string[]): void => setStudio((studio) => void (studio.selection = ids.length > 1 ? ids : []))

function click(id: string, event: MouseEvent): void {
  const studio = getStudio()
  if (event.shiftKey) select(stretch(idsOf(), studio.active, id))
  else if (event.ctrlKey || event.metaKey) {
    const next = toggle(idsOf(), studio, id)
    select(next)
    // What is shown stays among what is selected.
    if (next[0] !== undefined && !next.includes(studio.active ?? '')) show(next[0])
  } else {
    show(id)
    select([])
  }
}

const show = (id: string): void =>
  setStudio((studio) => {
    studio.active = id
    studio.placed = null
  })

type Mark = 'failed' | 'working' | 'opening' | 'saved' | 'changed' | 'untouched'

function Frame({ document }: { document: DocumentView }) {
  const text = useText()
  const active = useStudio((studio) => studio.active === document.id)
  const selected = useStudio((studio) => studio.selection.includes(document.id))
  const busy = useStudio(
    (studio) =>
      studio.server?.jobs.some(
        (job) => job.document === document.id && (job.state === 'running' || job.state === 'waiting'),
      ) ?? false,
  )
  const mark = markOf(document, busy)
  const state = document.states[document.current]
  const named = text('filmstrip.picture', { name: document.name, state: text(`filmstrip.${mark}`) })
  const label = selected ? text('filmstrip.selected', { label: named }) : named
  return (
    <div className={classes.frame} data-active={active || undefined} data-selected={selected || undefined}>
      <button
        type="button"
        className={classes.select}
        aria-label={label}
        aria-current={active ? 'true' : undefined}
        title={label}
        data-document={document.id}
        onClick={(event) => click(document.id, event)}
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
