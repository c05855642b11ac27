import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CASES, holeOf } from '../bench/inpaint/cases.js'
import { CLASSES } from '../bench/inpaint/classes.js'
import { heightForWidth, lettering } from '../bench/inpaint/font.js'
import { area, emptyMask, polygon, stroke, type Mask } from '../bench/inpaint/shapes.js'

const rows = ({ width, height, data }: Mask) =>
  Array.from({ length: height }, (_, y) => data.subarray(y * width, (y + 1) * width).join(''))

describe('the sixty holes of the evaluation', () => {
  it('are twelve of each class, each in a picture of its own', () => {
    expect(CASES).toHaveLength(60)
    for (const kind of CLASSES) expect(CASES.filter((which) => which.kind === kind)).toHaveLength(12)
    expect(new Set(CASES.map(({ picture }) => picture)).size).toBe(60)
    expect(CASES.filter(({ picture }) => picture.startsWith('img_'))).toHaveLength(10)
  })

  it('stay the same, so that numbers of different days can be compared', () => {
    const hash = createHash('sha256')
    for (const which of CASES) hash.update(which.picture).update(holeOf(which, 481, 321).data)
    expect(hash.digest('hex').slice(0, 16)).toBe('76f3eeaa3ed1c35c')
  })

  it.each([
    ['strokes', 0.005, 0.05],
    ['text', 0.015, 0.12],
    ['blobs', 0.01, 0.1],
    ['objects', 0.02, 0.12],
    ['borders', 0.03, 0.35],
  ] as const)('cover a fair share of the picture: %s', (kind, least, most) => {
    for (const which of CASES.filter((one) => one.kind === kind)) {
      const share = area(holeOf(which, 481, 321)) / (481 * 321)
      expect(share).toBeGreaterThan(least)
      expect(share).toBeLessThan(most)
    }
  })

  it('grow with the picture', () => {
    for (const which of CASES) {
      const [small, large] = [holeOf(which, 481, 321), holeOf(which, 962, 642)]
      expect(area(large) / area(small) / 4).toBeCloseTo(1, 1)
    }
  })

  it('touch the edge in the class of borders and stay off it in that of objects', () => {
    const atEdge = ({ width, height, data }: Mask) =>
      data.some((value, i) => value && (i % width) % (width - 1) === 0) ||
      data.subarray(0, width).includes(1) ||
      data.subarray((height - 1) * width).includes(1)
    for (const which of CASES) {
      if (which.kind === 'borders') expect(atEdge(holeOf(which, 481, 321))).toBe(true)
      if (which.kind === 'objects') expect(atEdge(holeOf(which, 481, 321))).toBe(false)
    }
  })
})

describe('shapes', () => {
  it('hold the pixels whose middle they hold', () => {
    const mask = emptyMask(4, 3)
    polygon(mask, [
      [0.6, 0.4],
      [2.6, 0.4],
      [2.6, 2.4],
      [0.6, 2.4],
    ])
    expect(rows(mask)).toEqual(['0110', '0110', '0000'])
  })

  it('may lie partly outside the picture', () => {
    const mask = emptyMask(3, 3)
    stroke(
      mask,
      [
        [-5, 1.5],
        [9, 1.5],
      ],
      1,
    )
    expect(rows(mask)).toEqual(['000', '111', '000'])
  })

  it('draw a point as a disc', () => {
    const mask = emptyMask(5, 5)
    stroke(mask, [[2.5, 2.5]], 3)
    expect(rows(mask)).toEqual(['00000', '01110', '01110', '01110', '00000'])
  })
})

describe('lettering', () => {
  it('is as wide as was asked for and as high', () => {
    const points = lettering('SAMPLE', heightForWidth('SAMPLE', 100)).flat()
    expect(Math.max(...points.map(([x]) => x))).toBeCloseTo(100, 9)
    expect(Math.max(...points.map(([, y]) => y))).toBeCloseTo(heightForWidth('SAMPLE', 100), 9)
    expect(Math.min(...points.flat())).toBe(0)
  })

  it('refuses letters that the font lacks', () => {
    expect(() => lettering('ß', 10)).toThrow(RangeError)
  })
})
