import { describe, expect, it } from 'vitest'
import { actionFor } from './dispatch.js'
import { actionIds, actions } from './registry.js'
import { clash, giveKey, keysOf, refusal, resetKey } from './remap.js'

const does = (key: string, remapped: Record<string, string>) =>
  actionFor(key, { onCanvas: false, view: 'edit', remapped })

describe('a key given to an action', () => {
  const remapped = giveKey('Mod+J', 'edit.redo', {})

  it('replaces the first, the second stays', () => {
    expect(keysOf('edit.redo', remapped)).toEqual(['Mod+J', 'Mod+Y'])
    expect(does('Mod+J', remapped)).toBe('edit.redo')
    expect(does('Mod+Shift+Z', remapped)).toBeNull()
  })

  it('is found in use, its old one is free', () => {
    expect(clash('Mod+O', 'file.export', remapped)).toBe('file.open')
    expect(clash('Mod+J', 'file.export', remapped)).toBe('edit.redo')
    expect(clash('Mod+J', 'edit.redo', remapped)).toBeNull()
    expect(clash('Mod+Shift+Z', 'file.export', remapped)).toBeNull()
  })

  it('that is its default is no change', () => expect(giveKey('Mod+Shift+Z', 'edit.redo', remapped)).toEqual({}))
})

describe('taking a key over', () => {
  it('leaves the action that had it by default without, until the change is reset', () => {
    const remapped = giveKey('Mod+O', 'file.export', {})
    expect(does('Mod+O', remapped)).toBe('file.export')
    expect(keysOf('file.open', remapped)).toEqual([])
    expect(keysOf('file.open', resetKey('file.export', remapped))).toEqual(['Mod+O'])
  })

  it('takes a further key, too', () => {
    const remapped = giveKey('Mod+Y', 'file.export', {})
    expect(keysOf('edit.redo', remapped)).toEqual(['Mod+Shift+Z'])
    expect(does('Mod+Y', remapped)).toBe('file.export')
  })

  it('leaves the action that had it by hand without, not with its old default', () => {
    const remapped = giveKey('Mod+J', 'file.export', giveKey('Mod+J', 'file.open', {}))
    expect(does('Mod+J', remapped)).toBe('file.export')
    expect(keysOf('file.open', remapped)).toEqual([])
    expect(does('Mod+O', remapped)).toBeNull()
  })

  it('back by its own action works as well', () => {
    const taken = giveKey('Mod+O', 'file.export', {})
    const back = giveKey('Mod+O', 'file.open', taken)
    expect(does('Mod+O', back)).toBe('file.open')
    expect(keysOf('file.export', back)).toEqual([])
  })

  it('never gives one key to two actions of a view, whatever is pressed in whichever order', () => {
    const keys = ['Mod+O', 'Mod+E', 'Mod+J', 'Mod+Y', '1', 'C', 'Mod+Enter']
    const changeable = actionIds.filter((id) => actions[id].native !== true)
    let remapped: Record<string, string> = {}
    for (let step = 0; step < 300; step++) {
      const id = changeable[(step * 7 + (step >> 3)) % changeable.length] ?? 'file.open'
      remapped = step % 11 === 10 ? resetKey(id, remapped) : giveKey(keys[(step * 5) % keys.length] ?? '', id, remapped)
      const twice = actionIds.flatMap((one) =>
        keysOf(one, remapped).filter((key) => clash(key, one, remapped) !== null),
      )
      expect(twice).toEqual([])
    }
  })
})

describe('views', () => {
  const inBatch = actionIds.find((id) => actions[id].view === 'batch')
  const inEdit = actionIds.find((id) => actions[id].view === 'edit')

  it('may share a key with one another', () => {
    if (inBatch === undefined || inEdit === undefined) throw new Error('both views have keys of their own')
    const remapped = giveKey('Mod+J', inEdit, giveKey('Mod+J', inBatch, {}))
    expect(keysOf(inBatch, remapped)[0]).toBe('Mod+J')
    expect(keysOf(inEdit, remapped)[0]).toBe('Mod+J')
    expect(clash('Mod+J', inEdit, remapped)).toBeNull()
  })
})

describe('settings written by hand or by another version', () => {
  it('an unknown action takes no key', () => expect(keysOf('file.open', { 'file.gone': 'Mod+O' })).toEqual(['Mod+O']))

  it('one key for two actions is seen on both', () => {
    const remapped = { 'file.open': 'Mod+J', 'file.export': 'Mod+J' }
    expect(clash('Mod+J', 'file.open', remapped)).toBe('file.export')
    expect(clash('Mod+J', 'file.export', remapped)).toBe('file.open')
  })
})

describe('keys that cannot be given', () => {
  it.each([
    ['Mod+T', 'browser'],
    ['Mod+W', 'browser'],
    ['Tab', 'control'],
    ['Mod+C', 'text'],
    ['Meta+O', 'system'],
  ] as const)('%s belongs to the %s', (key, owner) => expect(refusal(key)).toBe(owner))

  it('none of the defaults is one of them, but for paste, which is the browser’s own, and the answers to a fill', () => {
    const refused = actionIds.filter((id) => actions[id].keys.some((key) => refusal(key) !== null))
    expect(refused.filter((id) => actions[id].native !== true)).toEqual(['fill.keep', 'fill.discard'])
  })
})
