/**
 * What the engine can be asked for. One schema a task and one for its result; `EngineTask` is what crosses
 * the border, validated where it arrives. The studio imports this folder alone of the engine.
 */
import { z } from 'zod'
import { DenoiseEdit, Edit, FillEdit, UpscaleEdit } from '../../../shared/edit.js'
import { Note } from '../../../shared/errors.js'
import { FillArea, FillVariation, Sensitivity } from '../../../shared/fill.js'
import { AlphaOperation, Mask, WandOperation } from '../../../shared/mask/mask.js'
import { ImportGiven, ImportProposal } from '../../../shared/model-import.js'
import { Depth, JobReport, OutputFormat, OutputSettings, PictureInfo } from '../../../shared/picture.js'
import { ProviderChoice } from '../../../shared/settings.js'

/**
 * Pixels in a scratch file: libvips' own `.v` (64-byte header, then rows of interleaved samples, then its XML
 * with the ICC profile). Bands: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. Samples are the file's own encoded
 * numbers, little-endian, uchar or ushort by depth.
 */
export const RasterRef = z.object({
  path: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  bands: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  depth: Depth,
})
export type RasterRef = z.infer<typeof RasterRef>

export const ModelRef = z.object({ id: z.string(), folder: z.string() })
export type ModelRef = z.infer<typeof ModelRef>

/** How inference may run; the supervisor makes it humbler after a crash. */
export const RunOptions = z.object({
  provider: ProviderChoice.default('auto'),
  /** Core tile side in pixels (the margin comes on top); null = from the memory budget. */
  tile: z.number().int().min(16).max(8192).nullable().default(null),
  memoryBudget: z.number().int().positive(),
  /** A folder that remembers which provider passed the golden-tile check, per model, device and driver. */
  cacheDir: z.string(),
})
export type RunOptions = z.infer<typeof RunOptions>

/** Encoded pictures small enough to cross by message. */
const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

