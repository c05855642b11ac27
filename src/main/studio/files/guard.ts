/** Promise 1: an output is never one of the pictures being read, whatever name leads to it. */
import { realpath, stat } from 'node:fs/promises'

export class InputGuard {
  readonly #keys = new Set<string>()

  async add(path: string): Promise<void> {
    this.addKeys(await identities(path))
  }

  /** The same for a file whose {@link identities} are known already. */
  addKeys(keys: readonly string[]): void {
    for (const key of keys) this.#keys.add(key)
  }

  /** True for the same path, a symbolic link to it, and another hard link of the same file. */
  async holds(path: string): Promise<boolean> {
    return (await identities(path)).some((key) => this.#keys.has(key))
  }
}

/** Real path and device + inode; nothing for a path where there is no file. */
export async function identities(path: string): Promise<string[]> {
  try {
    return identitiesOf(await realpath(path), await stat(path, { bigint: true }))
  } catch {
    return []
  }
}

/** As {@link identities}, of what the file system said already. */
export function identitiesOf(real: string, { dev, ino }: { dev: bigint; ino: bigint }): string[] {
  // Inode 0 is what file systems without inodes answer: it would make all files the same.
  return ino === 0n ? [`path ${real}`] : [`path ${real}`, `node ${dev}:${ino}`]
}
