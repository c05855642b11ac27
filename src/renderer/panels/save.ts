import type { Capabilities, SaveTarget } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import type { OutputSettings } from '../../shared/picture.js'
import { api, mediaUrl } from '../client.js'

export interface Saved {
  readonly name: string
  readonly path: string | null
  readonly bytes: number
}

/** Writes the state shown. Null when a dialog was cancelled. Throws LacunaError. */
export async function saveDocument(
  document: string,
  output: OutputSettings,
  way: Capabilities['save'],
  path: string,
  overwrite: boolean,
): Promise<Saved | null> {
  const targets: Record<Capabilities['save'], SaveTarget> = {
    dialog: { to: 'dialog' },
    download: { to: 'download' },
    roots: { to: 'path', path, overwrite },
  }
  const result = await api().documents.export({ document, output, target: targets[way] })
  if (result === null) return null
  if (result.download !== null) download(mediaUrl(mediaPath.download(result.download)), result.name)
  return { name: result.name, path: result.path, bytes: result.bytes }
}

/** Hands a file over as the browser does. */
export function download(url: string, name: string): void {
  const link = window.document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

/** A name in a folder of the studio's machine, whose separator the folder itself shows. */
export const join = (folder: string | null, name: string): string => {
  if (folder === null) return name
  const separator = folder.includes('\\') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/** A typed path follows the format chosen after it. `extension` comes without or with its dot. */
export const withExtension = (path: string, extension: string | undefined): string =>
  extension === undefined ? path : path.replace(/\.(jpe?g|png|tiff?|webp|avif)$/i, `.${extension.replace(/^\./, '')}`)
