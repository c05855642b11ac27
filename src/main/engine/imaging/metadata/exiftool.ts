/**
 * ExifTool, for the one format whose EXIF is woven into the file itself: TIFF. It moves maker notes with their offsets.
 * One process a call, which ends by itself. Paths go through its standard input, never through arguments.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const TIMEOUT_MS = 120_000

let version: Promise<string | null> | null = null

/** ExifTool's version; null where it cannot run: on Linux and macOS it needs the system's perl. Asked once. */
export function exifToolVersion(): Promise<string | null> {
  version ??= run(['-ver']).then(
    (text) => text.trim(),
    // That is the answer: whoever wanted it says what is lost.
    () => null,
  )
  return version
}

export const canRunExifTool = async (): Promise<boolean> => (await exifToolVersion()) !== null

/**
 * Copies EXIF, maker notes and IPTC of `source` into the TIFF `target` in place and makes them true of the output.
 * Returns false when ExifTool isn't there or failed.
 */
export async function copyTags(
  source: string,
  target: string,
  size: { width: number; height: number },
  /** Dots per inch, where they are others than the source's. */
  density: number | null,
): Promise<boolean> {
  return attempt([
    '-overwrite_original',
    '-m',
    '-tagsFromFile',
    path(source),
    '-exif:all',
    '-makernotes',
    '-iptc:all',
    '--IFD1:all',
    '-IFD0:Orientation#=1',
    `-ExifIFD:ExifImageWidth=${size.width}`,
    `-ExifIFD:ExifImageHeight=${size.height}`,
    ...(density === null
      ? []
      : [`-IFD0:XResolution=${density}`, `-IFD0:YResolution=${density}`, '-IFD0:ResolutionUnit#=2']),
    path(target),
  ])
}

/** The EXIF of the TIFF `source` as a block of its own, by way of the new file `scratch`; null when ExifTool isn't there or failed. */
export async function extractExif(source: string, scratch: string): Promise<Buffer | null> {
  const done = await attempt([
    '-m',
    '-tagsFromFile',
    path(source),
    '-exif:all',
    '-makernotes',
    '--IFD1:all',
    path(scratch),
  ])
  return done ? readFile(scratch) : null
}

async function attempt(args: string[]): Promise<boolean> {
  if (!(await canRunExifTool())) return false
  return run(args).then(
    () => true,
    // Metadata trouble is never a failure of the picture: the caller notes what is lost.
    () => false,
  )
}

/** A line of the argument file that stands for any path, with line breaks in it too. */
const path = (name: string) =>
  `#[CSTR]${resolve(name).replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/"/g, '\\"').replace(/[$@]/g, '\\$&')}`

async function run(args: string[]): Promise<string> {
  // Few pictures need either: the engine's start does not wait for them.
  const [{ execa }, { exiftoolPath }] = await Promise.all([import('execa'), import('exiftool-vendored')])
  const { stdout } = await execa(await exiftoolPath(), ['-@', '-'], {
    input: ['-charset', 'filename=utf8', ...args, ''].join('\n'),
    timeout: TIMEOUT_MS,
    // The person's own ExifTool settings must not change what we write.
    env: { EXIFTOOL_HOME: '' },
  })
  return stdout
}
