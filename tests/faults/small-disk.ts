/** A disk of its own for a test: small enough to be filled, and switched to read-only while it is written to. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

export interface SmallDisk extends Disposable {
  readonly folder: string
  /** For `sh`: fills it to the last byte. */
  readonly fill: string
  /** For `sh`: takes back what {@link fill} wrote. */
  readonly empty: string
  /** For `sh`; fails while a file on it is being written. */
  readonly lock: string
  readonly unlock: string
  /** Of another size from now on, e.g. "64m". */
  resize(size: string): void
}

/** Null where this user may not mount: root alone may, and some containers refuse even that. */
export function smallDisk(folder: string, size: string): SmallDisk | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  const filler = `'${join(folder, 'filler')}'`
  // A disk that is being written to is busy: until the engine closes its file, which it soon does, or the host, which waits.
  const remount = (mode: string) =>
    `for try in 1 2 3 4 5 6 7 8; do mount -o remount,${mode} '${folder}' 2>/dev/null && exit 0; sleep 0.05; done; exit 1`
  return {
    folder,
    fill: `cat /dev/zero > ${filler} 2>/dev/null || true`,
    empty: `rm -f ${filler}`,
    lock: remount('ro'),
    unlock: remount('rw'),
    resize: (to) => void execFileSync('mount', ['-o', `remount,size=${to}`, folder]),
    [Symbol.dispose]: () => void execFileSync('umount', ['-l', folder]),
  }
}

export const NO_MOUNT = 'no right to mount a small disk here'
