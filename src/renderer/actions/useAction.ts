import { useText } from '../i18n/index.js'
import { useMask } from '../mask/store.js'
import { getStudio, useStudio } from '../state/store.js'
import { ariaKey, showKey } from './keys.js'
import { actions, isEnabled, type ActionId } from './registry.js'
import { keysOf, type Remapped } from './remap.js'

export interface UsedAction {
  readonly label: string
  /** Its first key as people write it; empty when it has none. */
  readonly key: string
  readonly enabled: boolean
  readonly run: () => void
  readonly ariaKey: string | undefined
}

const nothing: Remapped = {}

/** An action of the registry as a control needs it: named, with its key, enabled or not. */
export function useAction(id: ActionId): UsedAction {
  const text = useText()
  const enabled = useStudio((studio) => isEnabled(id, studio))
  // Some ask what is painted: that changes without the rest.
  useMask(() => isEnabled(id, getStudio()))
  const remapped = useStudio((studio) => studio.server?.settings.keys ?? nothing)
  const key = keysOf(id, remapped)[0]
  return {
    label: text(actions[id].label),
    key: key === undefined ? '' : showKey(key),
    ariaKey: key === undefined ? undefined : ariaKey(key),
    enabled,
    run: actions[id].run,
  }
}
