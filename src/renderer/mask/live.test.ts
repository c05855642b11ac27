import { describe, expect, it } from 'vitest'
import { randomFrom, randomOperation, randomStroke } from '../../../tests/support/masks.js'
import { rasterise, readTiles, type Area, type MaskOperation } from '../../shared/mask/index.js'
import { emptyHistory, maskOf, redone, undone, withStep, type MaskHistory } from './history.js'
import { LiveMask } from './live.js'
import { Overlay, tilesUnder } from './overlay.js'

const size = { width: 700, height: 500 }
const all = { x: 0, y: 0, ...size }

/** An overlay whose tiles can be looked at. */
class Board {
  readonly pixels = new Uint32Array(256 * 256)
  put(rgba: Uint8ClampedArray<ArrayBuffer>, x: number, y: number, width: number, height: number): void {
    const from = new Uint32Array(rgba.buffer)
    for (let row = 0; row < height; row++)
      this.pixels.set(from.subarray(row * width, (row + 1) * width), (y + row) * 256 + x)
  }
}

/** The alphas of the whole overlay. */
function seen(overlay: Overlay<Board>, level: number): Uint8Array {
  const [columns, rows] = [Math.ceil(size.width / 2 ** level), Math.ceil(size.height / 2 ** level)]
  const out = new Uint8Array(columns * rows)
  for (const tile of tilesUnder([all], level)) {
    const pixels = overlay.surface(tile)?.pixels
    if (pixels === undefined) continue
    const alpha = new Uint8Array(pixels.buffer)
    for (let y = 0; y < Math.min(256, rows - tile.row * 256); y++)
      for (let x = 0; x < Math.min(256, columns - tile.column * 256); x++)
        out[(tile.row * 256 + y) * columns + tile.column * 256 + x] = alpha[4 * (y * 256 + x) + 3]!
  }
  return out
}

const paintAll = (overlay: Overlay<Board>, live: LiveMask): void => {
  while (overlay.pending > 0) overlay.paint(live.tiles, all, 0, () => 1)
}

describe('what is seen is the mask', () => {
  for (const level of [0, 1, 3])
    it(`after every stroke, undo and redo, at level ${level}`, () => {
      const random = randomFrom(21 + level)
      const live = new LiveMask(size)
      const overlay = new Overlay(size, level, [255, 60, 30], () => new Board())
      let history: MaskHistory = emptyHistory(size)
      const settle = (changed: Area[], operations: readonly MaskOperation[]): void => {
        overlay.changed(changed)
        paintAll(overlay, live)
        const mask = { ...maskOf(history), operations: [...operations] }
        const whole = rasterise(mask)
        expect(Buffer.compare(readTiles(live.tiles, all), whole)).toBe(0)
        expect(Buffer.compare(seen(overlay, level), level === 0 ? whole : rasterise(mask, { level }))).toBe(0)
      }
      for (let turn = 0; turn < 24; turn++) {
        const choice = random()
        if (choice < 0.6) {
          const stroke = randomStroke(random, size)
          for (let length = 1; length <= stroke.points.length; length++) {
            const drawn = { ...stroke, points: stroke.points.slice(0, length) }
            settle(live.draw(drawn), [...maskOf(history).operations, drawn])
          }
          // Every third is given up.
          if (random() < 0.3) {
            settle(live.forget(), maskOf(history).operations)
            continue
          }
          history = withStep(history, stroke)
        } else if (choice < 0.75) history = undone(history)
        else if (choice < 0.9) history = redone(history)
        else history = withStep(history, randomOperation(random, size))
        settle(live.show(maskOf(history)), maskOf(history).operations)
      }
    })
})

