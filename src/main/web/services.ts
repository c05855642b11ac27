/** The browser host's side of what the studio's handlers ask of their host: no dialogs, but roots and uploads. */
import { basename } from 'node:path'
import { realpath } from 'node:fs/promises'
import { LacunaError } from '../../shared/errors.js'
import type { HostServices, UploadStore } from '../studio/host.js'
import type { Roots } from './roots.js'

export interface BrowserParts {
  readonly version: string
  readonly roots: Roots
  readonly uploads: UploadStore
  /** Files named when the host was started: they may be read wherever they are. */
  readonly files: readonly string[]
}

export async function browserServices({ version, roots, uploads, files }: BrowserParts): Promise<HostServices> {
  const hasRoots = roots.folders.length > 0
  // A file that is not there is reported when it is opened.
  const named = new Set(await Promise.all(files.map((file) => realpath(file).catch(() => file))))
  return {
    capabilities: {
      host: 'browser',
      version,
      platform: process.platform,
      open: hasRoots ? 'roots' : 'upload',
      save: hasRoots ? 'roots' : 'download',
      reveal: false,
    },
    uploads,
    ...(hasRoots ? { roots: roots.folders } : {}),
    listFiles: (path) => roots.list(path),
    async checkPath(path, access) {
      if (access === 'write') return roots.target(path)
      const real = await realpath(path).catch(() => path)
      return named.has(real) ? real : roots.inside(path)
    },
    showOpenDialog: () => noDialogs('dialog'),
    showModelDialog: () => noDialogs('dialog'),
    showFolderDialog: () => noDialogs('dialog'),
    showSaveDialog: ({ name }) => noDialogs(name),
    reveal: (path) => noDialogs(basename(path)),
  }
}

/** The machine that runs this host may have no screen, and the person may be at another one. */
const noDialogs = (name: string): Promise<never> => Promise.reject(new LacunaError('request.forbidden', { name }))
