/** What the writers of the containers (JPEG, PNG, WebP) share. */
import type { FileHandle } from 'node:fs/promises'

/** Metadata in the form that goes into the file, already true of the output. */
export interface Dressing {
  /** TIFF structure, without a prefix. */
  exif: Buffer | null
  xmp: string | null
  /** Photoshop resources with IPTC. */
  photoshop: Buffer | null
  /** Dots per inch. */
  density: number | null
  /** JPEG comments. */
  comments: Buffer[]
  /** PNG chunks that go over as they are: text, and colour statements where there is no profile. */
  chunks: { type: string; data: Buffer }[]
}

const CHUNK = 1024 * 1024

/** Appends `from` from byte `at` to its end to `target`. */
export async function copyRest(from: FileHandle, at: number, target: FileHandle): Promise<void> {
  const buffer = Buffer.alloc(CHUNK)
  for (let position = at; ;) {
    const { bytesRead } = await from.read(buffer, 0, CHUNK, position)
    if (bytesRead === 0) return
    await target.writeFile(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}
