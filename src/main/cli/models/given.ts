/** What the options of `models import` may be. */
import { z } from 'zod'
import { LacunaError } from '../../../shared/errors.js'
import { ImportGiven } from '../../../shared/model-import.js'
import type { Words } from '../../../shared/words.js'
import { type ImportFlag, importFlags } from './flags.js'

/** `0..255`, `-1..1`. */
const Span = z
  .string()
  .regex(/^-?\d+(\.\d+)?\.\.-?\d+(\.\d+)?$/)
  .transform((text) => text.split('..').map(Number))
  .pipe(z.tuple([z.number(), z.number()]))
  .refine(([low, high]) => low < high)

/** `0,1`: known, and to be filled. */
const MaskNumbers = z
  .string()
  .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/)
  .transform((text) => text.split(',').map(Number))
  .pipe(z.tuple([z.number(), z.number()]))
  .refine(([known, hole]) => known !== hole)
  .transform(([known, hole]) => ({ known, hole }))

const RoleOrder = z
  .enum(['image-first', 'mask-first'])
  .transform((order) => (order === 'image-first' ? ['image', 'mask'] : ['mask', 'image']))

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most))

const { shape } = ImportGiven
const flags = {
  id: shape.id,
  name: shape.name,
  licence: shape.licence,
  source: shape.source,
  summary: shape.summary,
  scale: whole(1, 8),
  channels: shape.channels,
  range: Span,
  rangeOut: Span,
  mask: MaskNumbers,
  order: RoleOrder,
  multipleOf: whole(1, 512),
  least: whole(16, 8192),
  most: whole(16, 8192),
  margin: whole(0, 512),
} satisfies Record<ImportFlag, z.ZodType>

/** Throws LacunaError `usage`. A range that is given for what goes in holds for what comes out, unless that is given too. */
export function givenOf(typed: Record<string, unknown>, { t }: Words): ImportGiven {
  const checked: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(flags)) {
    const got = typed[key]
    if (got === undefined) continue
    const result = schema.safeParse(got)
    if (!result.success) {
      const option = /--[a-z-]+/.exec(importFlags[key as ImportFlag])?.[0] ?? key
      const params = { option, expected: t(`cli.models.expected.${key}`), got: JSON.stringify(got) }
      throw new LacunaError('usage', { reason: t('cli.usage.value', params) }, result.error)
    }
    checked[key] = result.data
  }
  const { range, rangeOut, ...rest } = checked
  const output = rangeOut ?? range
  return ImportGiven.parse({
    ...rest,
    ...(range === undefined && output === undefined ? {} : { range: { image: range, output } }),
  })
}
