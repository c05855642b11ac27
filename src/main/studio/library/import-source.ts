/** From where the page says a network is to the file that is imported, as far as the host allows. */
import { basename, dirname, join } from 'node:path'
import type { ModelSource } from '../../../shared/contract.js'
import type { HostServices } from '../host.js'
import type { ImportSource } from './imports.js'

/** Throws `request.forbidden`, `upload.notFound`; null when a dialog was cancelled. */
export async function importSource(source: ModelSource, host: HostServices): Promise<ImportSource | null> {
  switch (source.from) {
    case 'dialog': {
      const path = await host.showModelDialog()
      return path === null ? null : { path, name: basename(path) }
    }
    case 'path':
      return { path: await host.checkPath(source.path, 'read'), name: basename(source.path) }
    case 'upload': {
      const [first, ...others] = source.uploads
      const { path, name } = host.uploads.get(first ?? '')
      // Weights beside the graph: into its own folder, which goes with it.
      for (const other of others) await host.uploads.move(other, join(dirname(path), host.uploads.get(other).name))
      return { path, name, release: () => host.uploads.remove(first ?? '') }
    }
  }
}
