/** Which extension goes with which format, and which format a file really is. */
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import type { InputFormat, OutputFormat } from '../../../shared/picture.js'

/** Lower-case extensions without the dot; the first is the one we give. */
const extensions: Readonly<Record<InputFormat, readonly [string, ...string[]]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png'],
  tiff: ['tif', 'tiff'],
  webp: ['webp'],
  avif: ['avif'],
  gif: ['gif'],
}

/** Files that a photographer would miss if a folder's list left them out silently. */
const unreadable = new Set(
  'heic heif hif cr2 cr3 crw nef nrw arw sr2 srf dng orf rw2 raf pef srw x3f 3fr fff iiq rwl mrw erf kdc dcr jxl psd'.split(
    ' ',
  ),
)

export const extensionOf = (format: OutputFormat): string => extensions[format][0]

/** The extension of a file name, without its dot and in lower case. */
export const extensionIn = (name: string): string => extname(name).slice(1).toLowerCase()

export function formatByExtension(name: string): InputFormat | null {
  const extension = extensionIn(name)
  for (const [format, list] of Object.entries(extensions) as [InputFormat, readonly string[]][]) {
    if (list.includes(extension)) return format
  }
  return null
}

export const isUnreadableFormat = (name: string): boolean => unreadable.has(extensionIn(name))

/** The format that a picture is written in when its own is kept: GIF holds 256 colours, so PNG takes its place. */
export const keptFormat = (format: InputFormat): OutputFormat => (format === 'gif' ? 'png' : format)

/** The format by a file's first bytes; null when they are no picture's or cannot be read. Never throws. */
export async function sniffFormat(path: string): Promise<InputFormat | null> {
  try {
    const file = await open(path, 'r')
    try {
      const head = Buffer.alloc(64)
      const { bytesRead } = await file.read(head, 0, head.length, 0)
      return formatByBytes(head.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

export function formatByBytes(head: Uint8Array): InputFormat | null {
  const text = Buffer.from(head).toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'tiff'
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'webp'
  // AVIF may name itself as the major brand or among the compatible ones; HEIC shares the container.
  if (/^[^]{4}ftyp/.test(text) && /avi[fs]/.test(text.slice(8))) return 'avif'
  if (/^GIF8[79]a/.test(text)) return 'gif'
  return null
}
