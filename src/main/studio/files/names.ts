/** Names of output files: a template filled in, made safe for every system, and compared as the strictest one does. */
import { Buffer } from 'node:buffer'
import { parse } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import { fillPlaceholders, type NameValues, usualTemplates } from '../../../shared/name-template.js'

/** The longest name that common file systems hold, in bytes of UTF-8 (ext4, APFS and NTFS count differently, none less). */
export const NAME_LIMIT = 255

export const defaultTemplate = usualTemplates.denoise

export type { NameValues }

/**
 * The output's name without its extension. `{name}`, `{ext}` and `{model}` are filled in.
 * Throws `output.nameTemplate` for another placeholder, a folder separator, or a template that leaves no name.
 */
export const fillTemplate = (template: string, values: NameValues): string =>
  safeStem(fillPlaceholders(template, values))

const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i

/**
 * The same name where Windows allows it; else with a `_` after a device name (`con` -> `con_`), without the dots and
 * spaces that it would drop at the end. What it forbids inside a name is replaced only there, since a name that was
 * legal for the input stays the person's.
 */
export function safeStem(stem: string, platform: NodeJS.Platform = process.platform): string {
  // eslint-disable-next-line no-control-regex -- Windows forbids exactly these
  const allowed = platform === 'win32' ? stem.replace(/[<>:"/\\|?*\u0000-\u001f]/g, '_') : stem
  return allowed.replace(/[. ]+$/, '').replace(reserved, '$1_')
}

/** The same key for names that some file system takes for one: NFC, without case. */
export const nameKey = (path: string): string => path.normalize('NFC').toLowerCase()

/** Throws `output.nameTooLong`. */
export function checkNameLength(name: string): void {
  if (Buffer.byteLength(name) > NAME_LIMIT) throw new LacunaError('output.nameTooLong', { name })
}

/** `.<name>.<job>.lacuna-tmp`; the name part is cut so that the whole fits. */
export function temporaryName(name: string, job: string): string {
  const tail = `.${job}.lacuna-tmp`
  return `.${cutBytes(name, NAME_LIMIT - 1 - tail.length)}${tail}`
}

export const isTemporaryName = (name: string): boolean => name.startsWith('.') && name.endsWith('.lacuna-tmp')

/** Cut between characters, never inside one. */
function cutBytes(text: string, limit: number): string {
  let bytes = 0
  let cut = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > limit) break
    cut += character
  }
  return cut
}

export function splitName(path: string): { name: string; ext: string } {
  const { name, ext } = parse(path)
  return { name, ext: ext.slice(1) }
}
