import { describe, expect, it } from 'vitest'
import { nextEnd, stretch, toggle } from './selection.js'

const ids = ['a', 'b', 'c', 'd', 'e']

describe('several pictures of the filmstrip are selected', () => {
  it('by clicks with Mod, beginning with the one shown, in the order of the strip', () => {
    const first = toggle(ids, { active: 'c', selection: [] }, 'a')
    expect(first).toEqual(['a', 'c'])
    expect(toggle(ids, { active: 'c', selection: first }, 'c')).toEqual(['a'])
  })

  it('by a click with Shift, from the one shown in either direction', () => {
    expect(stretch(ids, 'b', 'd')).toEqual(['b', 'c', 'd'])
    expect(stretch(ids, 'd', 'a')).toEqual(['a', 'b', 'c', 'd'])
    expect(stretch(ids, 'b', 'b')).toEqual(['b'])
    expect(stretch(ids, null, 'c')).toEqual(['c'])
  })

  it('by Shift and arrows, which stretch, shrink and turn the selection', () => {
    let selection: string[] = []
    const press = (by: -1 | 1): string[] =>
      (selection = stretch(ids, 'b', nextEnd(ids, { active: 'b', selection }, by) ?? 'b'))
    expect(press(1)).toEqual(['b', 'c'])
    expect(press(1)).toEqual(['b', 'c', 'd'])
    expect(press(-1)).toEqual(['b', 'c'])
    expect(press(-1)).toEqual(['b'])
    expect(press(-1)).toEqual(['a', 'b'])
    expect(press(-1)).toEqual(['a', 'b'])
  })
})
