import { describe, expect, it } from 'vitest'
import { applied, MaskRaster, type MaskOperation } from '../../shared/mask/index.js'
import { between, randomFrom } from '../../../tests/support/masks.js'
import { Spread, type SpreadLines } from './spread.js'

const size = { width: 400, height: 300 }
const raster = (...operations: MaskOperation[]): MaskRaster =>
  operations.reduce((before, operation) => applied(before, operation), MaskRaster.blank(size))

type Lines = { hole: readonly number[]; limit: readonly number[] | null }

function linesOf(
  painted: MaskRaster,
  settings: { grow: number; feather: number },
  step = 1,
  spread: Spread = new Spread(),
): Lines {
  const steps = spread.lines(painted, settings, step)
  let next: IteratorResult<void, SpreadLines>
  do next = steps.next()
  while (next.done !== true)
  return { hole: next.value.hole.flat(), limit: next.value.limit?.flat() ?? null }
}

/** left, top, right, bottom. */
function boundsOf(pieces: readonly number[] | null): number[] {
  const xs = (pieces ?? []).filter((_, i) => i % 2 === 0)
  const ys = (pieces ?? []).filter((_, i) => i % 2 === 1)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map(
    (value) => Math.round(value * 10) / 10,
  )
}

// Over four tiles.
const box: MaskOperation = { kind: 'rectangle', x: 100, y: 100, width: 60, height: 40, erase: false }
const disc: MaskOperation = { kind: 'ellipse', x: 100, y: 100, width: 60, height: 60, erase: false }

describe('the lines around the hole of the next fill', () => {
  it('run around what is painted', () => {
    const { hole, limit } = linesOf(raster(box), { grow: 0, feather: 0 })
    expect(boundsOf(hole)).toEqual([100, 100, 160, 140])
    expect(limit).toBeNull()
  })

  it('stand off by what it grows and feathers, and go inside when it shrinks', () => {
    const grown = linesOf(raster(box), { grow: 4, feather: 6 })
    expect(boundsOf(grown.hole)).toEqual([96, 96, 164, 144])
    const [left = 0, top = 0, right = 0, bottom = 0] = boundsOf(grown.limit)
    // A feather of 6 fades over six to seven pixels.
    for (const beyond of [96 - left, 96 - top, right - 164, bottom - 144]) {
      expect(beyond).toBeGreaterThanOrEqual(5.5)
      expect(beyond).toBeLessThanOrEqual(7)
    }
    expect(boundsOf(linesOf(raster(box), { grow: -5, feather: 0 }).hole)).toEqual([105, 105, 155, 135])
  })

  it('are closed: each end is the beginning of another piece', () => {
    for (const step of [1, 4]) {
      const { hole } = linesOf(raster(disc, { ...box, x: 230, y: 220 }), { grow: 3, feather: 0 }, step)
      const ends = new Map<string, number>()
      for (let i = 0; i < hole.length; i += 2) {
        const key = `${hole[i]?.toFixed(3)} ${hole[i + 1]?.toFixed(3)}`
        ends.set(key, (ends.get(key) ?? 0) + 1)
      }
      expect(hole.length).toBeGreaterThan(100)
      expect([...ends.values()].filter((count) => count % 2 === 1)).toEqual([])
    }
  })

  it('leave the picture’s border open, and nothing where nothing or everything is painted', () => {
    const { hole } = linesOf(raster({ ...box, x: -10 }), { grow: 0, feather: 0 })
    expect(boundsOf(hole)).toEqual([0.5, 100, 50, 140])
    expect(linesOf(raster(), { grow: 4, feather: 6 })).toEqual({ hole: [], limit: [] })
    expect(linesOf(raster({ kind: 'invert' }), { grow: 0, feather: 0 }).hole).toEqual([])
  })

  it('are after each step what they are of the whole mask, however they came about', () => {
    const random = randomFrom(5)
    const spread = new Spread()
    let painted = raster()
    for (let step = 0; step < 14; step++) {
      const [x, y] = [between(random, -20, 380), between(random, -20, 280)]
      const stroke: MaskOperation = {
        ...{ kind: 'stroke', diameter: between(random, 2, 60), hardness: 0.5, erase: step % 4 === 3 },
        points: [
          [x, y],
          [x + between(random, -60, 60), y + between(random, -60, 60)],
        ],
      }
      // One step in six takes all back, as undo does.
      painted = step % 6 === 5 ? raster(box) : applied(painted, stroke)
      const settings = { grow: step < 10 ? 4 : -3, feather: step % 5 === 4 ? 0 : 6 }
      const level = step < 7 ? 2 : 4
      // A stroke that comes while the lines are worked out leaves them there.
      const left = spread.lines(painted, settings, level)
      for (let i = 0; i < step % 5; i++) left.next()
      expect(JSON.stringify(linesOf(painted, settings, level, spread))).toBe(
        JSON.stringify(linesOf(painted, settings, level)),
      )
    }
  })
})
