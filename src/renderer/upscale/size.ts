/** The size that a picture is enlarged to, as it is typed, and what it comes to in pixels. */
import { MOST_DPI, type UpscaleEdit, type UpscaleTarget } from '../../shared/edit.js'
import { LacunaError, type ErrorWire } from '../../shared/errors.js'
import { inches, pixelsOnPaper, upscaledSize } from '../../shared/upscale.js'
import type { Size } from '../canvas/viewport.js'

export const units = ['px', '%', 'cm', 'in'] as const
export type Unit = (typeof units)[number]
type SideUnit = Exclude<Unit, '%'>

export interface SizeForm {
  readonly way: 'x2' | 'x4' | 'size'
  readonly unit: Unit
  /** Which side was typed last, and leads; or both are a box that the result fits into. */
  readonly by: 'width' | 'height' | 'fit'
  /** In `unit`; null while nothing stands there. */
  readonly width: number | null
  readonly height: number | null
  readonly percent: number | null
  /** Pixels for each inch, where the unit is a length on paper. */
  readonly dpi: number | null
}

export const firstForm: SizeForm = {
  way: 'x2',
  unit: 'px',
  by: 'width',
  width: null,
  height: null,
  percent: 200,
  dpi: 300,
}

/** Digits after the point that can be typed and are kept. */
export const digitsOf: Record<Unit, number> = { px: 0, '%': 1, cm: 2, in: 2 }
export { MOST_DPI }

/** Whole pixels; null for a length on paper without a resolution. */
export function toPixels(length: number, unit: SideUnit, dpi: number | null): number | null {
  if (unit === 'px') return Math.round(length)
  if (dpi === null || dpi <= 0) return null
  return pixelsOnPaper(length, unit, dpi)
}

