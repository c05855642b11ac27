import { describe, expect, it } from 'vitest'
import { Mask, type MaskOperation } from '../../../shared/mask/index.js'
import { brushAfterKey, brushAfterWheel } from './brush-size.js'
import { maskTools, onPicture, startMaskTool, type MaskToolId } from './index.js'
import type { CursorKey } from './keyboard.js'
import type { MaskEvent, MaskIntent, MaskPress, MaskSettings } from './tool.js'

const brush = { diameter: 20, hardness: 0.75, pressure: true }
const picture = { width: 600, height: 400 }
const settings: MaskSettings = { brush, tolerance: 12, contiguous: true, state: 'abc', picture }

type How = Partial<Omit<MaskPress, 'type' | 'at'>>
type Press = [MaskPress['type'], number, number, How?]

const press = ([type, x, y, how]: Press): MaskPress => ({
  type,
  at: { x, y },
  pressure: null,
  shift: false,
  alt: false,
  secondary: false,
  pixel: 1,
  ...how,
})
const key = (name: string): MaskEvent => ({ type: 'key', key: name })

function play(id: MaskToolId, ...events: (Press | MaskEvent)[]): MaskIntent[] {
  const tool = startMaskTool(id)
  return events.flatMap((event) => [...tool.send(Array.isArray(event) ? press(event) : event, settings)])
}
/** What ends up in the history. */
const made = (id: MaskToolId, ...events: (Press | MaskEvent)[]): MaskOperation[] =>
  play(id, ...events).flatMap((intent) => (intent.kind === 'commit' ? [intent.operation] : []))

describe('brush and eraser', () => {
  const drawn: Press[] = [
    ['down', 10, 10],
    ['move', 20, 10],
    ['move', 30, 15],
    ['up', 30, 15],
  ]

  it('draw through the points that the pointer went through, shown all the while', () => {
    const intents = play('brush', ...drawn)
    expect(intents.map(({ kind }) => kind)).toEqual(['draw', 'draw', 'draw', 'commit'])
    expect(made('brush', ...drawn)).toEqual([
      {
        kind: 'stroke',
        points: [
          [10, 10],
          [20, 10],
          [30, 15],
        ],
        diameter: 20,
        hardness: 0.75,
        erase: false,
      },
    ])
  })

  it('make a dot of a click', () => {
    expect(made('brush', ['down', 10, 10], ['up', 10, 10])).toMatchObject([{ points: [[10, 10]] }])
  })

  it('keep the points before, so that only the new piece is painted', () => {
    const points = play('brush', ...drawn).flatMap((intent) =>
      intent.kind !== 'draw' || intent.operation.kind !== 'stroke' ? [] : [intent.operation.points],
    )
    expect(points[2]?.[0]).toBe(points[0]?.[0])
    expect(points[2]?.[1]).toBe(points[1]?.[1])
  })

  it('ignore movement that is less than the screen shows', () =>
    expect(
      made(
        'brush',
        ['down', 10, 10, { pixel: 4 }],
        ['move', 11, 11, { pixel: 4 }],
        ['move', 13, 10, { pixel: 4 }],
        ['up', 13, 10],
      ),
    ).toMatchObject([
      {
        points: [
          [10, 10],
          [13, 10],
        ],
      },
    ]))

  it.each<[MaskToolId, string, How, boolean]>([
    ['brush', 'nothing', {}, false],
    ['brush', 'Alt', { alt: true }, true],
    ['brush', 'the right button', { secondary: true }, true],
    ['brush', 'the right button and Alt', { secondary: true, alt: true }, true],
    ['eraser', 'nothing', {}, true],
    ['eraser', 'Alt', { alt: true }, false],
    ['eraser', 'the right button', { secondary: true }, true],
  ])('the %s with %s held: does it erase?', (id, _, how, erase) =>
    expect(made(id, ['down', 1, 1, how], ['up', 1, 1])).toMatchObject([{ erase }]),
  )

  it('what a stroke does was decided when it began', () =>
    expect(made('brush', ['down', 1, 1], ['move', 9, 9, { alt: true }], ['up', 9, 9])).toMatchObject([
      { erase: false },
    ]))

  it('take a pen’s pressure, unless that is switched off', () => {
    const strokes: Press[] = [
      ['down', 10, 10, { pressure: 0.2 }],
      ['move', 20, 10, { pressure: 0.9 }],
      ['up', 20, 10, { pressure: 0 }],
    ]
    expect(made('brush', ...strokes)).toMatchObject([
      {
        points: [
          [10, 10, 0.2],
          [20, 10, 0.9],
        ],
      },
    ])
    const tool = startMaskTool('brush')
    const plain = { ...settings, brush: { ...brush, pressure: false } }
    const intents = strokes.flatMap((each) => [...tool.send(press(each), plain)])
    expect(intents.at(-1)).toMatchObject({
      kind: 'commit',
      operation: {
        points: [
          [10, 10],
          [20, 10],
        ],
      },
    })
  })

  it('Shift keeps to the axis in which the hand went, until it is released', () =>
    expect(
      made(
        'brush',
        ['down', 10, 10],
        ['move', 12, 11, { shift: true }],
        ['move', 30, 14, { shift: true }],
        ['move', 50, 30, { shift: true }],
        ['move', 60, 40],
        ['up', 60, 40],
      ),
    ).toMatchObject([
      {
        points: [
          [10, 10],
          [30, 10],
          [50, 10],
          [60, 40],
        ],
      },
    ]))

  it('Shift and a click draw a straight line from the end of the last stroke', () => {
    const shift = { shift: true }
    const strokes = made('brush', ...drawn, ['down', 90, 40, shift], ['up', 90, 40, shift])
    expect(strokes[1]).toMatchObject({
      points: [
        [30, 15],
        [90, 40],
      ],
    })
  })

  it.each([
    ['Esc', key('Esc')],
    ['a second finger', press(['cancel', 20, 10])],
  ])('%s drops the stroke that is being drawn', (_, event) => {
    const intents = play('brush', ['down', 10, 10], ['move', 20, 10], event, ['move', 30, 10], ['up', 30, 10])
    expect(intents.map(({ kind }) => kind)).toEqual(['draw', 'draw', 'drop'])
  })

  it('Esc is not theirs while nothing is drawn', () => {
    const tool = startMaskTool('brush')
    const esc: CursorKey = { key: 'Esc', type: 'down', repeat: false, middle: { x: 0, y: 0 }, pixel: 1 }
    expect(tool.key(esc, settings)).toEqual({ taken: false, intents: [] })
    tool.send(press(['down', 1, 1]), settings)
    expect(tool.key(esc, settings)).toEqual({ taken: true, intents: [{ kind: 'drop' }] })
  })
})

