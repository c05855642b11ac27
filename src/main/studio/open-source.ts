/** From where the page says a picture is to the file that is opened, as far as the host allows. */
import { basename, dirname } from 'node:path'
import type { OpenSource } from '../../shared/contract.js'
import type { Origin } from './documents/document.js'
import type { HostServices } from './host.js'
import { findSample } from './samples.js'
import type { Studio } from './studio.js'

/** What was sent is the session's from now on. Throws `request.forbidden`, `upload.notFound`, `file.notFound`, `output.*`; none when a dialog was cancelled. */
export async function openSource(
  source: OpenSource,
  { studio, host }: { studio: Studio; host: HostServices },
): Promise<Origin[]> {
  switch (source.from) {
    case 'dialog':
      return (await host.showOpenDialog()).map(fromPath)
    case 'path':
      return [{ ...fromPath(await host.checkPath(source.path, 'read')), name: basename(source.path) }]
    case 'upload': {
      const { name } = host.uploads.get(source.upload)
      const origin = await studio.session.room(name)
      try {
        await host.uploads.move(source.upload, origin.path)
      } catch (error) {
        await origin.release?.()
        throw error
      }
      return [origin]
    }
    case 'sample': {
      const { path } = await findSample(studio.paths, source.sample)
      // Results of a sample belong to the person's folders, not into the program's.
      return [{ path, name: basename(path), folder: null, sample: source.sample }]
    }
  }
}

const fromPath = (path: string): Origin => ({ path, name: basename(path), folder: dirname(path) })
