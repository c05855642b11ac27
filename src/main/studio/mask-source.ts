/** From where the page says a mask is to what the engine reads, as far as the host allows. */
import type { MaskOrigin } from '../../shared/contract.js'
import type { MaskSource } from '../engine/protocol/tasks.js'
import type { HostServices } from './host.js'

interface Found extends AsyncDisposable {
  readonly mask: MaskSource
}

const nothingToRemove = (): Promise<void> => Promise.resolve()

/** Throws `request.forbidden`, `upload.notFound`; null when a dialog was cancelled. Dispose when it was read. */
export async function maskSource(
  origin: MaskOrigin,
  fit: boolean,
  { host }: { host: HostServices },
): Promise<Found | null> {
  const file = (path: string, dispose = nothingToRemove): Found => ({
    mask: { from: 'file', path, fit },
    [Symbol.asyncDispose]: dispose,
  })
  switch (origin.from) {
    case 'dialog': {
      const [path] = await host.showOpenDialog()
      return path === undefined ? null : file(path)
    }
    case 'path':
      return file(await host.checkPath(origin.path, 'read'))
    case 'upload':
      return file(host.uploads.get(origin.upload).path, () => host.uploads.remove(origin.upload))
    case 'scratches':
      return {
        mask: { from: 'scratches', sensitivity: origin.sensitivity },
        [Symbol.asyncDispose]: nothingToRemove,
      }
  }
}
