import { describe, expect, it } from 'vitest'
import { pictureRect } from '../canvas/viewport.js'
import { buildPatch, patchSide, type PatchInput } from './patch.js'

const input = (change: Partial<PatchInput> = {}): PatchInput => ({
  source: {
    ...{ document: 'd', state: 's', size: { width: 600, height: 400 }, levels: 1, transparent: false, preview: null },
  },
  picture: { width: 600, height: 400 },
  result: { width: 1200, height: 800 },
  canvas: { width: 1000, height: 700 },
  viewport: { x: 300, y: 200, zoom: 1 },
  side: 256,
  at: { x: 300, y: 200 },
  compare: 'slider',
  original: false,
  ...change,
})

describe('a patch of the result', () => {
  it('is as many of its pixels as device pixels, around the point that it shows', () => {
    const { rect, zoom, parts } = buildPatch(input())
    expect(rect).toEqual({ left: 472, top: 272, width: 256, height: 256 })
    expect(zoom).toBe(1)
    expect(parts.map((part) => part.rect)).toEqual(Array(2).fill({ x: 372, y: 222, width: 256, height: 256 }))
  })

  it('shows what was before on its left half, and after on its right', () => {
    const [before, after] = buildPatch(input()).parts
    expect(before).toMatchObject({ after: false, clip: { x: 372, width: 128 } })
    expect(after).toMatchObject({ after: true, clip: { x: 500, width: 128 } })
  })

  it('lies before and after on the same device pixels, whole ones', () => {
    for (const at of [
      { x: 300.3, y: 201.7 },
      { x: 0, y: 400 },
    ]) {
      const { rect, parts } = buildPatch(input({ at, result: { width: 1419, height: 946 } }))
      for (const { pane } of parts) {
        const place = pictureRect(pane.viewport, pane.rect, pane.picture)
        expect([place.x, place.y]).toEqual([pane.rect.x - rect.left, pane.rect.y - rect.top])
        expect([place.width, place.height]).toEqual([1419, 946])
      }
    }
  })

  it('stays in the result and on the canvas', () => {
    const { rect, parts, reach } = buildPatch(input({ at: { x: -50, y: 1e4 }, viewport: { x: 300, y: 200, zoom: 4 } }))
    expect(rect).toMatchObject({ left: 0, top: 800 - rect.height })
    for (const { rect: place } of parts) {
      expect(place.x).toBeGreaterThanOrEqual(0)
      expect(place.y + place.height).toBeLessThanOrEqual(700)
    }
    expect(reach.x + reach.width / 2).toBe(300)
    expect(buildPatch(input({ picture: { width: 60, height: 40 }, result: { width: 90, height: 60 } })).rect).toEqual({
      left: 0,
      top: 0,
      width: 90,
      height: 60,
    })
  })

  it('lies in its place where the canvas is nearer than the result’s 100 %', () => {
    const { rect, zoom, parts } = buildPatch(input({ viewport: { x: 300, y: 200, zoom: 8 } }))
    expect(zoom).toBe(4)
    expect(rect).toEqual({ left: 568, top: 368, width: 64, height: 64 })
    expect(parts[0]?.rect).toEqual({ x: 372, y: 222, width: 256, height: 256 })
  })

  it('follows how the canvas compares', () => {
    const after = (change: Partial<PatchInput>) => buildPatch(input(change)).parts.map((part) => part.after)
    expect(after({ compare: 'off' })).toEqual([true])
    expect(after({ compare: 'side' })).toEqual([false, true])
    expect(after({ original: true })).toEqual([false])
    expect(after({ compare: 'side', original: true })).toEqual([false, false])
    const [left, right] = buildPatch(input({ compare: 'side' })).parts
    expect(left?.rect.x).toBeLessThan(500 - 256)
    expect(right?.rect.x).toBeGreaterThan(500)
  })

  it('is smaller on a small canvas, and larger on a dense screen', () => {
    expect(patchSide({ width: 1000, height: 700 }, 1)).toBe(256)
    expect(patchSide({ width: 300, height: 200 }, 1)).toBe(100)
    expect(patchSide({ width: 4000, height: 3000 }, 2)).toBe(512)
  })
})
