import { describe, expect, it } from 'vitest'
import { levelFor, planDraw, tileArea, tilesIn, wantedTiles, type TileId } from './tilePlan.js'

const picture = { width: 6000, height: 4000 }
const everything = { x: 0, y: 0, ...picture }
const key = ({ level, column, row }: TileId) => `${level}/${column}/${row}`
const areaOf = (draws: { to: { width: number; height: number } }[]) =>
  draws.reduce((sum, { to }) => sum + to.width * to.height, 0)

describe('the level shown has a pixel for every pixel of the screen, and not many more', () => {
  it.each([
    [1, 0],
    [32, 0],
    [0.51, 0],
    [0.5, 1],
    [0.26, 1],
    [0.25, 2],
    [0.01, 4],
  ])('zoom %d takes level %i of 5', (zoom, level) => expect(levelFor(zoom, 5)).toBe(level))

  it('works while there is one level only', () => expect(levelFor(0.1, 1)).toBe(0))
})

describe('the tiles of a view', () => {
  it('cover the whole picture once', () => {
    for (let level = 0; level < 4; level++) {
      const tiles = tilesIn(everything, picture, level, 512, { x: 0, y: 0 })
      expect(new Set(tiles.map(key)).size).toBe(tiles.length)
      expect(areaOf(tiles.map((id) => ({ to: tileArea(id, picture, 512) })))).toBe(6000 * 4000)
    }
  })

  it('come from the pointer outwards', () => {
    const tiles = tilesIn(everything, picture, 0, 512, { x: 3000, y: 2000 })
    expect(tiles[0]).toEqual({ level: 0, column: 5, row: 3 })
    const distances = tiles.map(({ column, row }) => Math.hypot((column + 0.5) * 512 - 3000, (row + 0.5) * 512 - 2000))
    expect(distances).toEqual([...distances].sort((a, b) => a - b))
  })

  it('are none where nothing is seen', () => {
    expect(tilesIn({ x: 0, y: 0, width: 0, height: 10 }, picture, 0, 512, { x: 0, y: 0 })).toEqual([])
  })

  it('begin with the coarsest level, which stands in for the others', () => {
    const wanted = wantedTiles({ x: 0, y: 0, width: 600, height: 400 }, picture, { x: 300, y: 200, zoom: 1 }, 5, 512, {
      x: 0,
      y: 0,
    })
    expect(wanted[0]).toEqual({ level: 4, column: 0, row: 0 })
    expect(wanted.slice(1).every(({ level }) => level === 0)).toBe(true)
  })
})

describe('until a tile arrives something stands in for it', () => {
  const target: TileId = { level: 1, column: 1, row: 1 }
  const plan = (...have: string[]) => planDraw([target], picture, 5, 512, (id) => have.includes(key(id)))

  it('the tile itself when it is there', () => {
    expect(plan('1/1/1', '4/0/0').map(({ tile }) => key(tile))).toEqual(['1/1/1'])
  })

  it('its four children when all are there', () => {
    const draws = plan('0/2/2', '0/3/2', '0/2/3', '0/3/3', '4/0/0')
    expect(draws).toHaveLength(4)
    expect(areaOf(draws)).toBe(1024 * 1024)
  })

  it('else its part of the nearest coarser tile', () => {
    const [draw] = plan('0/2/2', '2/0/0', '4/0/0')
    expect(draw).toEqual({
      tile: { level: 2, column: 0, row: 0 },
      from: { x: 256, y: 256, width: 256, height: 256 },
      to: { x: 1024, y: 1024, width: 1024, height: 1024 },
    })
  })

  it('nothing when nothing is there', () => expect(plan()).toEqual([]))
})
