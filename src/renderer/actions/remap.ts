/**
 * Which key does what, after remapping. The settings hold action id -> key: it replaces the action's first key; the empty
 * string leaves the action without a first key. A key that was given to an action by hand is taken from the actions that
 * have it by default, and goes back to them when the change is reset.
 */
import { actionIds, actions, type ActionId } from './registry.js'

export type Remapped = Readonly<Record<string, string>>

/** Whether two actions can be asked for at the same time, so that one key cannot do both. */
const together = (one: ActionId, other: ActionId): boolean =>
  actions[one].mode === actions[other].mode &&
  (actions[one].view === undefined || actions[other].view === undefined || actions[one].view === actions[other].view)

/** The keys of an action, its first one being the one that is shown and can be changed. */
export function keysOf(id: ActionId, remapped: Remapped): readonly string[] {
  const given = remapped[id]
  const further = given === undefined ? actions[id].keys : actions[id].keys.slice(1)
  const left = further.filter((key) => key !== given && !isGivenAway(key, id, remapped))
  return given === undefined || given === '' ? left : [given, ...left]
}

const isGivenAway = (key: string, from: ActionId, remapped: Remapped): boolean =>
  actionIds.some((id) => id !== from && remapped[id] === key && together(id, from))

/** The action that already has `key`, other than `id`. Actions of two different views may share one. */
export const clash = (key: string, id: ActionId, remapped: Remapped): ActionId | null =>
  actionIds.find((other) => other !== id && together(id, other) && keysOf(other, remapped).includes(key)) ?? null

/** The changes after giving `key` to an action: whichever had it by hand is left without. */
export function giveKey(key: string, id: ActionId, remapped: Remapped): Record<string, string> {
  const next: Record<string, string> = {}
  for (const [other, given] of Object.entries(remapped)) {
    const taken = given === key && other !== id && isAction(other) && together(id, other)
    next[other] = taken ? '' : given
  }
  if (actions[id].keys[0] === key) delete next[id]
  else next[id] = key
  return next
}

/** The changes without that of one action: its default key is its own again, unless it was given away meanwhile. */
export const resetKey = (id: ActionId, remapped: Remapped): Record<string, string> =>
  Object.fromEntries(Object.entries(remapped).filter(([other]) => other !== id))

const isAction = (id: string): id is ActionId => id in actions

/** What a browser keeps for itself: tabs and windows. The page never hears of these, so that they can do nothing here. */
const browserKeys = new Set([
  'Mod+N',
  'Mod+T',
  'Mod+W',
  'Mod+Shift+N',
  'Mod+Shift+T',
  'Mod+Shift+W',
  'Mod+Tab',
  'Mod+Shift+Tab',
  'Control+Tab',
  'Control+Shift+Tab',
  'Mod+PageUp',
  'Mod+PageDown',
  'Mod+Q',
  'Mod+Shift+Q',
  'Alt+F4',
  'Alt+Tab',
  'F11',
  'F12',
])
/** What moves the focus and works controls, without which the studio could not be used from the keyboard. */
const controlKeys = new Set(['Tab', 'Shift+Tab', 'Enter', 'Esc', 'Shift+F10', 'ContextMenu'])
/** What text fields need: copy, cut, paste, select all. */
const textKeys = new Set(['Mod+A', 'Mod+C', 'Mod+V', 'Mod+X'])

/** Why a key cannot be given to an action; null when it can. The same in every host, since hosts share the settings. */
export function refusal(key: string): 'browser' | 'control' | 'text' | 'system' | null {
  if (browserKeys.has(key)) return 'browser'
  if (controlKeys.has(key)) return 'control'
  if (textKeys.has(key)) return 'text'
  return key.startsWith('Meta+') ? 'system' : null
}
