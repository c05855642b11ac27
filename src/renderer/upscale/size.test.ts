import { describe, expect, it } from 'vitest'
import { UpscaleTarget } from '../../shared/edit.js'
import {
  firstForm,
  dpiOf,
  formOf,
  fromPixels,
  outcomeOf,
  shownSides,
  targetOf,
  toPixels,
  withFit,
  withSide,
  withSize,
  withUnit,
  type SizeForm,
} from './size.js'

const picture = { width: 6000, height: 4000 }
const typed = (form: Partial<SizeForm>): SizeForm => ({ ...firstForm, way: 'size', ...form })

describe('a size on paper', () => {
  it('is pixels at a resolution, and back', () => {
    expect(toPixels(21, 'cm', 300)).toBe(2480)
    expect(toPixels(11, 'in', 300)).toBe(3300)
    expect(fromPixels(2480, 'cm', 300)).toBe(21)
    expect(fromPixels(3300, 'in', 300)).toBe(11)
  })

  it('is nothing without one', () => {
    expect(toPixels(21, 'cm', null)).toBeNull()
    expect(fromPixels(2480, 'in', 0)).toBeNull()
    expect(targetOf(typed({ unit: 'cm', width: 21, dpi: null }))).toBeNull()
  })
})

describe('the target of an edit', () => {
  it.each<[string, Partial<SizeForm>, UpscaleTarget]>([
    ['2×', { way: 'x2' }, { by: 'scale', scale: 2 }],
    ['4×', { way: 'x4' }, { by: 'scale', scale: 4 }],
    ['a share', { unit: '%', percent: 150 }, { by: 'scale', scale: 1.5 }],
    ['a width', { width: 9000 }, { by: 'width', width: 9000 }],
    ['a height', { by: 'height', width: 1, height: 8000 }, { by: 'height', height: 8000 }],
    ['a box', { by: 'fit', width: 9000, height: 9000 }, { by: 'fit', width: 9000, height: 9000 }],
    ['centimetres', { unit: 'cm', width: 84.1, dpi: 300 }, { by: 'width', width: 9933 }],
    ['inches', { unit: 'in', by: 'height', height: 20, dpi: 240 }, { by: 'height', height: 4800 }],
  ])('is said by %s', (_, form, target) => {
    expect(targetOf(typed(form))).toEqual(target)
    expect(UpscaleTarget.safeParse(target).success).toBe(true)
  })

  it('is not there while something is missing, or nothing', () => {
    for (const form of [{ width: null }, { width: 0 }, { by: 'fit', width: 100 }, { unit: '%', percent: 0 }] as const)
      expect(targetOf(typed(form))).toBeNull()
    expect(outcomeOf(typed({ width: null }), picture)).toEqual({ kind: 'empty' })
  })

  it('gives the same form again', () => {
    for (const target of [
      { by: 'scale', scale: 2 },
      { by: 'scale', scale: 1.25 },
      { by: 'width', width: 7000 },
      { by: 'height', height: 7000 },
      { by: 'fit', width: 8000, height: 9000 },
    ] satisfies UpscaleTarget[])
      expect(targetOf(formOf({ target }))).toEqual(target)
  })

  it('comes back in centimetres where it was made for paper', () => {
    const target = { by: 'width', width: 3543 } as const
    const form = formOf({ target, dpi: 300 })
    expect(form).toMatchObject({ way: 'size', unit: 'cm', width: 30, dpi: 300 })
    expect([targetOf(form), dpiOf(form)]).toEqual([target, 300])
  })
})

describe('what it comes to', () => {
  it('is the size of the result, both sides by one factor', () =>
    expect(outcomeOf(typed({ width: 9000 }), picture)).toEqual({ kind: 'size', size: { width: 9000, height: 6000 } }))

  it('is refused in words where it cannot be: smaller than the picture, or more than eight times as wide', () => {
    expect(outcomeOf(typed({ width: 5999 }), picture)).toMatchObject({ error: { code: 'upscale.smaller' } })
    expect(outcomeOf(typed({ unit: '%', percent: 99 }), picture)).toMatchObject({ error: { code: 'upscale.smaller' } })
    expect(outcomeOf(typed({ width: 1_000_000 }), picture)).toMatchObject({
      error: { code: 'upscale.tooLarge', params: { width: 1_000_000, fromWidth: 6000, scale: 8 } },
    })
  })
})

describe('the resolution that the result states', () => {
  it('is the one that a size on paper was typed with, and else the original’s', () => {
    expect(dpiOf(typed({ unit: 'cm', width: 30, dpi: 240 }))).toBe(240)
    expect(dpiOf(typed({ unit: 'in', width: 12, dpi: 72 }))).toBe(72)
    for (const form of [typed({ width: 9000 }), typed({ unit: '%' }), typed({ unit: 'cm', dpi: null }), firstForm])
      expect(dpiOf(form)).toBeUndefined()
    expect(dpiOf({ ...typed({ unit: 'cm', width: 30, dpi: 240 }), way: 'x2' })).toBeUndefined()
  })
})

describe('the fields', () => {
  it('show the side that follows', () => {
    expect(shownSides(typed({ width: 9000 }), picture)).toEqual({ width: 9000, height: 6000 })
    expect(shownSides(typed({ by: 'height', height: 8000 }), picture)).toEqual({ width: 12000, height: 8000 })
    expect(shownSides(typed({ unit: 'cm', width: 60, dpi: 300 }), picture)).toEqual({ width: 60, height: 40 })
  })

  it('show nothing beside it where there is no one picture, and the box as it was typed', () => {
    expect(shownSides(typed({ width: 9000 }), null)).toEqual({ width: 9000, height: null })
    expect(shownSides(typed({ by: 'fit', width: 9000, height: 9000 }), picture)).toEqual({ width: 9000, height: 9000 })
  })

  it('the side that is typed leads, but in a box', () => {
    expect(withSide(typed({ width: 9000 }), 'height', 8000)).toMatchObject({ by: 'height', height: 8000 })
    expect(withSide(typed({ by: 'fit', width: 9000 }), 'height', 8000)).toMatchObject({ by: 'fit', width: 9000 })
    expect(withFit(typed({ width: 9000 }), true, picture)).toMatchObject({ by: 'fit', width: 9000, height: 6000 })
  })

  it('begin with what 2× or 4× came to', () =>
    expect(withSize({ ...firstForm, way: 'x4' }, picture)).toMatchObject({
      way: 'size',
      width: 24000,
      height: 16000,
      percent: 400,
    }))

  it('keep the size in another unit', () => {
    const start = typed({ width: 9000, dpi: 300 })
    const cm = withUnit(start, 'cm', picture)
    expect(cm).toMatchObject({ unit: 'cm', width: 76.2 })
    expect(withUnit(cm, 'in', picture)).toMatchObject({ width: 30 })
    expect(withUnit(cm, '%', picture)).toMatchObject({ unit: '%', percent: 150 })
    expect(withUnit(withUnit(cm, '%', picture), 'px', picture)).toMatchObject({ unit: 'px', width: 9000 })
    // What was typed stays where no picture tells more.
    expect(withUnit(typed({ unit: '%', percent: 150 }), 'px', null)).toMatchObject({ unit: 'px', width: null })
  })
})
