import { describe, expect, it } from 'vitest'
import { ExtendEdit } from '../../shared/edit.js'
import { around, aspectName, aspectsFor, extended, extensionFor, roomOf } from './extension.js'

const edit = (change: Partial<ExtendEdit>): ExtendEdit => ({ ...ExtendEdit.parse({ kind: 'extend' }), ...change })
const lying = { width: 600, height: 400 }
const standing = { width: 400, height: 600 }

describe('the canvas as it is to become', () => {
  it('is nothing while nothing is added, also where the aspect is met already', () => {
    expect(extensionFor(edit({}), lying)).toBeNull()
    expect(extensionFor(edit({ aspect: [3, 2] }), lying)).toBeNull()
  })

  it('has its own size, and its middle lies where the picture’s does not', () => {
    const extension = extensionFor(edit({ left: 100, top: '10%' }), lying)
    if (extension === null) throw new Error('nothing is added')
    expect(extended(extension, lying)).toEqual({ width: 700, height: 440 })
    expect(around(extension, lying)).toEqual({ width: 700, height: 440, middle: { x: 250, y: 180 } })
  })

  it('gets room across or down, where the anchor counts', () => {
    expect(roomOf(edit({ aspect: [16, 9] }), lying)).toBe('across')
    expect(roomOf(edit({ aspect: [1, 1] }), lying)).toBe('down')
    expect(roomOf(edit({ aspect: [3, 2] }), lying)).toBeNull()
    expect(roomOf(edit({ left: 100 }), lying)).toBeNull()
    // The sides have made it wider than the aspect.
    expect(roomOf(edit({ left: 300, aspect: [16, 9] }), lying)).toBe('down')
  })
})

describe('the ratios to choose from', () => {
  it('lie or stand as the picture does, and the two of screens are named as they are', () => {
    expect(aspectsFor(lying).map(aspectName)).toEqual(['1:1', '3:2', '4:3', '16:9', '9:16'])
    expect(aspectsFor(standing).map(aspectName)).toEqual(['1:1', '2:3', '3:4', '16:9', '9:16'])
  })
})