const Rect = z.object({
  left: z.number().int().nonnegative(),
  top: z.number().int().nonnegative(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
export type Rect = z.infer<typeof Rect>

const Hash = z.string().regex(/^[0-9a-f]{64}$/)

/** A state's pixels in the tile store. */
export const StoredPixels = RasterRef.omit({ path: true }).extend({
  /** Hash of the ICC profile; null where there is none. */
  profile: Hash.nullable(),
  /** Tiles of 512 pixels row by row, each by the hash of its samples. */
  tiles: z.array(Hash),
})
export type StoredPixels = z.infer<typeof StoredPixels>

/** What is repainted, or taken from, however it was said. */
export const MaskSource = z.discriminatedUnion('from', [
  /** A picture's file; with `fit` one of another size is stretched. */
  z.object({ from: z.literal('file'), path: z.string(), fit: z.boolean() }),
  /** What was painted; `images` are the files of image operations by their hash, as `MaskFile` pictures. */
  z.object({ from: z.literal('operations'), mask: Mask, images: z.record(z.string(), z.string()) }),
  /** Scratches and dust that the engine finds in the raster itself. */
  z.object({ from: z.literal('scratches'), sensitivity: Sensitivity }),
])
export type MaskSource = z.infer<typeof MaskSource>

export const TakeFrom = z.object({ mode: z.enum(['only', 'never']), mask: MaskSource })
export type TakeFrom = z.infer<typeof TakeFrom>

const task = <K extends string, I extends z.ZodRawShape, O extends z.ZodType>(kind: K, input: I, result: O) => ({
  input: z.object({ kind: z.literal(kind), ...input }),
  result,
})

export const tasks = {
  /** Reads the header only. */
  inspect: task('inspect', { path: z.string() }, PictureInfo),

  /** The whole picture, oriented, into `raster.v` of `dir`; nothing else is written. */
  decode: task(
    'decode',
    { path: z.string(), dir: z.string() },
    z.object({ info: PictureInfo, raster: RasterRef, notes: z.array(Note) }),
  ),

  /** A small sRGB picture of a file straight from its decoder (JPEG shrinks while decoding): WebP bytes. */
  thumbnail: task(
    'thumbnail',
    { path: z.string(), size: z.number().int().min(16).max(4096) },
    z.object({ data: Bytes, type: z.string() }),
  ),

  /**
   * Viewer levels 1, 2, … (each half of the one before, until both sides are <= 512) as 8-bit sRGB `.v` files in `dir`. With
   * `near`, the levels of a raster of the same shape that differs in `area` alone, only that is computed; the bytes are the same.
   */
  levels: task(
    'levels',
    { raster: RasterRef, dir: z.string(), near: z.object({ levels: z.array(RasterRef), area: Rect }).optional() },
    z.object({ levels: z.array(RasterRef) }),
  ),

  /** Puts a state into the tile store: its pixels, its profile, and a thumbnail made of `view`, its smallest level. */
  keepState: task(
    'keepState',
    {
      raster: RasterRef,
      view: RasterRef,
      store: z.string(),
      /** A stored state of the same shape, and all that may differ from it. */
      before: z.object({ pixels: StoredPixels, area: Rect }).nullable(),
    },
    z.object({
      pixels: StoredPixels,
      thumb: Hash,
      /** Files that the store did not have, and their bytes. */
      written: z.number().int(),
      bytes: z.number(),
    }),
  ),

  /** A state out of the tile store. `near`: a raster that it is made from where most of it is the same. Throws `history.damaged`. */
  restoreState: task(
    'restoreState',
    {
      pixels: StoredPixels,
      store: z.string(),
      near: z.object({ raster: RasterRef, pixels: StoredPixels }).nullable(),
      out: z.string(),
    },
    /** `changed`: where it may differ from `near`; null: nowhere. */
    z.object({ raster: RasterRef, changed: Rect.nullable() }),
  ),

  /**
   * One region of a raster, converted to 8-bit sRGB(A) and encoded for the viewer (`png` where exact numbers matter; `grey`: a
   * PNG of a one-band raster's own numbers), shrunk where a side is longer than `size`.
   */
  region: task(
    'region',
    {
      raster: RasterRef,
      rect: Rect,
      type: z.enum(['webp', 'png', 'jpeg', 'grey']),
      size: z.number().int().positive().optional(),
    },
    z.object({ data: Bytes, type: z.string() }),
  ),

  /** The file's own numbers at one pixel, for the colour readout. */
  pixel: task(
    'pixel',
    { raster: RasterRef, x: z.number().int().nonnegative(), y: z.number().int().nonnegative() },
    z.object({ values: z.array(z.number()) }),
  ),

  /** Median noise level of a raster in units of 255, estimated on at most about 1 MP of crops spread over it. */
  noise: task('noise', { raster: RasterRef, model: ModelRef, run: RunOptions }, z.object({ sigma: z.number() })),

  /** Applies an edit to a whole raster; the result is `out` (a `.v` of the same shape and depth, profile kept). */
  edit: task(
    'edit',
    {
      raster: RasterRef,
      edit: Edit,
      /** What an inpaint edit repaints. */
      mask: MaskSource.optional(),
      takeFrom: TakeFrom.optional(),
      model: ModelRef,
      /** What draws the detail of an enlarged picture. */
      prior: ModelRef.optional(),
      out: z.string(),
      dir: z.string(),
      run: RunOptions,
    },
    z.object({ raster: RasterRef, report: JobReport }),
  ),

  /**
   * All variations of a fill, none applied: each as a raster of `area` in `dir` (what `paste` puts back), told one by one by
   * `fill` messages, with previews as PNG files while it is drawn.
   */
  fill: task(
    'fill',
    {
      raster: RasterRef,
      edit: FillEdit,
      mask: MaskSource.optional(),
      takeFrom: TakeFrom.optional(),
      model: ModelRef,
      dir: z.string(),
      run: RunOptions,
    },
    z.object({
      area: FillArea,
      variations: z.array(FillVariation.extend({ raster: RasterRef })),
      report: JobReport,
    }),
  ),

  /** A raster with another put over it (or around it, where `area` goes beyond): `out` is a new `.v`. */
  paste: task(
    'paste',
    { raster: RasterRef, patch: RasterRef, area: FillArea, out: z.string() },
    z.object({ raster: RasterRef }),
  ),

  /** What a wand or alpha operation selects, as a one-band 8-bit raster of `area`, `out`; null when that is nothing. */
  select: task(
    'select',
    {
      raster: RasterRef,
      operation: z.discriminatedUnion('kind', [WandOperation, AlphaOperation]),
      out: z.string(),
    },
    z.object({
      area: z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() }),
      raster: RasterRef.nullable(),
    }),
  ),

  /** A mask rasterised at the picture's size into a one-band 8-bit `.v`, `out`. Throws `mask.*`. */
  mask: task(
    'mask',
    { raster: RasterRef, mask: MaskSource, out: z.string(), dir: z.string() },
    z.object({ raster: RasterRef }),
  ),

  /**
   * An edit on one region for the live preview: exactly the pixels that the full run gives there, encoded for the viewer.
   * `part`: the posterior mean or the sample, unmixed and unblended; the interface mixes them.
   */
  preview: task(
    'preview',
    {
      raster: RasterRef,
      edit: DenoiseEdit,
      part: z.enum(['mean', 'sample']),
      model: ModelRef,
      rect: Rect,
      run: RunOptions,
    },
    z.object({ data: Bytes, type: z.string(), sessionMs: z.number() }),
  ),

  /**
   * A part of what an upscale edit makes of a raster, for the live preview: `rect` is in pixels of the result, and what comes is
   * exactly what the full run has there, as a lossless picture for the viewer; drawn detail is that of the full run but for
   * what it owes to pixels farther away than its prior's margin. Throws `upscale.*`, `request.invalid` outside.
   */
  upscalePreview: task(
    'upscalePreview',
    {
      raster: RasterRef,
      edit: UpscaleEdit,
      model: ModelRef,
      prior: ModelRef.optional(),
      rect: Rect,
      run: RunOptions,
    },
    z.object({ data: Bytes, type: z.string(), sessionMs: z.number() }),
  ),

  /** What writing `info` with `output` would lose, which format it becomes, whether the format can hold it. Throws `output.formatLimit`. */
  planOutput: task(
    'planOutput',
    { info: PictureInfo, width: z.number().int(), height: z.number().int(), output: OutputSettings },
    z.object({
      format: OutputFormat,
      extension: z.string(),
      depth: Depth,
      notes: z.array(Note),
      estimatedBytes: z.number(),
    }),
  ),

  /**
   * Encodes a raster to the temporary file `temp` with the profile and metadata of `original`, syncs it, decodes it again to
   * check it. The caller renames. `recipe` goes into XMP.
   */
  encode: task(
    'encode',
    {
      raster: RasterRef,
      original: z.string(),
      info: PictureInfo,
      output: OutputSettings,
      temp: z.string(),
      recipe: z.string().nullable(),
      dir: z.string(),
    },
    z.object({ bytes: z.number(), sha256: z.string(), notes: z.array(Note) }),
  ),

  /**
   * A network from elsewhere, described by looking at it and trying it: its files and `model.json` are put into the empty
   * folder `dir`. `photo`: what the sample patch is cut from. Throws `import.*`.
   */
  import: task(
    'import',
    { source: z.string(), dir: z.string(), given: ImportGiven, photo: z.string().nullable(), run: RunOptions },
    z.object({
      proposal: ImportProposal,
      /** PNGs; `width` and `height` are those of `before`. Null where the folder was described already. */
      sample: z.object({ before: Bytes, after: Bytes, width: z.number(), height: z.number() }).nullable(),
    }),
  ),

  /** Providers, self-tests, speeds, versions, model integrity. */
  doctor: task(
    'doctor',
    { models: z.array(ModelRef), run: RunOptions },
    z.object({
      versions: z.record(z.string(), z.string()),
      providers: z.array(
        z.object({
          provider: z.string(),
          device: z.string(),
          model: z.string(),
          state: z.enum(['passed', 'failed', 'unavailable']),
          maxError: z.number().nullable(),
          megapixelsPerSecond: z.number().nullable(),
          reason: z.string().nullable(),
        }),
      ),
      models: z.array(
        z.object({ id: z.string(), state: z.enum(['intact', 'damaged', 'missing']), reason: z.string().nullable() }),
      ),
      memory: z.object({ total: z.number(), free: z.number(), budget: z.number(), engineRss: z.number() }),
    }),
  ),
} as const

export type TaskKind = keyof typeof tasks
export type TaskInput<K extends TaskKind> = z.infer<(typeof tasks)[K]['input']>
export type TaskResult<K extends TaskKind> = z.infer<(typeof tasks)[K]['result']>

export const EngineTask = z.discriminatedUnion('kind', [
  tasks.inspect.input,
  tasks.decode.input,
  tasks.thumbnail.input,
  tasks.levels.input,
  tasks.keepState.input,
  tasks.restoreState.input,
  tasks.region.input,
  tasks.pixel.input,
  tasks.noise.input,
  tasks.edit.input,
  tasks.fill.input,
  tasks.paste.input,
  tasks.select.input,
  tasks.mask.input,
  tasks.preview.input,
  tasks.upscalePreview.input,
  tasks.planOutput.input,
  tasks.encode.input,
  tasks.doctor.input,
  tasks.import.input,
])
export type EngineTask = z.infer<typeof EngineTask>

export const Phase = z.enum(['decode', 'estimate', 'denoise', 'sample', 'fill', 'upscale', 'encode', 'measure'])
export type Phase = z.infer<typeof Phase>

/** `done` of `total` in units of the phase's own work (pixels, rows); `fraction` is over the whole task, 0..1. */
export const Progress = z.object({
  phase: Phase,
  fraction: z.number().min(0).max(1),
  tile: z.number().int().optional(),
  tiles: z.number().int().optional(),
  /** Of a fill: what has become ready to show since the message before. */
  fill: z
    .union([
      z.object({ area: FillArea }),
      z.object({ preview: z.string() }),
      z.object({ variation: FillVariation, raster: RasterRef }),
    ])
    .optional(),
})
export type Progress = z.infer<typeof Progress>
