import { Button, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { showKey } from '../actions/keys.js'
import { actionIds, actions, groups, type ActionId } from '../actions/registry.js'
import { clash, giveKey, keysOf, refusal, resetKey, type Remapped } from '../actions/remap.js'
import { useText, type Text } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { useStudio } from '../state/store.js'
import { KeyRow, type Hindrance } from './KeyRow.js'
import classes from './settings.module.css'

const nothing: Remapped = {}

/** Every action with its key. A click on a key and the next key pressed changes it. */
export function KeyTable({ onListening }: { onListening: (listening: boolean) => void }) {
  const text = useText()
  const remapped = useStudio((studio) => studio.server?.settings.keys ?? nothing)
  const [listening, setListening] = useState<ActionId | null>(null)
  const [hindrance, setHindrance] = useState<(Hindrance & { id: ActionId }) | null>(null)
  const [wanted, setWanted] = useState('')

  const listen = (id: ActionId | null): void => {
    setListening(id)
    onListening(id !== null)
  }
  const stop = (): void => {
    setHindrance(null)
    listen(null)
  }
  const give = (id: ActionId, key: string): void => {
    stop()
    void changeSettings({ keys: giveKey(key, id, remapped) })
  }
  const press = (id: ActionId, key: string): void => {
    if (key === 'Esc') return stop()
    const found = hindranceOf(id, key, remapped)
    if (found === null) return give(id, key)
    setHindrance({ id, ...found })
  }
  const shown = actionIds.filter((id) => matches(text, id, remapped, wanted))

  return (
    <div>
      <p className={classes.note}>{text('keys.hint')}</p>
      <div className={classes.keyTools}>
        <TextInput
          aria-label={text('keys.find')}
          placeholder={text('keys.find')}
          leftSection={<Search size={14} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={Object.keys(remapped).length === 0}
          onClick={() => void changeSettings({ keys: {} })}
        >
          {text('keys.resetAll')}
        </Button>
      </div>
      {shown.length === 0 && <p className={classes.note}>{text('keys.none')}</p>}
      {groups
        .map((group) => ({ group, ids: shown.filter((id) => actions[id].group === group) }))
        .filter(({ ids }) => ids.length > 0)
        .map(({ group, ids }) => (
          <section key={group}>
            <h3 className={classes.group}>{text(`keys.${group}`)}</h3>
            <ul className={classes.keys}>
              {ids.map((id) => (
                <KeyRow
                  key={id}
                  id={id}
                  keys={keysOf(id, remapped)}
                  changed={remapped[id] !== undefined}
                  shared={sharing(id, remapped)}
                  listening={listening === id}
                  hindrance={hindrance?.id === id ? hindrance : null}
                  onListen={() => {
                    setHindrance(null)
                    listen(listening === id ? null : id)
                  }}
                  onLeave={() => listening === id && listen(null)}
                  onPress={(key) => press(id, key)}
                  onTake={(key) => give(id, key)}
                  onKeep={stop}
                  onReset={() => void changeSettings({ keys: resetKey(id, remapped) })}
                />
              ))}
            </ul>
          </section>
        ))}
    </div>
  )
}

/** What is in the way of giving `key` to an action: it is refused, or another action has it. */
function hindranceOf(id: ActionId, key: string, remapped: Remapped): Hindrance | null {
  const why = refusal(key)
  if (why !== null) return { key, why }
  const by = clash(key, id, remapped)
  return by === null ? null : { key, by }
}

/** Another action with one of its keys: only settings that were written by hand have that. */
const sharing = (id: ActionId, remapped: Remapped): ActionId | null =>
  keysOf(id, remapped)
    .map((key) => clash(key, id, remapped))
    .find((other) => other !== null) ?? null

function matches(text: Text, id: ActionId, remapped: Remapped, wanted: string): boolean {
  const words = [text(actions[id].label), ...keysOf(id, remapped).map((key) => showKey(key))].join(' ').toLowerCase()
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part))
}
