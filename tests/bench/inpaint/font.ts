/** A stroke font: capitals and digits on a grid of 4 by 6, y downwards; each glyph a few lines of points "xy". */
import type { Point } from './shapes.js'

const GLYPHS: Record<string, string> = {
  ' ': '',
  A: '062046 1434',
  B: '00063645443303 3342413000',
  C: '4130100105163645',
  D: '00062645412000',
  E: '40000646 0333',
  F: '400006 0333',
  G: '41301001051636454323',
  H: '0006 4046 0343',
  I: '1030 2026 1636',
  K: '0006 400346',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '06003041423303',
  R: '06003041423303 2346',
  S: '413010010213334445361605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016223640',
  Y: '002340 2326',
  '0': '103041453616050110 4105',
  '1': '012026 1636',
  '2': '01103041420646',
  '4': '36300444',
  '6': '413010010516364544331304',
}

const ADVANCE = 5.6
const HEIGHT = 6

/** The lines of a text of capitals of the given height, its first letter's upper left corner at the origin; pixels. */
export function lettering(text: string, height: number): Point[][] {
  const unit = height / HEIGHT
  return [...text].flatMap((letter, i) => {
    const glyph = GLYPHS[letter]
    if (glyph === undefined) throw new RangeError(`the font has no "${letter}"`)
    return (glyph.match(/\d+/g) ?? []).map((line) =>
      (line.match(/\d\d/g) ?? []).map((xy): Point => [(Number(xy[0]) + i * ADVANCE) * unit, Number(xy[1]) * unit]),
    )
  })
}

/** Height of a line of text so that it is `width` wide. */
export const heightForWidth = (text: string, width: number): number =>
  (width * HEIGHT) / (text.length * ADVANCE - (ADVANCE - 4))
