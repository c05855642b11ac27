import { describe, expect, it } from 'vitest'
import { MasksJson, type StateMasks } from '../../shared/fill.js'
import { emptyMask, type MaskOperation } from '../../shared/mask/index.js'
import { masksJson } from './keep.js'

const mask = (...operations: MaskOperation[]) => ({ ...emptyMask({ width: 40, height: 30 }), operations })
const dot: MaskOperation = { kind: 'stroke', points: [[3.25, 4, 0.5]], diameter: 8, hardness: 0.8, erase: false }
const box: MaskOperation = { kind: 'rectangle', x: 1, y: 2, width: 9, height: 9, erase: true }

describe('what is painted, as it is sent', () => {
  it('comes out as it went in, with each step more', () => {
    const all: (StateMasks | null)[] = [
      null,
      { mask: mask(), sources: null },
      { mask: mask(dot), sources: null },
      { mask: mask(dot, box, { kind: 'invert' }), sources: { mode: 'never', mask: mask(box) } },
    ]
    for (const masks of all) expect(MasksJson.parse(masksJson(masks))).toEqual(masks)
  })

  it('is refused when it is no mask', () => {
    for (const json of ['', '{', '{"mask":{}}', masksJson({ mask: mask(), sources: null }).replace('40', '-1')])
      expect(MasksJson.safeParse(json).success).toBe(false)
  })
})