describe('rectangle and ellipse', () => {
  it.each(['rectangle', 'ellipse'] as const)('a %s from corner to corner, in any direction, on whole pixels', (id) =>
    expect(made(id, ['down', 50.4, 60.4], ['move', 20, 30], ['up', 20.2, 30.7])).toEqual([
      { kind: id, x: 20, y: 31, width: 30, height: 29, erase: false },
    ]),
  )

  it('Shift makes both sides equal', () =>
    expect(made('rectangle', ['down', 50, 50], ['up', 20, 60, { shift: true }])).toMatchObject([
      { x: 20, y: 50, width: 30, height: 30 },
    ]))

  it('Alt subtracts', () =>
    expect(made('ellipse', ['down', 5, 5, { alt: true }], ['up', 20, 20])).toMatchObject([{ erase: true }]))

  it('a click makes none, however far the view is zoomed out', () => {
    expect(made('rectangle', ['down', 50, 50], ['up', 51, 51])).toEqual([])
    expect(made('rectangle', ['down', 50, 50, { pixel: 8 }], ['up', 60, 60, { pixel: 8 }])).toEqual([])
  })

  it('Esc drops it', () =>
    expect(play('rectangle', ['down', 5, 5], ['move', 50, 50], key('Esc'), ['up', 60, 60]).at(-1)).toEqual({
      kind: 'drop',
    }))
})

describe('the lasso', () => {
  it('goes around what the hand drew, closed by itself', () =>
    expect(made('lasso', ['down', 0, 0], ['move', 50, 0], ['move', 50, 50], ['up', 50, 50])).toEqual([
      {
        kind: 'polygon',
        points: [
          [0, 0],
          [50, 0],
          [50, 50],
        ],
        erase: false,
      },
    ]))

  it('is straight while Shift is held', () =>
    expect(
      made(
        'lasso',
        ['down', 0, 0],
        ['move', 20, 0],
        ['move', 30, 30, { shift: true }],
        ['move', 50, 60, { shift: true }],
        ['move', 10, 60],
        ['up', 10, 60],
      ),
    ).toMatchObject([
      {
        points: [
          [0, 0],
          [20, 0],
          [50, 60],
          [10, 60],
        ],
      },
    ]))

  it('a click and a line have no inside', () => {
    expect(made('lasso', ['down', 0, 0], ['up', 0, 0])).toEqual([])
    expect(made('lasso', ['down', 0, 0], ['move', 30, 0], ['up', 30, 0])).toEqual([])
  })
})

