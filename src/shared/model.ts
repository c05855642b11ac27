/** A model is data: a folder with a manifest (`model.json`) and the files it names. */
import { z } from 'zod'
import { imageNetworkIdentity, ImageNetworkManifest } from './image-network.js'
import { about, DataFiles, Elements, FreeDimensions, ModelFile, Order, Range, Side } from './model-parts.js'

/** D(sample, sigma map) -> denoised, with a noise estimator beside it. */
export const DenoiserManifest = z.object({
  ...about,
  kind: z.literal('denoiser'),
  files: z.object({ model: ModelFile, noise: ModelFile.optional() }),
  /** Names of the graph's inputs and outputs by role. */
  inputs: z.object({ sample: z.string(), sigma: z.string() }),
  output: z.string(),
  layout: z.literal('nchw'),
  channels: z.literal('rgb'),
  /** Value range of a picture going in and coming out. */
  range: z.tuple([z.number(), z.number()]),
  /** Height and width must be multiples of this; tile origins lie on this grid of the picture. */
  multipleOf: z.number().int().positive(),
  /** Pixels of context that a tile needs on each side so that it agrees with the whole picture within half an 8-bit level (measured). */
  margin: z.object({ model: z.number().int().nonnegative(), noise: z.number().int().nonnegative() }),
  scale: z.number().int().positive(),
  precision: z.enum(['fp32', 'fp16']),
  /** Bytes of working memory that a session needs for each pixel of a tile (measured), for planning. */
  bytesPerPixel: z.number().positive(),
  /** A seeded tile of `size` pixels; `expect` are values of the CPU result at evenly spaced places. */
  golden: z.object({
    size: z.number().int().positive(),
    seed: z.number().int(),
    sigma: z.number(),
    expect: z.array(z.number()).min(4),
  }),
})
export type DenoiserManifest = z.infer<typeof DenoiserManifest>

/** A denoiser that is computed from the photo's own patches: it has no weights. */
export const PatchesManifest = z.object({
  ...about,
  kind: z.literal('patches'),
  /** Raised whenever the same seed would fill the same hole otherwise than before. */
  revision: z.number().int().positive(),
})
export type PatchesManifest = z.infer<typeof PatchesManifest>

/**
 * Masked picture in, filled picture out, in one run: LaMa, MI-GAN and their like. docs/network-inpainting.md has an example
 * for each export that is known. Keys that are not known are refused, since one that is misspelt would silently change
 * what the network sees.
 */
export const InpainterManifest = z
  .strictObject({
    ...about,
    task: z.literal('inpaint'),
    kind: z.literal('inpainter'),
    /** `data` are weights that the graph keeps in files beside it (ONNX external data). */
    files: z.strictObject({ model: ModelFile, data: DataFiles.optional() }),
    /** Names of the graph's inputs: picture and mask for themselves, or one with the channels of both in this order. */
    inputs: z.union(
      [z.strictObject({ image: z.string(), mask: z.string() }), z.strictObject({ stacked: z.string(), order: Order })],
      {
        error:
          'it must be { image, mask }, or { stacked, order } with the order ["image", "mask"] or ["mask", "image"]',
      },
    ),
    output: z.string(),
    layout: z.enum(['nchw', 'nhwc']).default('nchw'),
    channels: z.enum(['rgb', 'bgr']).default('rgb'),
    /** Of the tensors; a stacked input has that of the image. */
    elements: z
      .strictObject({
        image: Elements.default('float32'),
        mask: Elements.default('float32'),
        output: Elements.default('float32'),
      })
      .prefault({}),
    /** The numbers of black and white, going in and coming out. */
    range: z.strictObject({ image: Range, output: Range }),
    /** The mask's numbers: which one stands for what is known, and which for what is to be filled. */
    mask: z
      .strictObject({ known: z.number(), hole: z.number() })
      .refine(({ known, hole }) => known !== hole, 'known and hole must be different numbers'),
    /** What the picture holds where it is to be filled, in the numbers of `range.image`; null: what it held before. */
    holeValue: z.number().nullable().default(null),
    /** A size that the network was exported for, or sides that are multiples of a number, within limits. In pixels. */
    size: z.union(
      [
        z.strictObject({ width: Side, height: Side }),
        z.strictObject({
          multipleOf: z.number().int().min(1).max(512),
          least: Side.default(64),
          /** Above it holes are filled smaller and enlarged: what the network was trained for, or what memory holds. */
          most: Side.default(1024),
        }),
      ],
      { error: 'it must be { width, height }, or { multipleOf, least, most }, in pixels' },
    ),
    /** True: what comes out is the picture itself outside the hole (checked), and only the hole is the network's. */
    blends: z.boolean(),
    dimensions: FreeDimensions,
    precision: z.enum(['fp32', 'fp16', 'int8']),
    /** Bytes of working memory for each pixel that the network sees at a time, for planning. */
    bytesPerPixel: z.number().positive().default(4000),
    /**
     * A seeded picture with a square hole, `size` pixels wide and high (a network of a fixed size: its own); `expect` are
     * numbers of the CPU's result in 0..1 at evenly spaced places. Without them the CPU is believed.
     */
    golden: z
      .strictObject({
        size: Side.default(256),
        seed: z.number().int().default(1),
        expect: z.array(z.number()).min(4).optional(),
      })
      .prefault({}),
  })
  .superRefine((manifest, context) => {
    const { inputs, elements, range, mask, holeValue, size } = manifest
    const wrong = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if ('stacked' in inputs && elements.mask !== elements.image)
      wrong(['elements', 'mask'], 'a stacked input has one kind of elements')
    const isByte = (value: number) => Number.isInteger(value) && value >= 0 && value <= 255
    for (const role of ['image', 'output'] as const)
      if (elements[role] === 'uint8' && !(range[role][0] === 0 && range[role][1] === 255))
        wrong(['range', role], 'a picture in uint8 goes from 0 to 255')
    if (elements.mask === 'uint8' && !(isByte(mask.known) && isByte(mask.hole)))
      wrong(['mask'], 'uint8 holds whole numbers from 0 to 255')
    if (elements.image === 'uint8' && holeValue !== null && !isByte(holeValue))
      wrong(['holeValue'], 'uint8 holds whole numbers from 0 to 255')
    if ('multipleOf' in size && Math.ceil(size.least / size.multipleOf) * size.multipleOf > size.most)
      wrong(['size'], 'no multiple lies between least and most')
  })
