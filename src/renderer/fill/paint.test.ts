import { describe, expect, it } from 'vitest'
import { buildScene, type SceneInput } from '../canvas/scene.js'
import { afterPane, placeOf } from './paint.js'
import { documentOf, extend, inpaint, state } from './testing.js'

const filled = documentOf({ states: [state('original'), state('new', inpaint)], current: 1 })
const scene = (change: Partial<SceneInput> = {}) => {
  const document = change.document ?? filled
  const shown = document.states[document.current] ?? null
  return buildScene({
    ...{ document, shown, canvas: { width: 1001, height: 500 }, viewport: { x: 300, y: 200, zoom: 1 } },
    picture: { width: shown?.width ?? 0, height: shown?.height ?? 0 },
    ...{ compare: 'off', split: 0.5, original: false, preview: null, loupe: null },
    ...change,
  } as SceneInput)
}

describe('where a fill is drawn', () => {
  it('is the whole canvas, the side after the divider, or the right half', () => {
    expect(afterPane(scene())?.clip).toEqual({ x: 0, y: 0, width: 1001, height: 500 })
    const slider = scene({ compare: 'slider' })
    expect(afterPane(slider)?.clip.x).toBe(slider.divider?.x)
    expect(afterPane(scene({ compare: 'side' }))?.clip.x).toBe(501)
  })

  it('has its edges where those of the picture’s tiles are, beside the picture too', () => {
    const pane = afterPane(scene({ canvas: { width: 1000, height: 500 } }))?.pane
    if (pane === undefined) throw new Error('no pane')
    expect(placeOf(pane, { left: 0, top: 0, width: 600, height: 400 })).toEqual({
      x: 200,
      y: 50,
      width: 600,
      height: 400,
    })
    expect(placeOf(pane, { left: -50, top: 10, width: 20, height: 30 })).toEqual({
      x: 150,
      y: 60,
      width: 20,
      height: 30,
    })
  })
})

describe('the original of an extended canvas', () => {
  it('lies in its place on it, at its own size', () => {
    const document = documentOf({
      states: [state('original'), state('wider', extend({ left: 100 }), 700, 400)],
      current: 1,
    })
    const [before, after] = scene({ document, compare: 'side', viewport: { x: 350, y: 200, zoom: 1 } }).panes
    expect(after).toMatchObject({ viewport: { x: 350, y: 200 }, picture: { width: 700, height: 400 } })
    expect(before).toMatchObject({ viewport: { x: 250, y: 200 }, picture: { width: 600, height: 400 } })
  })
})
