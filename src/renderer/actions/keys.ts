/**
 * Keys as text: `Mod+Shift+Z`, `C`, `?`, `[`. Mod is Command on macOS, Control elsewhere. Letters and signs bind by the
 * character they give, so that they are where the person's layout has them; digits, brackets and the key left of 1
 * (written by their name on a US keyboard) by their position, where layouts move or kill them.
 */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const byPosition: Record<string, string> = { BracketLeft: '[', BracketRight: ']', Backquote: '`', Backslash: '\\' }
const named: Record<string, string> = {
  ' ': 'Space',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  Escape: 'Esc',
}

export const isMac = (platform: string = globalThis.navigator?.platform ?? ''): boolean =>
  /mac|iphone|ipad/i.test(platform)

/** The text of what was pressed; null for a modifier alone. */
export function keyOf(press: KeyPress, mac = isMac()): string | null {
  const base = baseOf(press)
  if (base === null) return null
  const mod = mac ? press.metaKey : press.ctrlKey
  const other = mac ? press.ctrlKey : press.metaKey
  // Shift belongs to a sign (it makes ? of /), but is a modifier of letters, digits and named keys.
  const sign = base.length === 1 && !/[A-Z0-9]/.test(base) && !Object.values(byPosition).includes(base)
  return [
    mod && 'Mod',
    other && (mac ? 'Control' : 'Meta'),
    press.altKey && 'Alt',
    press.shiftKey && !sign && 'Shift',
    base,
  ]
    .filter(Boolean)
    .join('+')
}

function baseOf({ key, code }: KeyPress): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'].includes(key))
    return byPosition[code] ?? null
  if (byPosition[code] !== undefined) return byPosition[code]
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)
  if (digit !== null) return digit[1] ?? null
  if (named[key] !== undefined) return named[key]
  if (key.length > 1) return key
  if (/^[a-z]$/i.test(key)) return key.toUpperCase()
  // A layout without Latin letters (Cyrillic, Greek), or Alt on macOS: the position stands in.
  const letter = /^Key([A-Z])$/.exec(code)
  return letter?.[1] ?? key
}

const macSigns: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Control: '⌃' }
const signs: Record<string, string> = { Enter: '⏎', Left: '←', Right: '→', Up: '↑', Down: '↓' }

/** For people: `Ctrl ⏎`, `⇧⌘Z`. */
export function showKey(key: string, mac = isMac()): string {
  const parts = key === '+' ? ['+'] : key.split(/\+(?=.)/)
  if (mac) {
    const base = parts.at(-1) ?? ''
    return [...parts.slice(0, -1).map((part) => macSigns[part] ?? part), signs[base] ?? base].join('')
  }
  return parts.map((part) => (part === 'Mod' ? 'Ctrl' : (signs[part] ?? part))).join(' ')
}

/** For assistive technology (`aria-keyshortcuts`). */
export const ariaKey = (key: string, mac = isMac()): string =>
  key.replace('Mod', mac ? 'Meta' : 'Control').replace('Esc', 'Escape')

/** Whether a key pressed here is text being written, so that no shortcut may act. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return (
    target instanceof HTMLInputElement &&
    !['button', 'checkbox', 'radio', 'range', 'submit', 'file'].includes(target.type) &&
    !target.readOnly
  )
}
