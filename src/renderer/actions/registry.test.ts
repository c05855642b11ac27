import { describe, expect, it } from 'vitest'
import en from '../../../resources/locales/en.json'
import { actionFor } from './dispatch.js'
import { actionIds, actions } from './registry.js'
import { clash, keysOf } from './remap.js'

const inEdit = { onCanvas: false, view: 'edit', remapped: {} } as const

describe('the action registry', () => {
  it('gives no key to two actions', () => {
    const taken = actionIds.flatMap((id) => keysOf(id, {}).map((key) => clash(key, id, {})))
    expect(taken.filter((other) => other !== null)).toEqual([])
  })

  it('names every action in the catalogue, each by another name', () => {
    const names = actionIds.map(
      (id) => en.ui.action[actions[id].label.replace('action.', '') as keyof typeof en.ui.action],
    )
    expect(names.every((name) => name.length > 0)).toBe(true)
    expect(new Set(names).size).toBe(names.length)
  })

  it('has the keys that other programs have', () => {
    const expected = {
      'Mod+O': 'file.open',
      'Mod+E': 'file.export',
      'Mod+Z': 'edit.undo',
      'Mod+Shift+Z': 'edit.redo',
      'Mod+Y': 'edit.redo',
      'Mod+Enter': 'edit.apply',
      'Mod+0': 'view.fit',
      'Mod+1': 'view.100',
      '`': 'view.original',
      C: 'view.compare',
      '?': 'window.keys',
    }
    for (const [key, id] of Object.entries(expected)) expect(actionFor(key, inEdit)).toBe(id)
  })

  it('leaves paste to the browser, which alone may read the clipboard', () =>
    expect(actionFor('Mod+V', inEdit)).toBeNull())

  it('moves the picture with the arrows only on the canvas', () => {
    expect(actionFor('Left', inEdit)).toBeNull()
    expect(actionFor('Left', { ...inEdit, onCanvas: true })).toBe('canvas.left')
  })

  it('answers a fill that waits with keys that do something else at other times', () => {
    const onCanvas = { ...inEdit, onCanvas: true }
    for (const [key, id, otherwise] of [
      ['Enter', 'fill.keep', null],
      ['Esc', 'fill.discard', null],
      ['Right', 'fill.next', 'canvas.right'],
      ['Left', 'fill.previous', 'canvas.left'],
    ] as const) {
      expect(actionFor(key, { ...onCanvas, filling: true })).toBe(id)
      expect(actionFor(key, onCanvas)).toBe(otherwise)
    }
  })

  it('runs what the view is about with one key', () => {
    expect(actionFor('Mod+Enter', inEdit)).toBe('edit.apply')
    expect(actionFor('Mod+Enter', { ...inEdit, view: 'batch' })).toBe('batch.run')
    expect(actionFor('Mod+Enter', { ...inEdit, view: 'models' })).toBeNull()
    expect(clash('Mod+Enter', 'batch.run', {})).toBeNull()
    expect(clash('Mod+Enter', 'file.open', {})).toBe('edit.apply')
  })
})
