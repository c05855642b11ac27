/**
 * The folders that `--root` opened to the page. Every path is resolved to its real one before it is compared, so that
 * neither `..` nor a symbolic link leads out.
 */
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { FileEntry } from '../../shared/contract.js'
import { LacunaError } from '../../shared/errors.js'
import { formatByExtension, isUnreadableFormat } from '../studio/files/formats.js'
import { errno } from '../studio/files/fs.js'

export interface Listing {
  path: string | null
  parent: string | null
  entries: FileEntry[]
}

export class Roots {
  private constructor(readonly folders: readonly string[]) {}

  /** Throws `file.notFound` for a root that is not there, `usage` for one that is no folder. */
  static async open(folders: readonly string[]): Promise<Roots> {
    const real = await Promise.all(
      folders.map(async (folder) => {
        const path = await realpath(folder).catch((error: unknown) => {
          throw new LacunaError('file.notFound', { name: folder }, error)
        })
        if (!(await stat(path)).isDirectory())
          throw new LacunaError('usage', { reason: `--root ${folder} is not a folder` })
        return path
      }),
    )
    return new Roots([...new Set(real)])
  }

  /** The real path of a file or folder inside a root. Throws `request.forbidden` outside of them, `file.notFound`, `file.unreadable`. */
  async inside(path: string): Promise<string> {
    const name = basename(path)
    // Before the disk is asked, so that the page cannot find out what exists elsewhere.
    if (!this.#holds(resolve(path))) throw new LacunaError('request.forbidden', { name })
    const real = await realpath(path).catch((error: unknown) => {
      throw new LacunaError(errno(error) === 'EACCES' ? 'file.unreadable' : 'file.notFound', { name }, error)
    })
    if (!this.#holds(real)) throw new LacunaError('request.forbidden', { name })
    return real
  }

  /** Where a new file may be written: a name in a folder inside a root. Throws like {@link inside}, of the folder. */
  async target(path: string): Promise<string> {
    return join(await this.inside(dirname(path)), basename(path))
  }

  /** The roots themselves for null, else the folders and pictures of a folder; hidden ones and what leads out are left out. */
  async list(path: string | null): Promise<Listing> {
    if (path === null)
      return { path: null, parent: null, entries: await this.#entries(this.folders.map((root) => [root, root])) }
    const folder = await this.inside(path)
    const names = await readdir(folder).catch((error: unknown) => {
      const code = errno(error) === 'ENOTDIR' ? 'file.notFound' : 'file.unreadable'
      throw new LacunaError(code, { name: basename(folder) }, error)
    })
    const visible = names.filter((name) => !name.startsWith('.'))
    return {
      path: folder,
      parent: this.folders.includes(folder) ? null : dirname(folder),
      entries: await this.#entries(visible.map((name) => [name, join(folder, name)])),
    }
  }

  async #entries(named: [name: string, path: string][]): Promise<FileEntry[]> {
    const entries = await Promise.all(named.map(([name, path]) => this.#entry(name, path)))
    return entries
      .filter((entry) => entry !== null)
      .sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name, undefined, { numeric: true }))
  }

  async #entry(name: string, path: string): Promise<FileEntry | null> {
    try {
      const info = await stat(await this.inside(path))
      if (info.isDirectory()) return { name, path, kind: 'folder', bytes: null, modified: info.mtimeMs }
      if (!info.isFile() || (formatByExtension(name) === null && !isUnreadableFormat(name))) return null
      return { name, path, kind: 'picture', bytes: info.size, modified: info.mtimeMs }
    } catch {
      // Gone meanwhile, a broken link, unreadable, or leading out of the roots: not to be chosen.
      return null
    }
  }

  #holds(path: string): boolean {
    return this.folders.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))
  }
}
