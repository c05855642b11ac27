/** Names of results from a template: the part that hosts and the page share, so that an example is what will be written. */
import { LacunaError } from './errors.js'

export { usualTemplates } from './usual-templates.js'

export interface NameValues {
  /** Of the input, without its extension. */
  name: string
  /** Of the input, without the dot, as written. */
  ext: string
  model: string
}

/**
 * `{name}`, `{ext}` and `{model}` filled in. Throws `output.nameTemplate` for another placeholder, a folder separator,
 * or a template that leaves no name.
 */
export function fillPlaceholders(template: string, values: NameValues): string {
  const bad = (part: string): LacunaError => new LacunaError('output.nameTemplate', { template, part })
  const separator = /[/\\\0]/.exec(template)
  if (separator !== null) throw bad(separator[0])
  const filled = template.replace(/\{([^}]*)\}/g, (placeholder, key: string) => {
    const value = Object.hasOwn(values, key) ? values[key as keyof NameValues] : undefined
    if (value === undefined) throw bad(placeholder)
    return value
  })
  // What Windows drops at the end of a name leaves none of these.
  if (/^[. ]*$/.test(filled)) throw bad(template === '' ? '""' : template)
  return filled
}

/** Throws as {@link fillPlaceholders} does. */
export const checkTemplate = (template: string): string =>
  fillPlaceholders(template, { name: 'name', ext: 'ext', model: 'model' })
