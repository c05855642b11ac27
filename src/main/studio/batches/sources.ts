/** From where the page says that pictures are to the files and folders that are put into a batch, as far as the host allows. */
import { basename } from 'node:path'
import type { BatchSource } from '../../../shared/contract.js'
import type { Documents } from '../documents/documents.js'
import type { HostServices } from '../host.js'

/** path: a file or folder of the person's; upload: sent by the page; copy: one that is ours and will go. */
export type Addition =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'upload'; readonly upload: string; readonly below: string }
  | { readonly kind: 'copy'; readonly path: string; readonly below: string }

/** None when a dialog was cancelled. Throws `request.forbidden`, `upload.notFound`, `document.notFound`, `file.*`. */
export async function additions(
  sources: readonly BatchSource[],
  { host, documents }: { host: HostServices; documents: Documents },
): Promise<Addition[]> {
  const all: Addition[] = []
  for (const source of sources) all.push(...(await additionsOf(source, host, documents)))
  return all
}

async function additionsOf(source: BatchSource, host: HostServices, documents: Documents): Promise<Addition[]> {
  switch (source.from) {
    case 'dialog': {
      const folder = source.kind === 'folder' ? await host.showFolderDialog('source') : null
      const paths = source.kind === 'files' ? await host.showOpenDialog() : folder === null ? [] : [folder]
      return paths.map((path) => ({ kind: 'path', path }))
    }
    case 'path':
      return [{ kind: 'path', path: await host.checkPath(source.path, 'read') }]
    case 'upload': {
      const { name } = host.uploads.get(source.upload)
      return [{ kind: 'upload', upload: source.upload, below: source.below === '' ? name : source.below }]
    }
    case 'document': {
      const { path, name, folder } = documents.get(source.document).origin
      // An upload goes with its document, and a sample's folder is the program's: the batch keeps a copy.
      return [folder === null ? { kind: 'copy', path, below: name } : { kind: 'path', path }]
    }
  }
}

/** What a batch is called that begins so. */
export function nameOf(addition: Addition): string {
  if (addition.kind === 'path') return basename(addition.path)
  return addition.below.split(/[/\\]/).find((part) => part !== '') ?? addition.below
}
