import type { Edit } from '../../../shared/edit.js'
import type { JobRequest } from '../../../shared/job.js'

/**
 * What a job does, for a person: `sigma auto, strength 1, format keep`. Names are those of the edit's own keys, as scripts
 * and the picture's metadata have them; what is off or not set is left out.
 */
export function settingsText(request: JobRequest): string {
  const { output, template, overwrite, recursive, watch, run, mask, count } = request
  const { format, quality, depth, strip } = output
  const values = {
    ...editValues(request.edit),
    ...(mask === undefined ? {} : maskValues(mask)),
    count: count > 1 ? count : null,
    ...{ format, quality, depth, strip, name: template, recursive, overwrite, watch },
    ...run,
  }
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([key, value]) => (value === true ? key : `${key} ${value}`))
    .join(', ')
}

type Value = string | number | boolean | null

/** Of an edit with variations, each file of the job has its own: how many are written is the request's `count`. */
function editValues(edit: Edit): Record<string, Value> {
  switch (edit.kind) {
    case 'upscale': {
      const { version: _version, kind: _kind, target, detail, seed, ...rest } = edit
      const { by: _by, ...size } = target
      return { ...rest, ...(detail > 0 ? { detail, seed } : {}), ...size }
    }
    case 'extend': {
      const { version: _version, kind: _kind, variations: _variations, variation: _variation, aspect, ...rest } = edit
      return { ...rest, aspect: aspect?.join(':') ?? null }
    }
    case 'inpaint': {
      const { version: _version, kind: _kind, variations: _variations, variation: _variation, ...rest } = edit
      return rest
    }
    case 'denoise': {
      const { version: _version, kind: _kind, ...rest } = edit
      return rest
    }
  }
}

function maskValues(mask: NonNullable<JobRequest['mask']>): Record<string, Value> {
  switch (mask.from) {
    case 'file':
      return { mask: mask.path, fit: mask.fit }
    case 'beside':
      return { mask: 'beside', fit: mask.fit }
    case 'auto':
      return { mask: 'auto', sensitivity: mask.sensitivity }
  }
}
