/** Networks from elsewhere: what is derived of one by looking at it and trying it, and what a person says instead. */
import { z } from 'zod'
import { MessageParams } from './errors.js'
import { ImageNetworkManifest } from './image-network.js'
import { DenoiserManifest, InpainterManifest } from './model.js'
import { about, Order, Range, Side } from './model-parts.js'

/** What a person knows better, or wants otherwise; whatever is left out is derived. */
export const ImportGiven = z.strictObject({
  id: about.id.optional(),
  name: z.string().min(1).optional(),
  licence: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  summary: z.string().optional(),
  /** Which of several networks of one package or folder: the one of this scale. Of one that crops: what its scale is. */
  scale: z.number().int().min(1).max(8).optional(),
  channels: z.enum(['rgb', 'bgr']).optional(),
  /** Of a network that fills holes: the mask's numbers, and which comes first where one input has the channels of both. */
  mask: z
    .strictObject({ known: z.number(), hole: z.number() })
    .refine(({ known, hole }) => known !== hole)
    .optional(),
  order: Order.optional(),
  range: z.strictObject({ image: Range.optional(), output: Range.optional() }).optional(),
  multipleOf: z.number().int().min(1).max(512).optional(),
  least: Side.optional(),
  most: Side.optional(),
  margin: z.number().int().min(0).max(512).optional(),
})
export type ImportGiven = z.infer<typeof ImportGiven>

/** `graph`: the file says so; `measured`: it was tried; `assumed`: it cannot be known from the file; `given`: by a person. */
export const How = z.enum(['graph', 'measured', 'assumed', 'given'])
export type How = z.infer<typeof How>

export const importFields = [
  'scale',
  'layout',
  'channels',
  'elements',
  'range',
  'mask',
  'size',
  'margin',
  'memory',
] as const
export const ImportField = z.enum(importFields)
export type ImportField = z.infer<typeof ImportField>

/** What a person should know of the network, none of which keeps it from being used: the key `import.remark.<code>`. */
export const importRemarkCodes = [
  /** The picture that comes out is unlike the one that went in: a value may be wrong. */
  'unlike',
  /** Tiles do not agree with the whole at any margin that could be tried: there may be seams. */
  'noMargin',
  /** It agrees with itself only on a grid that a network of one size cannot be given. */
  'grid',
  /** Nothing tells red from blue. */
  'order',
  /** Several ranges come out nearly alike. */
  'range',
  'converted',
] as const
export const ImportRemark = z.object({ code: z.enum(importRemarkCodes), params: MessageParams.default({}) })
export type ImportRemark = z.infer<typeof ImportRemark>

/** What would be imported. */
export const ImportProposal = z.object({
  manifest: z.discriminatedUnion('kind', [ImageNetworkManifest, InpainterManifest, DenoiserManifest]),
  how: z.partialRecord(ImportField, How),
  remarks: z.array(ImportRemark),
  /** Pixels going in each second, in millions, as tried on the CPU. */
  megapixelsPerSecond: z.number().nullable(),
})
export type ImportProposal = z.infer<typeof ImportProposal>
