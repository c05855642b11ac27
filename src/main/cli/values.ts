/** What the options of the command line may be. Loaded when a command runs, for it needs the schemas. */
import { z } from 'zod'
import { DenoiseEdit, Dpi, ExtendEdit, InpaintEdit, MAX_VARIATIONS, UpscaleEdit } from '../../shared/edit.js'
import { LacunaError } from '../../shared/errors.js'
import { Sensitivity } from '../../shared/fill.js'
import { OutputSettings } from '../../shared/picture.js'
import { ProviderChoice } from '../../shared/settings.js'
import { type Length, MAX_SCALE } from '../../shared/upscale.js'
import type { Words } from '../../shared/words.js'
import { longFlag, type OptionName } from './options.js'

const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)$/

/** Everything typed is text: what looks like a number is one, and the schema decides whether it may be. */
const typed = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && isNumber.test(value) ? Number(value) : value), schema)

const units: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }
const minimumMemory = 256 * 2 ** 20

/** `4GB`, `512MB`, `1.5g`: powers of 1024, as memory is counted. */
const Memory = z
  .string()
  .transform((text) => {
    const [, number, unit] = /^(\d+\.?\d*|\.\d+)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? []
    return Math.round(Number(number) * (units[unit?.toLowerCase() ?? ''] ?? NaN))
  })
  .pipe(z.number().int().min(minimumMemory))

/** `16:9`, `3/2`, `1.85:1`. */
const Aspect = z
  .string()
  .regex(/^\d+(\.\d+)?[:/x]\d+(\.\d+)?$/)
  .transform((text) => text.split(/[:/x]/).map(Number))
  .pipe(z.tuple([z.number().positive(), z.number().positive()]))

/** Whether a picture can become as large is said for each. */
const Side = z.number().int().min(1).max(1_000_000)

/** `30cm`, `297 mm`, `11.7in`: how many pixels it is, `--dpi` says. */
const OnPaper = z
  .string()
  .regex(/^(\d+\.?\d*|\.\d+)\s*(cm|mm|in)$/)
  .transform((text) => ({ length: Number.parseFloat(text), unit: text.slice(-2) as Length }))

const Text = z.string().min(1)
const Flag = z.boolean()

export const values = {
  output: Text,
  sigma: typed(DenoiseEdit.shape.sigma.unwrap()),
  strength: typed(DenoiseEdit.shape.strength.unwrap()),
  detail: typed(DenoiseEdit.shape.detail.unwrap()),
  blend: typed(DenoiseEdit.shape.blend.unwrap()),
  mask: Text,
  sensitivity: typed(Sensitivity),
  fitMask: Flag,
  grow: typed(InpaintEdit.shape.grow.unwrap()),
  feather: typed(InpaintEdit.shape.feather.unwrap()),
  count: typed(z.number().int().min(1).max(MAX_VARIATIONS)),
  left: typed(ExtendEdit.shape.left.unwrap()),
  top: typed(ExtendEdit.shape.top.unwrap()),
  right: typed(ExtendEdit.shape.right.unwrap()),
  bottom: typed(ExtendEdit.shape.bottom.unwrap()),
  aspect: Aspect,
  anchor: typed(ExtendEdit.shape.anchor.unwrap()),
  scale: typed(z.number().min(1).max(MAX_SCALE)),
  width: typed(z.union([Side, OnPaper])),
  height: typed(z.union([Side, OnPaper])),
  dpi: typed(Dpi),
  input: UpscaleEdit.shape.input.unwrap(),
  ensemble: Flag,
  mirror: Flag,
  rotate: Flag,
  model: Text,
  provider: ProviderChoice,
  seed: typed(DenoiseEdit.shape.seed.unwrap()),
  tile: typed(z.number().int().min(64).max(4096)),
  memory: Memory,
  format: OutputSettings.shape.format.unwrap(),
  quality: typed(OutputSettings.shape.quality.unwrap()),
  depth: typed(OutputSettings.shape.depth.unwrap()),
  name: z.string().regex(/^[^/\\\0]+$/),
  strip: Flag,
  recursive: Flag,
  overwrite: z.enum(['never', 'always']),
  resume: Flag,
  watch: Flag,
  report: Text,
  port: typed(z.number().int().min(0).max(65535)),
  host: Text,
  allowRemote: Flag,
  root: z.array(Text),
  open: Flag,
  paused: Flag,
  dataDir: Text,
  json: Flag,
  quiet: Flag,
} satisfies Record<OptionName, z.ZodType>

export type Values = { [K in OptionName]?: z.infer<(typeof values)[K]> }

/**
 * The options of a command, checked.
 * Throws LacunaError `usage`: which option, what was expected, what was got.
 */
export function checkValues(given: Record<string, unknown>, { t }: Words): Values {
  const checked: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(values)) {
    if (given[name] === undefined) continue
    const result = schema.safeParse(given[name])
    if (!result.success) {
      const params = {
        option: longFlag(name as OptionName),
        expected: t(`cli.expected.${name}`),
        got: JSON.stringify(given[name]),
      }
      throw new LacunaError('usage', { reason: t('cli.usage.value', params) }, result.error)
    }
    checked[name] = result.data
  }
  return checked
}
