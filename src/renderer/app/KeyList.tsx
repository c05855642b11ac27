import { ActionIcon, Modal } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { keyOf, showKey } from '../actions/keys.js'
import { actionIds, actions, clash, groups, keysOf, type ActionId } from '../actions/registry.js'
import { useText } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { setStudio, useStudio } from '../state/store.js'
import { ProblemAt } from './Problem.js'
import classes from './dialogs.module.css'

const nothing: Readonly<Record<string, string>> = {}

/** Every action with its key; a click on a key and the next key pressed changes it. */
export function KeyList() {
  const text = useText()
  const opened = useStudio((studio) => studio.dialog === 'keys')
  const close = (): void => setStudio((studio) => void (studio.dialog = null))
  const [listening, setListening] = useState<ActionId | null>(null)
  return (
    <Modal
      opened={opened}
      onClose={close}
      closeOnEscape={listening === null}
      title={text('keys.title')}
      size={520}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      <List listening={listening} setListening={setListening} />
    </Modal>
  )
}

function List({
  listening,
  setListening,
}: {
  listening: ActionId | null
  setListening: (id: ActionId | null) => void
}) {
  const text = useText()
  const remapped = useStudio((studio) => studio.server?.settings.keys ?? nothing)
  const [taken, setTaken] = useState<{ id: ActionId; key: string; by: ActionId } | null>(null)

  const press = (id: ActionId, event: KeyboardEvent): void => {
    const key = keyOf(event)
    if (listening !== id || key === null) return
    event.preventDefault()
    event.stopPropagation()
    if (key === 'Tab' || key === 'Esc') return setListening(null)
    const by = clash(key, id, remapped)
    setTaken(by === null ? null : { id, key, by })
    if (by !== null) return
    setListening(null)
    void changeSettings({ keys: { ...remapped, [id]: key } })
  }
  const reset = (id: ActionId): void =>
    void changeSettings({ keys: Object.fromEntries(Object.entries(remapped).filter(([key]) => key !== id)) })

  return (
    <>
      <p className={classes.note}>{text('keys.hint')}</p>
      <div className={classes.clash} role="alert">
        {taken !== null && text('keys.taken', { key: showKey(taken.key), action: text(actions[taken.by].label) })}
      </div>
      <ProblemAt place="settings" />
      {groups.map((group) => (
        <section key={group}>
          <h3 className={classes.group}>{text(`keys.${group}`)}</h3>
          <ul className={classes.keys}>
            {actionIds
              .filter((id) => actions[id].group === group)
              .map((id) => {
                const label = text(actions[id].label)
                const keys = keysOf(id, remapped)
                const shown = keys.map((key) => showKey(key)).join(text('keys.or'))
                return (
                  <li key={id} className={classes.key}>
                    <span>{label}</span>
                    {remapped[id] === undefined ? (
                      <span />
                    ) : (
                      <ActionIcon
                        size={24}
                        aria-label={text('keys.reset', { action: label })}
                        onClick={() => reset(id)}
                      >
                        <RotateCcw size={14} />
                      </ActionIcon>
                    )}
                    <button
                      type="button"
                      className={classes.keyButton}
                      aria-label={text('keys.change', { action: label, key: shown })}
                      aria-pressed={listening === id}
                      disabled={actions[id].native}
                      onClick={() => {
                        setTaken(null)
                        setListening(listening === id ? null : id)
                      }}
                      onBlur={() => listening === id && setListening(null)}
                      onKeyDown={(event) => press(id, event)}
                    >
                      {listening === id ? text('keys.press') : shown}
                    </button>
                  </li>
                )
              })}
          </ul>
        </section>
      ))}
    </>
  )
}