describe('the polygon', () => {
  const click = (x: number, y: number, how?: How): Press[] => [
    ['down', x, y, how],
    ['up', x, y, how],
  ]
  const corners = [...click(0, 0), ...click(100, 0), ...click(100, 100)]
  const triangle = [
    {
      kind: 'polygon',
      points: [
        [0, 0],
        [100, 0],
        [100, 100],
      ],
      erase: false,
    },
  ]

  it.each<[string, (Press | MaskEvent)[]]>([
    ['a press on the first corner', click(5, 3)],
    ['a second press on the last', click(101, 99)],
    ['Enter', [key('Enter')]],
  ])('is closed by %s', (_, last) => expect(made('polygon', ...corners, ...last)).toEqual(triangle))

  it('is shown with its free end', () =>
    expect(play('polygon', ...click(0, 0), ...click(100, 0), ['move', 60, 80]).at(-1)).toMatchObject({
      kind: 'draw',
      operation: {
        points: [
          [0, 0],
          [100, 0],
          [60, 80],
        ],
      },
    }))

  it('Shift turns a line in steps of 45 degrees', () => {
    const [made1] = made(
      'polygon',
      ...click(0, 0),
      ...click(100, 8, { shift: true }),
      ...click(140, 60, { shift: true }),
      key('Enter'),
    )
    const points = made1?.kind === 'polygon' ? made1.points.flat().map((value) => Math.round(value)) : []
    expect(points).toEqual([0, 0, 100, 0, 150, 50])
  })

  it('Backspace takes the last corner back, the first one too', () => {
    expect(made('polygon', ...corners, ...click(50, 300), key('Backspace'), key('Enter'))).toEqual(triangle)
    expect(play('polygon', ...click(0, 0), key('Backspace')).at(-1)).toEqual({ kind: 'drop' })
    expect(made('polygon', ...click(0, 0), key('Backspace'), ...corners, key('Enter'))).toEqual(triangle)
  })

  it('of two corners is none', () =>
    expect(made('polygon', ...click(0, 0), ...click(100, 0), key('Enter'))).toEqual([]))

  it('stays while two fingers move the view, and goes with Esc', () => {
    expect(made('polygon', ...corners, ['cancel', 9, 9], key('Enter'))).toEqual(triangle)
    expect(made('polygon', ...corners, key('Esc'), key('Enter'))).toEqual([])
  })
})

describe('the wand', () => {
  it('takes the colour under it, of the state that is painted on', () =>
    expect(made('wand', ['down', 10.9, 20.1], ['up', 10.9, 20.1])).toEqual([
      { kind: 'wand', x: 10, y: 20, tolerance: 12, contiguous: true, state: 'abc', erase: false },
    ]))

  it('Shift takes it everywhere, Alt takes it away', () =>
    expect(made('wand', ['down', 1, 1, { shift: true, alt: true }])).toMatchObject([
      { contiguous: false, erase: true },
    ]))

  it('does nothing beside the picture', () => {
    expect(made('wand', ['down', -0.1, 5], ['down', 600, 5], ['down', 5, 400])).toEqual([])
  })
})

