import { ActionIcon, Button } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import { keyOf, showKey } from '../actions/keys.js'
import { actions, type ActionId } from '../actions/registry.js'
import type { refusal } from '../actions/remap.js'
import { useText } from '../i18n/index.js'
import classes from './settings.module.css'

/** Why a key that was pressed is not the action's yet. */
export type Hindrance =
  | { readonly key: string; readonly by: ActionId }
  | { readonly key: string; readonly why: NonNullable<ReturnType<typeof refusal>> }

interface Props {
  readonly id: ActionId
  readonly keys: readonly string[]
  readonly changed: boolean
  readonly shared: ActionId | null
  readonly listening: boolean
  readonly hindrance: Hindrance | null
  readonly onListen: () => void
  readonly onLeave: () => void
  readonly onPress: (key: string) => void
  readonly onTake: (key: string) => void
  readonly onKeep: () => void
  readonly onReset: () => void
}

export function KeyRow(props: Props) {
  const { id, keys, changed, shared, listening, hindrance, onListen, onLeave, onPress, onReset } = props
  const text = useText()
  const label = text(actions[id].label)
  const shown = keys.length === 0 ? text('keys.noKey') : keys.map((key) => showKey(key)).join(text('keys.or'))
  return (
    <li>
      <div className={classes.key}>
        <span>{label}</span>
        {changed ? (
          <ActionIcon size={24} aria-label={text('keys.reset', { action: label })} onClick={onReset}>
            <RotateCcw size={14} />
          </ActionIcon>
        ) : (
          <span />
        )}
        <button
          type="button"
          className={classes.keyButton}
          aria-label={text('keys.change', { action: label, key: shown })}
          aria-pressed={listening}
          data-none={keys.length === 0 || undefined}
          disabled={actions[id].native}
          onClick={onListen}
          onBlur={onLeave}
          onKeyDown={(event) => {
            const key = keyOf(event)
            // Tab leaves, as everywhere: first to what is offered about a key that was pressed.
            if (!listening || key === null || key === 'Tab' || key === 'Shift+Tab') return
            event.preventDefault()
            event.stopPropagation()
            onPress(key)
          }}
        >
          {listening ? text('keys.press') : shown}
        </button>
      </div>
      {hindrance !== null && <Hindered {...props} hindrance={hindrance} />}
      {hindrance === null && shared !== null && (
        <p className={classes.clash}>{text('keys.shared', { action: text(actions[shared].label) })}</p>
      )}
    </li>
  )
}

function Hindered({ hindrance, onTake, onKeep }: Pick<Props, 'onTake' | 'onKeep'> & { hindrance: Hindrance }) {
  const text = useText()
  const key = showKey(hindrance.key)
  if ('why' in hindrance) {
    return (
      <p className={classes.clash} role="alert">
        {text(`keys.refused_${hindrance.why}`, { key })}
      </p>
    )
  }
  return (
    <div className={classes.clash} role="alert">
      <span>{text('keys.taken', { key, action: text(actions[hindrance.by].label) })}</span>
      <Button variant="default" onClick={() => onTake(hindrance.key)}>
        {text('keys.take')}
      </Button>
      <Button variant="default" onClick={onKeep}>
        {text('keys.keep')}
      </Button>
    </div>
  )
}
