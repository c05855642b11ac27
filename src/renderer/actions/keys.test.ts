import { describe, expect, it } from 'vitest'
import { ariaKey, keyOf, showKey, type KeyPress } from './keys.js'

const press = (key: string, code: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
})

describe('letters bind by the character they give', () => {
  it('wherever the layout has them', () => {
    expect(keyOf(press('z', 'KeyZ', { ctrlKey: true }), false)).toBe('Mod+Z')
    expect(keyOf(press('z', 'KeyY', { ctrlKey: true }), false)).toBe('Mod+Z')
  })

  it('by their place in a layout without Latin letters', () => {
    expect(keyOf(press('я', 'KeyZ', { ctrlKey: true }), false)).toBe('Mod+Z')
  })

  it('Caps Lock changes nothing', () => expect(keyOf(press('C', 'KeyC'), false)).toBe('C'))
})

describe('brackets, digits and the key left of 1 bind by position', () => {
  it('on a German keyboard, where they give other characters or none', () => {
    expect(keyOf(press('ü', 'BracketLeft'), false)).toBe('[')
    expect(keyOf(press('Dead', 'Backquote'), false)).toBe('`')
  })

  it('on a French keyboard, where digits need Shift, and on the number pad', () => {
    expect(keyOf(press('&', 'Digit1', { ctrlKey: true }), false)).toBe('Mod+1')
    expect(keyOf(press('1', 'Numpad1', { ctrlKey: true }), false)).toBe('Mod+1')
  })
})

describe('modifiers', () => {
  it('Mod is Command on macOS and Control elsewhere', () => {
    expect(keyOf(press('o', 'KeyO', { metaKey: true }), true)).toBe('Mod+O')
    expect(keyOf(press('o', 'KeyO', { ctrlKey: true }), true)).toBe('Control+O')
    expect(keyOf(press('o', 'KeyO', { metaKey: true }), false)).toBe('Meta+O')
  })

  it('Shift is part of a sign, and a modifier of a letter', () => {
    expect(keyOf(press('?', 'Slash', { shiftKey: true }), false)).toBe('?')
    expect(keyOf(press('X', 'KeyX', { shiftKey: true, ctrlKey: true }), false)).toBe('Mod+Shift+X')
  })

  it('alone are no key', () => expect(keyOf(press('Shift', 'ShiftLeft', { shiftKey: true }), false)).toBeNull())
})

describe('keys are written as people know them', () => {
  it.each([
    ['Mod+Enter', false, 'Ctrl ⏎'],
    ['Mod+Shift+Z', true, '⌘⇧Z'],
    ['+', false, '+'],
    ['Mod++', false, 'Ctrl +'],
    ['Left', false, '←'],
  ])('%s', (key, mac, shown) => expect(showKey(key, mac)).toBe(shown))

  it('and as assistive technology knows them', () => expect(ariaKey('Mod+Shift+Z', false)).toBe('Control+Shift+Z'))
})
