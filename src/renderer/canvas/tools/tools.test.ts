import { describe, expect, it } from 'vitest'
import { toolEventOf } from './event.js'
import { hand } from './hand.js'
import type { Intent, Tool, ToolEvent } from './tool.js'
import { zoom } from './zoom.js'

type Step = [ToolEvent['type'], number, number, { alt?: boolean }?]

function play<S>(tool: Tool<S>, steps: Step[]): { state: S; intents: Intent[] } {
  return steps.reduce<{ state: S; intents: Intent[] }>(
    ({ state, intents }, [type, x, y, options]) => {
      const next = tool.reduce(state, {
        type,
        point: { x, y },
        alt: options?.alt ?? false,
        shift: false,
        pressure: null,
        secondary: false,
      })
      return { state: next.state, intents: [...intents, ...next.intents] }
    },
    { state: tool.initial, intents: [] },
  )
}

describe('the hand drags the picture', () => {
  it('by as much as the pointer moved', () => {
    const { state, intents } = play(hand, [
      ['down', 10, 10],
      ['move', 15, 8],
      ['move', 25, 8],
      ['up', 25, 8],
    ])
    expect(intents).toEqual([
      { kind: 'pan', dx: 5, dy: -2 },
      { kind: 'pan', dx: 10, dy: 0 },
    ])
    expect(state).toEqual(hand.initial)
  })

  it('does nothing without the button', () =>
    expect(
      play(hand, [
        ['move', 5, 5],
        ['up', 5, 5],
      ]).intents,
    ).toEqual([]))

  it('lets go when the gesture is taken over', () => {
    expect(
      play(hand, [
        ['down', 0, 0],
        ['cancel', 0, 0],
        ['move', 50, 50],
      ]).intents,
    ).toEqual([])
  })
})

describe('the zoom tool', () => {
  it('a click goes to the next stop, with Alt to the one before', () => {
    expect(
      play(zoom, [
        ['down', 10, 10],
        ['move', 12, 11],
        ['up', 12, 11],
      ]).intents,
    ).toEqual([{ kind: 'zoomStop', at: { x: 10, y: 10 }, direction: 1 }])
    expect(
      play(zoom, [
        ['down', 10, 10],
        ['up', 10, 10, { alt: true }],
      ]).intents,
    ).toEqual([{ kind: 'zoomStop', at: { x: 10, y: 10 }, direction: -1 }])
  })

  it('a drag, in any direction, zooms to the marked area', () => {
    const { intents } = play(zoom, [
      ['down', 100, 80],
      ['move', 40, 20],
      ['up', 40, 20],
    ])
    expect(intents.at(-1)).toEqual({ kind: 'zoomArea', area: { x: 40, y: 20, width: 60, height: 60 } })
    expect(intents.at(-2)).toEqual({ kind: 'marquee', area: null })
  })

  it('a cancelled drag leaves nothing behind', () => {
    expect(
      play(zoom, [
        ['down', 0, 0],
        ['move', 50, 50],
        ['cancel', 50, 50],
      ]).intents.at(-1),
    ).toEqual({ kind: 'marquee', area: null })
  })
})

describe('what a tool is told of a pointer', () => {
  const press = { pointerType: 'mouse', pressure: 0.5, button: 0, buttons: 1, altKey: false, shiftKey: true }
  const told = (facts: object) => toolEventOf('move', { x: 1, y: 2 }, { ...press, ...facts })

  it('where it is and which keys are held', () =>
    expect(told({})).toEqual({
      type: 'move',
      point: { x: 1, y: 2 },
      alt: false,
      shift: true,
      pressure: null,
      secondary: false,
    }))

  it('how hard a pen presses, and nothing about mouse or finger', () =>
    expect(['pen', 'mouse', 'touch'].map((pointerType) => told({ pointerType }).pressure)).toEqual([0.5, null, null]))

  it('that the right button or a pen’s other end is used, on going down and while moving', () =>
    expect(
      [
        { button: 2, buttons: 2 },
        { button: -1, buttons: 2 },
        { button: 5, buttons: 32 },
        { button: -1, buttons: 32 },
        { button: 0, buttons: 1 },
        { button: -1, buttons: 1 },
      ].map((facts) => told(facts).secondary),
    ).toEqual([true, true, true, true, false, false]))
})
