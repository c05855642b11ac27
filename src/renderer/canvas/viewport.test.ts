import { describe, expect, it } from 'vitest'
import {
  MAX_ZOOM,
  MIN_ZOOM,
  fitViewport,
  panBy,
  pictureRect,
  toCanvas,
  toPicture,
  wheelFactor,
  wheelPixels,
  zoomAt,
  zoomStop,
  zoomToArea,
} from './viewport.js'

const picture = { width: 6000, height: 4000 }
const pane = { x: 40, y: 20, width: 1000, height: 700 }

describe('the picture and the canvas map onto each other', () => {
  it('there and back is the same point', () => {
    const viewport = { x: 1234.5, y: 987.25, zoom: 0.37 }
    for (const point of [
      { x: 40, y: 20 },
      { x: 511.5, y: 300 },
      { x: 1040, y: 720 },
    ]) {
      const back = toCanvas(viewport, pane, toPicture(viewport, pane, point))
      expect(back.x).toBeCloseTo(point.x, 8)
      expect(back.y).toBeCloseTo(point.y, 8)
    }
  })

  it('at 100 % the picture lies on whole device pixels', () => {
    const rect = pictureRect({ x: 1000.3, y: 700.7, zoom: 1 }, pane, picture)
    expect(Number.isInteger(rect.x) && Number.isInteger(rect.y)).toBe(true)
    expect(rect.width).toBe(6000)
    expect(rect.height).toBe(4000)
  })
})

describe('fit shows the whole picture', () => {
  it('keeps the margin on the tighter side', () => {
    const fit = fitViewport(picture, pane, 24)
    expect(fit).toMatchObject({ x: 3000, y: 2000 })
    expect(fit.zoom).toBeCloseTo((1000 - 48) / 6000, 10)
  })

  it('does not enlarge a small picture', () => {
    expect(fitViewport({ width: 64, height: 64 }, pane).zoom).toBe(1)
  })

  it('survives a pane without room', () => {
    expect(fitViewport(picture, { width: 0, height: 0 }).zoom).toBe(MIN_ZOOM)
  })
})

describe('zooming keeps what is under the pointer', () => {
  it('in and out, at the pane’s corner too', () => {
    const start = { x: 3000, y: 2000, zoom: 0.5 }
    for (const anchor of [
      { x: 540, y: 370 },
      { x: 700, y: 500 },
      { x: 400, y: 100 },
    ]) {
      for (const zoom of [0.8, 2, 7.3]) {
        const before = toPicture(start, pane, anchor)
        const after = toPicture(zoomAt(start, pane, picture, anchor, zoom), pane, anchor)
        expect(after.x).toBeCloseTo(before.x, 6)
        expect(after.y).toBeCloseTo(before.y, 6)
      }
    }
  })

  it('stops at 1 % and 3200 %', () => {
    const start = { x: 3000, y: 2000, zoom: 1 }
    expect(zoomAt(start, pane, picture, { x: 540, y: 370 }, 1e9).zoom).toBe(MAX_ZOOM)
    expect(zoomAt(start, pane, picture, { x: 540, y: 370 }, 0).zoom).toBe(MIN_ZOOM)
  })

  it('fills the pane with a marked area', () => {
    const start = { x: 3000, y: 2000, zoom: 1 }
    const zoomed = zoomToArea(start, pane, picture, { x: 290, y: 195, width: 500, height: 350 })
    expect(zoomed.zoom).toBeCloseTo(2, 10)
    expect(zoomed.x).toBeCloseTo(3000, 10)
  })
})

describe('panning can’t lose the picture', () => {
  it('moves by the distance dragged, whatever the zoom', () => {
    expect(panBy({ x: 3000, y: 2000, zoom: 4 }, picture, 40, -80)).toEqual({ x: 2990, y: 2020, zoom: 4 })
  })

  it('keeps the pane’s middle on the picture', () => {
    expect(panBy({ x: 10, y: 10, zoom: 1 }, picture, 1e6, 1e6)).toMatchObject({ x: 0, y: 0 })
    expect(panBy({ x: 10, y: 10, zoom: 1 }, picture, -1e6, -1e6)).toMatchObject({ x: 6000, y: 4000 })
  })
})

describe('the zoom keys walk the stops', () => {
  it('from between two stops to either', () => {
    expect(zoomStop(0.9, 1)).toBe(1)
    expect(zoomStop(0.9, -1)).toBeCloseTo(2 / 3)
  })

  it('from a stop to its neighbours', () => {
    expect(zoomStop(1, 1)).toBe(2)
    expect(zoomStop(2, -1)).toBe(1)
  })

  it('stays at the ends', () => {
    expect(zoomStop(MAX_ZOOM, 1)).toBe(MAX_ZOOM)
    expect(zoomStop(MIN_ZOOM, -1)).toBe(MIN_ZOOM)
  })
})

describe('the wheel', () => {
  it('zooms in and out by inverse factors', () => {
    expect(wheelFactor(100, false) * wheelFactor(-100, false)).toBeCloseTo(1, 12)
    expect(wheelFactor(-100, false)).toBeGreaterThan(1)
  })

  it('counts lines and pages as pixels', () => {
    expect([wheelPixels(3, 0), wheelPixels(3, 1), wheelPixels(1, 2)]).toEqual([3, 48, 400])
  })
})
