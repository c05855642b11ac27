/** Promise 1: an output is never one of the pictures being read, whatever name leads to it. */
import { realpath, stat } from 'node:fs/promises'

export class InputGuard {
  readonly #keys = new Set<string>()

  async add(path: string): Promise<void> {
    for (const key of await identities(path)) this.#keys.add(key)
  }

  /** True for the same path, a symbolic link to it, and another hard link of the same file. */
  async holds(path: string): Promise<boolean> {
    return (await identities(path)).some((key) => this.#keys.has(key))
  }
}

/** Real path and device + inode; nothing for a path where there is no file. */
export async function identities(path: string): Promise<string[]> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    const keys = [`path ${await realpath(path)}`]
    // Inode 0 is what file systems without inodes answer: it would make all files the same.
    if (ino !== 0n) keys.push(`node ${dev}:${ino}`)
    return keys
  } catch {
    return []
  }
}
