import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fitToScreens, keepWindowState, readWindowState, WindowState } from './window-state.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lacuna-window-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the window comes back as it was left', () => {
  it('place, size and whether it was maximized', () => {
    const file = join(folder, 'state/window.json')
    const state = { version: 1, x: 10, y: 20, width: 1200, height: 800, maximized: true } as const
    keepWindowState(file, state)
    expect(readWindowState(file)).toEqual(state)
  })

  it.each(['', '{', '[]', '{"width":-5}', '{"x":"left"}', '{"width":1e9}', '{"version":2}'])(
    'a damaged file is as none: %s',
    (text) => {
      const file = join(folder, 'window.json')
      writeFileSync(file, text)
      expect(readWindowState(file)).toEqual(WindowState.parse({}))
    },
  )
})

describe('the window can always be seen and taken hold of', () => {
  const main = { x: 0, y: 25, width: 1920, height: 1055 }
  const right = { x: 1920, y: 0, width: 2560, height: 1440 }
  const at = (x: number, y: number, width = 1200, height = 800) => WindowState.parse({ x, y, width, height })

  it('a place on any screen is kept', () => {
    expect(fitToScreens(at(100, 100), [main, right])).toEqual(at(100, 100))
    expect(fitToScreens(at(2500, 300), [main, right])).toEqual(at(2500, 300))
    expect(fitToScreens(at(-1000, 100), [main])).toMatchObject({ x: -1000 })
  })

  it.each([
    ['its screen is gone', at(2500, 300)],
    ['only a sliver of it would be seen', at(1850, 100)],
    ['its bar would be above the screen', at(100, -400)],
    ['it was never placed', WindowState.parse({})],
  ])('it comes to the middle when %s', (_why, state) => {
    expect(fitToScreens(state, [main])).toMatchObject({ x: undefined, y: undefined })
  })

  it('it is no larger than its screen, and no smaller than the interface needs', () => {
    expect(fitToScreens(at(0, 25, 4000, 3000), [main])).toMatchObject({ width: 1920, height: 1055 })
    expect(fitToScreens(at(0, 25, 50, 50), [main])).toMatchObject({ x: undefined, width: 960, height: 600 })
  })
})