export type InpainterManifest = z.infer<typeof InpainterManifest>

/** `kind` says which adapter runs a model. */
export const ModelManifest = z.discriminatedUnion('kind', [
  DenoiserManifest,
  PatchesManifest,
  InpainterManifest,
  ImageNetworkManifest,
])
export type ModelManifest = z.infer<typeof ModelManifest>

/** What is wrong with a manifest, in one line: of Zod each place with what was expected there. */
export function manifestFault(thrown: unknown): string {
  if (!(thrown instanceof z.ZodError)) return thrown instanceof Error ? thrown.message : String(thrown)
  return thrown.issues
    .map(({ path, message }) => [...(path.length > 0 ? [path.join('.')] : []), message].join(': '))
    .join('; ')
}

/** Models that are networks: they have files, and run on a provider. */
export type NetworkManifest = Exclude<ModelManifest, PatchesManifest>
export const isNetwork = (manifest: ModelManifest): manifest is NetworkManifest => manifest.kind !== 'patches'

/** The files of a model, none where it has no network. */
export const modelFiles = (manifest: ModelManifest): ModelFile[] =>
  isNetwork(manifest) ? Object.values<DataFiles | undefined>(manifest.files).flatMap((files) => files ?? []) : []

/** What of a denoising edit has a meaning for a model. */
export const Cleaning = z.object({
  /** What it is told of noise: nothing, the level that a person gives, or else one that it estimates. */
  noise: z.enum(['none', 'given', 'estimated']),
  /** Whether detail can be drawn with it. */
  detail: z.boolean(),
})
export type Cleaning = z.infer<typeof Cleaning>

/** Null for a model that does not clean pictures. */
export function cleaningOf(manifest: ModelManifest): Cleaning | null {
  const known = (estimator: ModelFile | undefined) => (estimator === undefined ? 'given' : 'estimated')
  switch (manifest.kind) {
    case 'denoiser':
      return { noise: known(manifest.files.noise), detail: true }
    case 'image-to-image':
      if (manifest.files.x1 === undefined) return null
      return { noise: manifest.inputs.sigma === undefined ? 'none' : known(manifest.files.noise), detail: false }
    default:
      return null
  }
}

/** Of weights beside a graph, in the order that the manifest has them; empty where there are none. */
const hashOf = (data: DataFiles | undefined): string =>
  [data ?? []]
    .flat()
    .map(({ sha256 }) => sha256)
    .join('+')

/** What tells a model from every other, another version of itself included: part of a result's identity. */
export function modelIdentity(manifest: ModelManifest): string {
  switch (manifest.kind) {
    case 'denoiser':
      return manifest.files.model.sha256
    case 'patches':
      return `${manifest.id}@${manifest.revision}`
    case 'inpainter': {
      // The same graph, described otherwise, gives another picture.
      const { files, inputs, layout, channels, elements, range, mask, holeValue, size } = manifest
      const described = JSON.stringify([inputs, layout, channels, elements, range, mask, holeValue, size])
      return [files.model.sha256, hashOf(files.data), described].join(' ')
    }
    case 'image-to-image':
      return imageNetworkIdentity(manifest)
  }
}
