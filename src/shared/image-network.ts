/**
 * A picture in, a picture out, `scale` times as wide and high: upscalers (Real-ESRGAN, SwinIR, waifu2x, …) and, at scale 1,
 * restorers (NAFNet, SCUNet, …). `models import` writes such a manifest by looking at the graph and trying it.
 */
import { z } from 'zod'
import { about, DataFiles, Elements, FreeDimensions, ModelFile, Range, Side } from './model-parts.js'

/** Scales that a graph may have. Others are made of these and one resampling. */
export const GRAPH_SCALES = [1, 2, 3, 4, 8] as const
export type GraphScale = (typeof GRAPH_SCALES)[number]
export const graphRole = (scale: GraphScale) => `x${scale}` as const
export type GraphRole = ReturnType<typeof graphRole>

const Golden = z.array(z.number()).min(4)
const Crop = z.tuple([z.number().int().min(0).max(1024), z.number().int().min(0).max(1024)])

export const ImageNetworkManifest = z
  .strictObject({
    ...about,
    task: z.enum(['upscale', 'denoise']),
    kind: z.literal('image-to-image'),
    /**
     * One graph for each scale that there is; all are described by the rest. `noise` estimates the noise level of a picture
     * (3 channels in, a map of one out, numbers of 0..1), where there is a `sigma` input. `data` are weights that a graph
     * keeps in files beside it (ONNX external data).
     */
    files: z.strictObject({
      x1: ModelFile.optional(),
      x2: ModelFile.optional(),
      x3: ModelFile.optional(),
      x4: ModelFile.optional(),
      x8: ModelFile.optional(),
      noise: ModelFile.optional(),
      data: DataFiles.optional(),
    }),
    /** Names of the graph's inputs. `sigma`: a map [1, 1, height, width] of the noise level, 0 where the picture is clean. */
    inputs: z.strictObject({ image: z.string(), sigma: z.string().optional() }),
    output: z.string(),
    layout: z.enum(['nchw', 'nhwc']).default('nchw'),
    /** `y`: one channel, the luma (BT.601, full range); the colours are enlarged by resampling. */
    channels: z.enum(['rgb', 'bgr', 'y']).default('rgb'),
    elements: z.strictObject({ image: Elements.default('float32'), output: Elements.default('float32') }).prefault({}),
    /** The numbers of black and white, going in and coming out. */
    range: z.strictObject({ image: Range, output: Range }),
    /** A size that the network was exported for, or sides that are multiples of a number, within limits. Pixels going in. */
    size: z.union(
      [
        z.strictObject({ width: Side, height: Side }),
        z.strictObject({
          multipleOf: z.number().int().min(1).max(512),
          least: Side.default(16),
          most: Side.default(8192),
        }),
      ],
      { error: 'it must be { width, height }, or { multipleOf, least, most }, in pixels' },
    ),
    /** Pixels of context, going in, that a tile needs on each side so that it agrees with the whole picture (measured). */
    margin: z.number().int().nonnegative().max(512),
    /**
     * What a graph leaves out of its result, as networks without padding do (exports of waifu2x): pixels going out that are missing
     * at the left and at the top, and at the right and at the bottom. A graph that is not named gives back all.
     */
    crop: z
      .strictObject({
        x1: Crop.optional(),
        x2: Crop.optional(),
        x3: Crop.optional(),
        x4: Crop.optional(),
        x8: Crop.optional(),
      })
      .prefault({}),
    /** The same for the estimator of `files.noise`; `margin` where it is not said. */
    noiseMargin: z.number().int().nonnegative().max(512).optional(),
    dimensions: FreeDimensions,
    precision: z.enum(['fp32', 'fp16', 'int8']),
    /** Bytes of working memory for each pixel going in that the network sees at a time, for planning. */
    bytesPerPixel: z.number().positive().default(4000),
    /**
     * A seeded tile of `size` pixels (a network of a fixed size: its own, the larger side); `expect` are numbers of the CPU's
     * result in 0..1 at evenly spaced places, for each graph. Without them the CPU is believed.
     */
    golden: z
      .strictObject({
        size: Side.default(64),
        seed: z.number().int().default(1),
        sigma: z.number().default(0),
        expect: z
          .strictObject({
            x1: Golden.optional(),
            x2: Golden.optional(),
            x3: Golden.optional(),
            x4: Golden.optional(),
            x8: Golden.optional(),
          })
          .prefault({}),
      })
      .prefault({}),
  })
  .superRefine((manifest, context) => {
    const wrong = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (graphScales(manifest).length === 0) wrong(['files'], 'it must name a graph: x1, x2, x3, x4 or x8')
    if (manifest.files.noise !== undefined && manifest.inputs.sigma === undefined)
      wrong(['files', 'noise'], 'there is no sigma input that its estimate could go to')
    if (manifest.task === 'upscale' && graphScales(manifest).every((scale) => scale === 1))
      wrong(['task'], 'a network of scale 1 does not upscale')
    const { size } = manifest
    if ('width' in size && 2 * rimOf(manifest) >= Math.min(size.width, size.height))
      wrong(['crop'], 'it leaves nothing of a window of that size')
    for (const role of ['image', 'output'] as const)
      if (manifest.elements[role] === 'uint8' && !(manifest.range[role][0] === 0 && manifest.range[role][1] === 255))
        wrong(['range', role], 'a picture in uint8 goes from 0 to 255')
  })
export type ImageNetworkManifest = z.infer<typeof ImageNetworkManifest>

/** The scales that there is a graph for, least first. */
export const graphScales = ({ files }: Pick<ImageNetworkManifest, 'files'>): GraphScale[] =>
  GRAPH_SCALES.filter((scale) => files[graphRole(scale)] !== undefined)

/** Pixels going in, on every side of a window, of which no graph may be believed: those that the largest crop touches. */
export const rimOf = ({ crop }: Pick<ImageNetworkManifest, 'crop'>): number =>
  Math.max(0, ...GRAPH_SCALES.map((scale) => Math.ceil(Math.max(...(crop[graphRole(scale)] ?? [0])) / scale)))

/** The same graphs, described otherwise, give another picture. */
export function imageNetworkIdentity(manifest: ImageNetworkManifest): string {
  const { files, inputs, output, layout, channels, elements, range, size, margin, noiseMargin, crop } = manifest
  const hashes = Object.entries<DataFiles | undefined>(files).flatMap(([role, file]) =>
    [file ?? []].flat().map(({ sha256 }) => `${role} ${sha256}`),
  )
  return [
    ...hashes.sort(),
    JSON.stringify([inputs, output, layout, channels, elements, range, size, margin, noiseMargin]),
    ...(Object.keys(crop).length === 0 ? [] : [JSON.stringify(crop)]),
  ].join(' ')
}
