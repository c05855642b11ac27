/** What was typed for a command that edits pictures, as the request of a job. */
import { basename, resolve, sep } from 'node:path'
import { canonicalEdit, Edit, type UpscaleTarget } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import { DEFAULT_SENSITIVITY } from '../../../shared/fill.js'
import { JobRequest } from '../../../shared/job.js'
import { usualTemplates } from '../../../shared/name-template.js'
import { OutputSettings } from '../../../shared/picture.js'
import { pixelsOnPaper } from '../../../shared/upscale.js'
import type { Words } from '../../../shared/words.js'
import type { Values } from '../values.js'

/** Throws LacunaError `usage`: no output was named, no mask, a sensitivity for a mask that is given, two sizes, or one on paper without its dots an inch. */
export function requestOf(kind: Edit['kind'], inputs: readonly string[], values: Values, { t }: Words): JobRequest {
  const { format, quality, depth, strip } = values
  const { output, name, recursive = false, overwrite, watch, resume, provider, tile, memory } = values
  if (output === undefined)
    throw new LacunaError('usage', { reason: t('cli.usage.missingOption', { option: '-o, --output' }) })
  const { left, top, right, bottom, aspect } = values
  if (kind === 'extend' && [left, top, right, bottom, aspect].every((value) => value === undefined))
    throw new LacunaError('usage', { reason: t('cli.usage.nothingToExtend') })
  return JobRequest.parse({
    edit: Edit.parse({
      ...values,
      kind,
      variations: values.count,
      target: kind === 'upscale' ? targetOf(values, t) : undefined,
    }),
    count: values.count,
    mask: kind === 'inpaint' ? maskOf(values, t) : undefined,
    output: OutputSettings.parse({ format, quality, depth, strip }),
    inputs: inputs.map((input) => resolve(input)),
    target: absoluteOutput(output),
    template: name ?? usualTemplates[kind],
    recursive,
    overwrite,
    watch,
    resume,
    run: { provider, tile, memoryBudget: memory },
  })
}

/** Undefined: the default. */
function targetOf(values: Values, t: Words['t']): UpscaleTarget | undefined {
  const { scale, dpi } = values
  const pixels = (side: Values['width']): number | undefined => {
    if (typeof side !== 'object') return side
    if (dpi === undefined) throw new LacunaError('usage', { reason: t('cli.usage.lengthWithoutDpi') })
    return Math.max(1, pixelsOnPaper(side.length, side.unit, dpi))
  }
  const [width, height] = [pixels(values.width), pixels(values.height)]
  if (scale !== undefined && (width !== undefined || height !== undefined))
    throw new LacunaError('usage', { reason: t('cli.usage.scaleOrSize') })
  if (scale !== undefined) return { by: 'scale', scale }
  if (width !== undefined && height !== undefined) return { by: 'fit', width, height }
  if (width !== undefined) return { by: 'width', width }
  return height === undefined ? undefined : { by: 'height', height }
}

/** `beside`: each picture has its own, `<name>.mask.png`; `auto`: what is found to be scratches and dust. */
function maskOf({ mask, fitMask: fit = false, sensitivity }: Values, t: Words['t']): JobRequest['mask'] {
  if (mask === undefined) throw new LacunaError('usage', { reason: t('cli.usage.missingOption', { option: '--mask' }) })
  if (mask === 'auto') return { from: 'auto', sensitivity: sensitivity ?? DEFAULT_SENSITIVITY }
  if (sensitivity !== undefined) throw new LacunaError('usage', { reason: t('cli.usage.sensitivityWithoutAuto') })
  return mask === 'beside' ? { from: 'beside', fit } : { from: 'file', path: resolve(mask), fit }
}

/** A slash at the end stays: it says that a name with a picture's extension is a folder's. */
const absoluteOutput = (output: string): string =>
  /[/\\]$/.test(output) && !resolve(output).endsWith(sep) ? `${resolve(output)}${sep}` : resolve(output)

/** Of the folder or file that it begins with. */
export const nameOf = ({ inputs }: Pick<JobRequest, 'inputs'>): string => basename(inputs[0] ?? '')

/**
 * The same text for requests that ask for the same pictures, done the same way, in the same place: `--resume` takes up
 * such a job. How fast it runs (`run`) and whether results that are there count are no part of it.
 */
export function canonicalRequest({
  edit,
  mask,
  count,
  output,
  inputs,
  target,
  template,
  recursive,
  overwrite,
  watch,
}: JobRequest): string {
  const { format, quality = null, depth, strip } = output
  const settings = { format, quality, depth, strip }
  return JSON.stringify([
    canonicalEdit(edit),
    mask ?? null,
    count,
    settings,
    inputs,
    target,
    template,
    recursive,
    overwrite,
    watch,
  ])
}