describe('little is painted again', () => {
  const dot = (x: number, y: number): MaskOperation => ({
    kind: 'stroke',
    points: [[x, y]],
    diameter: 10,
    hardness: 1,
    erase: false,
  })

  it('a dot changes the parts that it touches', () => {
    const live = new LiveMask(size)
    const changed = live.draw(dot(300, 60))
    expect(tilesUnder(changed, 0)).toEqual([{ column: 1, row: 0 }])
    const pixels = changed.reduce((sum, { width, height }) => sum + width * height, 0)
    expect(pixels).toBeLessThan(200)
  })

  it('a stroke that grew changes where it grew', () => {
    const live = new LiveMask(size)
    const first = {
      ...dot(20, 20),
      points: [
        [20, 20],
        [40, 20],
      ],
    } as MaskOperation & { kind: 'stroke' }
    live.draw(first)
    const changed = live.draw({ ...first, points: [...first.points, [600, 20], [600, 30]] })
    expect(changed.every(({ x }) => x >= 32)).toBe(true)
    expect(live.draw({ ...first, points: [...first.points, [600, 20], [600, 30]] }).length).toBeGreaterThan(0)
  })

  it('what was drawn is not painted again when it becomes a step', () => {
    const live = new LiveMask(size)
    const stroke = dot(300, 60)
    live.draw(stroke)
    expect(live.show(maskOf(withStep(emptyHistory(size), stroke)))).toEqual([])
  })

  it('undo changes the tiles of that step', () => {
    const live = new LiveMask(size)
    const history = withStep(withStep(emptyHistory(size), dot(300, 60)), dot(600, 400))
    live.show(maskOf(history))
    expect(live.show(maskOf(undone(history)))).toEqual([{ x: 512, y: 384, width: 128, height: 116 }])
  })

  it('shapes in the making are outlines, not pixels', () =>
    expect(new LiveMask(size).draw({ kind: 'rectangle', x: 0, y: 0, width: 99, height: 99, erase: false })).toEqual([]))

  it('a frame paints what it has time for, nearest to the middle first, and goes on in the next', () => {
    const live = new LiveMask(size)
    const overlay = new Overlay(size, 0, [255, 0, 0], () => new Board())
    overlay.changed(live.show(maskOf(withStep(emptyHistory(size), { kind: 'invert' }))))
    expect(overlay.pending).toBe(6)
    const first = overlay.paint(live.tiles, { x: 300, y: 300, width: 100, height: 100 }, 10, () => 11)
    expect(first).toEqual([{ column: 1, row: 1 }])
    expect(overlay.paint(live.tiles, all, 10, () => 9)).toHaveLength(5)
    expect(overlay.pending).toBe(0)
  })

  it('where nothing was ever masked there is no tile', () => {
    const live = new LiveMask(size)
    const overlay = new Overlay(size, 0, [255, 0, 0], () => new Board())
    overlay.show(all)
    expect(overlay.paint(live.tiles, all, 1, () => 0)).toEqual([])
    expect([overlay.pending, overlay.surface({ column: 0, row: 0 })]).toEqual([0, null])
  })

  it('its colour is the one that was asked for', () => {
    const live = new LiveMask(size)
    const overlay = new Overlay(size, 0, [255, 60, 30], () => new Board())
    overlay.changed(live.draw(dot(10, 10)))
    paintAll(overlay, live)
    const board = overlay.surface({ column: 0, row: 0 })
    expect([
      ...new Uint8Array(board?.pixels.buffer ?? []).subarray(4 * (10 * 256 + 10), 4 * (10 * 256 + 10) + 4),
    ]).toEqual([255, 60, 30, 255])
  })
})

describe('what takes longer', () => {
  const stroke = randomStroke(randomFrom(5), size)
  const mask = maskOf(withStep(withStep(emptyHistory(size), { ...stroke, erase: false }), { kind: 'grow', pixels: 9 }))

  it('is shown as it was until it is done', () => {
    const live = new LiveMask(size)
    const steps = live.showSteps(mask)
    let turns = 0
    for (let step = steps.next(); step.done !== true; step = steps.next(), turns++)
      expect(readTiles(live.tiles, all).every((byte) => byte === 0)).toBe(true)
    expect(turns).toBeGreaterThan(3)
    expect(Buffer.compare(readTiles(live.tiles, all), rasterise(mask))).toBe(0)
  })

  it('may be given up for something else', () => {
    const live = new LiveMask(size)
    const steps = live.showSteps(mask)
    for (let turn = 0; turn < 3; turn++) steps.next()
    const other = { ...mask, operations: mask.operations.slice(0, 1) }
    live.show(other)
    expect(Buffer.compare(readTiles(live.tiles, all), rasterise(other))).toBe(0)
    live.show(mask)
    expect(Buffer.compare(readTiles(live.tiles, all), rasterise(mask))).toBe(0)
  })
})

describe('what is in sight', () => {
  const level = 0
  const left = { x: 0, y: 0, width: 200, height: 500 }
  const overlayOf = (): Overlay<Board> => new Overlay(size, level, [1, 2, 3], () => new Board())
  const everywhere: MaskOperation = { kind: 'rectangle', x: 0, y: 0, ...size, erase: false }

  it('is painted when it comes, and changes count where something was seen once', () => {
    const live = new LiveMask(size)
    const overlay = overlayOf()
    overlay.see(left)
    paintAll(overlay, live)
    overlay.changed(live.show(maskOf(withStep(emptyHistory(size), everywhere))))
    expect(overlay.pending).toBe(tilesUnder([left], level).length)
    paintAll(overlay, live)
    overlay.see(all)
    paintAll(overlay, live)
    expect(seen(overlay, level).every((alpha) => alpha === 255)).toBe(true)
  })

  it('is all that is kept when there is too much, and what was let go is painted when it comes back', () => {
    const live = new LiveMask(size)
    const overlay = overlayOf()
    overlay.see(all)
    overlay.changed(live.show(maskOf(withStep(emptyHistory(size), everywhere))))
    paintAll(overlay, live)
    overlay.see(left, 2)
    expect(tilesUnder([all], level).filter((tile) => overlay.surface(tile) !== null)).toEqual(tilesUnder([left], level))
    overlay.see(all, 2)
    paintAll(overlay, live)
    expect(seen(overlay, level).every((alpha) => alpha === 255)).toBe(true)
  })
})