describe('without a mouse', () => {
  const tap = (name: string, type: CursorKey['type'] = 'down', repeat = false): CursorKey => ({
    key: name,
    type,
    repeat,
    middle: { x: 300, y: 200 },
    pixel: 1,
  })
  function keys(id: MaskToolId, ...pressed: CursorKey[]) {
    const tool = startMaskTool(id)
    const operations = pressed.flatMap((each) =>
      tool.key(each, settings).intents.flatMap((intent) => (intent.kind === 'commit' ? [intent.operation] : [])),
    )
    return { operations, at: tool.at }
  }
  const space = [tap('Space'), tap('Space', 'up')]

  it('arrow keys move a cursor from the middle of the view, by one pixel, with Shift by ten', () => {
    expect(keys('brush').at).toBeNull()
    expect(keys('brush', tap('Right'), tap('Shift+Down')).at).toEqual({ x: 301.5, y: 210.5 })
  })

  it('which stays on the picture', () => {
    const far = Array.from({ length: 70 }, () => tap('Shift+Left', 'down', true))
    expect(keys('brush', ...far).at).toEqual({ x: 0.5, y: 200.5 })
  })

  it('Space paints a dot; held, it draws where the cursor goes', () => {
    expect(keys('brush', tap('Right'), ...space).operations).toMatchObject([{ points: [[301.5, 200.5]] }])
    const { operations } = keys(
      'brush',
      tap('Space'),
      tap('Space', 'down', true),
      tap('Shift+Right'),
      tap('Down'),
      tap('Space', 'up'),
    )
    expect(operations).toMatchObject([
      {
        points: [
          [300.5, 200.5],
          [310.5, 200.5],
          [310.5, 201.5],
        ],
      },
    ])
  })

  it('Shift and Space draw a line from the last dot, Alt and Space erase', () => {
    const line = [...space, tap('Shift+Right'), tap('Shift+Space'), tap('Shift+Space', 'up')]
    expect(keys('brush', ...line).operations[1]).toMatchObject({
      points: [
        [300.5, 200.5],
        [310.5, 200.5],
      ],
    })
    expect(keys('brush', tap('Alt+Space'), tap('Space', 'up')).operations).toMatchObject([{ erase: true }])
  })

  it('Esc drops what Space draws', () =>
    expect(keys('brush', tap('Space'), tap('Right'), tap('Esc'), tap('Space', 'up')).operations).toEqual([]))

  it('the other tools work the same', () => {
    const drag = [tap('Space'), tap('Shift+Right'), tap('Shift+Down'), tap('Space', 'up')]
    expect(keys('rectangle', ...drag).operations).toMatchObject([{ width: 10, height: 10 }])
    const corners = [...space, tap('Shift+Right'), ...space, tap('Shift+Down'), ...space, tap('Enter')]
    expect(keys('polygon', ...corners).operations).toMatchObject([{ kind: 'polygon' }])
    expect(keys('wand', ...space).operations).toMatchObject([{ x: 300, y: 200 }])
  })

  it('other keys are left to the program', () => {
    const tool = startMaskTool('brush')
    for (const name of ['Mod+Z', 'Mod+Left', 'V', 'Enter', 'Tab'])
      expect(tool.key(tap(name), settings)).toEqual({ taken: false, intents: [] })
  })

  it('a pointer takes over, and the cursor begins in the middle again', () => {
    const tool = startMaskTool('brush')
    tool.key(tap('Right'), settings)
    tool.send(press(['down', 5, 5]), settings)
    expect(tool.at).toBeNull()
  })
})

describe('the brush changes', () => {
  const at = (diameter: number, hardness = 0.5) => ({ ...brush, diameter, hardness })

  it('its size with brackets, in steps that grow with it, and back again', () => {
    const up = ['', '', ''].reduce((now) => brushAfterKey(now, ']') ?? now, at(40))
    expect(up.diameter).toBe(61)
    expect(
      Math.abs(['', '', ''].reduce((now) => brushAfterKey(now, '[') ?? now, up).diameter - 40),
    ).toBeLessThanOrEqual(1)
    expect(brushAfterKey(at(2), ']')?.diameter).toBe(3)
    expect(brushAfterKey(at(1), '[')?.diameter).toBe(1)
    expect(brushAfterKey(at(2000), ']')?.diameter).toBe(2000)
  })

  it('its hardness with Shift and brackets, in quarters', () => {
    expect(brushAfterKey(at(9, 0.5), 'Shift+]')?.hardness).toBe(0.75)
    expect(brushAfterKey(at(9, 0.6), 'Shift+[')?.hardness).toBe(0.25)
    expect(brushAfterKey(at(9, 0), 'Shift+[')?.hardness).toBe(0)
  })

  it('its size with Mod and the wheel, small ones too', () => {
    expect(brushAfterWheel(at(100), 1.2).diameter).toBe(120)
    expect(brushAfterWheel(at(2), 1.1).diameter).toBe(3)
    expect(brushAfterWheel(at(2), 0.9).diameter).toBe(1)
  })

  it('with no other key', () => expect(brushAfterKey(at(9), 'Mod+]')).toBeNull())
})

describe('between canvas, tools and mask', () => {
  it('a press on the canvas is one on the picture', () => {
    const event = {
      type: 'down',
      point: { x: 700, y: 400 },
      alt: true,
      shift: false,
      pressure: 0.5,
      secondary: true,
    } as const
    const pane = { x: 0, y: 0, width: 1280, height: 800 }
    expect(onPicture(event, { x: 3000, y: 2000, zoom: 0.25 }, pane)).toEqual({
      type: 'down',
      at: { x: 3240, y: 2000 },
      pressure: 0.5,
      shift: false,
      alt: true,
      secondary: true,
      pixel: 4,
    })
  })

  it('every tool makes what a mask may hold', () => {
    const how = { pressure: 0.5 }
    const operations = (Object.keys(maskTools) as MaskToolId[]).flatMap((id) =>
      made(
        id,
        ['down', 9, 9, how],
        ['move', 90, 9, how],
        ['move', 90, 90, how],
        ['up', 90, 90, how],
        ['down', 200, 9],
        ['up', 200, 9],
        ['down', 9, 200],
        key('Enter'),
      ),
    )
    expect(new Set(operations.map(({ kind }) => kind)).size).toBe(5)
    expect(Mask.parse({ version: 1, ...picture, operations }).operations).toEqual(operations)
  })
})