/** Rounded as it is shown. */
export function fromPixels(pixels: number, unit: SideUnit, dpi: number | null): number | null {
  if (unit === 'px') return Math.round(pixels)
  if (dpi === null || dpi <= 0) return null
  return rounded(pixels / dpi / inches[unit], digitsOf[unit])
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

/** Null while something is missing. The size is not checked: that needs a picture (`outcomeOf`). */
export function targetOf(form: SizeForm): UpscaleTarget | null {
  if (form.way !== 'size') return { by: 'scale', scale: form.way === 'x2' ? 2 : 4 }
  if (form.unit === '%') return positive(form.percent) ? { by: 'scale', scale: form.percent / 100 } : null
  const { unit, by, dpi } = form
  const pixels = (length: number | null): number | null => {
    const whole = length === null ? null : toPixels(length, unit, dpi)
    return positive(whole) ? whole : null
  }
  const width = by === 'height' ? null : pixels(form.width)
  const height = by === 'width' ? null : pixels(form.height)
  if (by === 'width') return width === null ? null : { by, width }
  if (by === 'height') return height === null ? null : { by, height }
  return width === null || height === null ? null : { by, width, height }
}

/** What the result says of its size on paper: the resolution that it was typed with, else (undefined) what the original says. */
export const dpiOf = ({ way, unit, dpi }: SizeForm): UpscaleEdit['dpi'] =>
  way === 'size' && (unit === 'cm' || unit === 'in') && dpi !== null && dpi >= 1 ? Math.min(dpi, MOST_DPI) : undefined

const positive = (value: number | null): value is number => value !== null && value > 0

/** A form that says what an edit says; how it was typed is not known any more. */
export function formOf({ target, dpi }: Pick<UpscaleEdit, 'target' | 'dpi'>, before: SizeForm = firstForm): SizeForm {
  const form = inPixels(target, before)
  if (dpi === undefined || target.by === 'scale') return form
  const length = (pixels: number | null): number | null => (pixels === null ? null : fromPixels(pixels, 'cm', dpi))
  return { ...form, unit: 'cm', dpi, width: length(form.width), height: length(form.height) }
}

function inPixels(target: UpscaleTarget, before: SizeForm): SizeForm {
  switch (target.by) {
    case 'scale':
      if (target.scale === 2) return { ...before, way: 'x2' }
      if (target.scale === 4) return { ...before, way: 'x4' }
      return { ...before, way: 'size', unit: '%', percent: rounded(target.scale * 100, digitsOf['%']) }
    case 'width':
      return { ...before, way: 'size', unit: 'px', by: 'width', width: target.width, height: null }
    case 'height':
      return { ...before, way: 'size', unit: 'px', by: 'height', width: null, height: target.height }
    case 'fit':
      return { ...before, way: 'size', unit: 'px', by: 'fit', width: target.width, height: target.height }
  }
}

export type Outcome =
  | { readonly kind: 'size'; readonly size: Size }
  | { readonly kind: 'wrong'; readonly error: ErrorWire }
  /** Something is still to be typed. */
  | { readonly kind: 'empty' }

/** What a form makes of a picture. */
export function outcomeOf(form: SizeForm, picture: Size): Outcome {
  const target = targetOf(form)
  return target === null ? { kind: 'empty' } : outcomeOfTarget(target, picture)
}

function outcomeOfTarget(target: UpscaleTarget, picture: Size): Outcome {
  try {
    return { kind: 'size', size: upscaledSize(target, picture) }
  } catch (thrown) {
    const { code, params } = LacunaError.from(thrown)
    return { kind: 'wrong', error: { code, params } }
  }
}

/** The two sides as they are shown: of the one that was not typed what it comes to, where a picture tells. */
export function shownSides(form: SizeForm, picture: Size | null): Pick<SizeForm, 'width' | 'height'> {
  const { unit, by, width, height } = form
  if (by === 'fit' || unit === '%' || picture === null) return { width, height }
  const typed = by === 'width' ? width : height
  if (typed === null) return { width: null, height: null }
  const ratio = by === 'width' ? picture.height / picture.width : picture.width / picture.height
  const other = rounded(typed * ratio, digitsOf[unit])
  return by === 'width' ? { width, height: other } : { width: other, height }
}

/** The form as it begins where a size is typed: with what it came to before. */
export function withSize(form: SizeForm, picture: Size | null): SizeForm {
  const before = picture === null || form.way === 'size' ? null : outcomeOf(form, picture)
  const next: SizeForm = { ...form, way: 'size' }
  if (before?.kind !== 'size' || picture === null) return next
  const { width, height } = before.size
  const length = form.unit === '%' ? null : form.unit
  return {
    ...next,
    by: 'width',
    percent: rounded((100 * width) / picture.width, digitsOf['%']),
    width: length === null ? width : fromPixels(width, length, form.dpi),
    height: length === null ? height : fromPixels(height, length, form.dpi),
  }
}

/** In another unit the size stays what it was, as far as the unit can say it. */
export function withUnit(form: SizeForm, unit: Unit, picture: Size | null): SizeForm {
  if (unit === form.unit) return form
  const { unit: before, dpi } = form
  const outcome = picture === null ? null : outcomeOf(form, picture)
  if (unit === '%') {
    const percent =
      outcome?.kind === 'size' && picture !== null
        ? rounded((100 * outcome.size.width) / picture.width, digitsOf['%'])
        : form.percent
    return { ...form, unit, percent }
  }
  if (before === '%') {
    if (outcome?.kind !== 'size') return { ...form, unit }
    const { width, height } = outcome.size
    return { ...form, unit, by: 'width', width: fromPixels(width, unit, dpi), height: fromPixels(height, unit, dpi) }
  }
  const converted = (length: number | null): number | null => {
    const pixels = length === null ? null : toPixels(length, before, dpi)
    return pixels === null ? length : fromPixels(pixels, unit, dpi)
  }
  return { ...form, unit, width: converted(form.width), height: converted(form.height) }
}

/** A side that is typed leads, unless both are a box. */
export function withSide(form: SizeForm, side: 'width' | 'height', value: number | null): SizeForm {
  return { ...form, [side]: value, by: form.by === 'fit' ? 'fit' : side }
}

/** Both sides become a box; or the width leads again. */
export function withFit(form: SizeForm, fit: boolean, picture: Size | null): SizeForm {
  return { ...form, ...shownSides(form, picture), by: fit ? 'fit' : 'width' }
}
