/** Keys to actions, for the whole window. Silent while text is written, and while a dialog has the keyboard. */
import { isFilling } from '../fill/selectors.js'
import { getStudio, type ViewId } from '../state/store.js'
import { isWriting, keyOf } from './keys.js'
import { actionIds, actions, isEnabled, type ActionId } from './registry.js'
import { keysOf, type Remapped } from './remap.js'

/** Space and Enter belong to the control that has the focus. */
const pressable =
  '[role="button"], [role="tab"], [role="switch"], [role="menuitem"], [role="option"], button, a, input, select, summary'

/** What closes with Esc by itself. By the time that the key comes to the window it may have done so already. */
const closable = '[role="dialog"], [role="menu"], [role="listbox"], [aria-haspopup][aria-expanded="true"]'

/** A closed list of choices opens with Enter, and does not look whether Ctrl was held. */
const closedList = '[aria-haspopup="listbox"][aria-expanded="false"]'

export function actionFor(
  key: string,
  {
    onCanvas,
    view,
    remapped,
    filling = false,
  }: { onCanvas: boolean; view: ViewId; remapped: Remapped; filling?: boolean },
): ActionId | null {
  const fitting = actionIds.filter(
    (id) =>
      !actions[id].native &&
      (onCanvas || !actions[id].onCanvas) &&
      (actions[id].view ?? view) === view &&
      keysOf(id, remapped).includes(key),
  )
  const ofFill = fitting.find((id) => actions[id].mode === 'fill')
  return (filling ? ofFill : undefined) ?? fitting.find((id) => actions[id].mode === undefined) ?? null
}

export function listenForKeys(target: Window): () => void {
  /** Held actions by the physical key that started them, so that releasing a modifier first does no harm. */
  const held = new Map<string, ActionId>()
  let escapes: Event | null = null

  const first = (event: KeyboardEvent): void => {
    const open = event.target instanceof Element && event.target.closest(closable) !== null
    if (event.key === 'Escape' && (open || getStudio().dialog !== null)) escapes = event
    const onList = event.target instanceof Element && event.target.closest(closedList) !== null
    if (onList && (event.ctrlKey || event.metaKey)) {
      down(event)
      if (event.defaultPrevented) event.stopPropagation()
    }
  }
  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event === escapes || event.isComposing || isWriting(event.target)) return
    const key = keyOf(event)
    if (key === null) return
    const element = event.target instanceof Element ? event.target : null
    if (element?.closest('[role="menu"], [role="listbox"]') != null) return
    if ((key === 'Space' || key === 'Enter') && element?.closest(pressable) != null) return
    const studio = getStudio()
    // A dialog that is just closing may still have the focus; one that is open keeps its keys, wherever the focus went.
    if (studio.dialog !== null && (studio.dialog !== 'export' || element?.closest('[role="dialog"]') != null)) return
    const id = actionFor(key, {
      onCanvas: element?.closest('[data-canvas]') != null,
      view: studio.view,
      remapped: studio.server?.settings.keys ?? {},
      filling: studio.view === 'edit' && isFilling(studio),
    })
    if (id === null || !isEnabled(id, studio)) return
    event.preventDefault()
    const action = actions[id]
    if (action.release !== undefined) {
      if (event.repeat || held.has(event.code)) return
      held.set(event.code, id)
    }
    action.run()
  }
  const release = (code: string): void => {
    const id = held.get(code)
    if (id === undefined) return
    held.delete(code)
    actions[id].release?.()
  }
  const up = (event: KeyboardEvent): void => release(event.code)
  const blur = (): void => [...held.keys()].forEach(release)

  target.addEventListener('keydown', first, { capture: true })
  target.addEventListener('keydown', down)
  target.addEventListener('keyup', up)
  target.addEventListener('blur', blur)
  return () => {
    target.removeEventListener('keydown', first, { capture: true })
    target.removeEventListener('keydown', down)
    target.removeEventListener('keyup', up)
    target.removeEventListener('blur', blur)
    blur()
  }
}
