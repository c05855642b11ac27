/** What a file is, by its first bytes and never by its name alone; every file that can't be read gets its one error here. */
import { mkdtemp, open, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join, resolve } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { InputFormat } from '../../../shared/picture.js'

/** Camera raw files that look like TIFF inside are told by their name. */
const RAW_EXTENSIONS = new Set(
  '3fr arw cr2 cr3 crw dcr dng erf fff iiq k25 kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f'.split(
    ' ',
  ),
)

/** Recognised so that the sentence can name them; none of them is opened. `at` is the offset of the bytes. */
const OTHER_FORMATS: { name: string; at?: number; bytes: string }[] = [
  { name: 'PDF', bytes: '%PDF' },
  { name: 'Photoshop', bytes: '8BPS' },
  { name: 'BMP', bytes: 'BM' },
  { name: 'JPEG XL', bytes: '\xff\x0a' },
  { name: 'JPEG XL', bytes: '\x00\x00\x00\x0cJXL ' },
  { name: 'JPEG 2000', bytes: '\x00\x00\x00\x0cjP  ' },
  { name: 'JPEG 2000', bytes: '\xff\x4f\xff\x51' },
  { name: 'JPEG XR', bytes: 'II\xbc' },
  { name: 'OpenEXR', bytes: '\x76\x2f\x31\x01' },
  { name: 'Radiance HDR', bytes: '#?' },
  { name: 'ICO', bytes: '\x00\x00\x01\x00' },
  { name: 'ICNS', bytes: 'icns' },
  { name: 'XCF', bytes: 'gimp xcf' },
  { name: 'QOI', bytes: 'qoif' },
  { name: 'DDS', bytes: 'DDS ' },
  { name: 'FITS', bytes: 'SIMPLE  =' },
  { name: 'PostScript', bytes: '%!PS' },
]

const RAW_SIGNATURES: { at?: number; bytes: string }[] = [
  { at: 8, bytes: 'CR\x02' },
  { at: 6, bytes: 'HEAPCCDR' },
  { bytes: 'FUJIFILMCCD-RAW' },
  { bytes: 'IIRO' },
  { bytes: 'IIRS' },
  { bytes: 'MMOR' },
  { bytes: 'IIU\x00' },
  { bytes: 'FOVb' },
  { bytes: '\x00MRM' },
  { at: 4, bytes: 'ftypcrx ' },
]

/**
 * The format of the file at `path`, from its first bytes.
 * Throws `file.notFound`, `file.isFolder`, `file.unreadable`, `file.empty`, `file.unsupportedHeic`, `file.unsupportedRaw`,
 * `file.unsupportedFormat` (params.format) or `file.notAPicture`.
 */
export async function readSignature(path: string): Promise<{ format: InputFormat; bytes: number }> {
  const name = basename(path)
  const { head, size } = await readHead(path, name)
  return { format: identify(head, name), bytes: size }
}

async function readHead(path: string, name: string): Promise<{ head: Buffer; size: number }> {
  try {
    const facts = await stat(path)
    if (facts.isDirectory()) throw new LacunaError('file.isFolder', { name })
    // A pipe or device would block or never end.
    if (!facts.isFile()) throw new LacunaError('file.notAPicture', { name })
    const file = await open(path, 'r')
    try {
      if (facts.size === 0) throw new LacunaError('file.empty', { name })
      const head = Buffer.alloc(1024)
      const { bytesRead } = await file.read(head, 0, head.length, 0)
      return { head: head.subarray(0, bytesRead), size: facts.size }
    } finally {
      await file.close()
    }
  } catch (thrown) {
    if (thrown instanceof LacunaError) throw thrown
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new LacunaError('file.notFound', { name }, thrown)
    throw new LacunaError(
      'file.unreadable',
      { name, reason: thrown instanceof Error ? thrown.message : String(thrown) },
      thrown,
    )
  }
}

/** As {@link readSignature}, for bytes already read. */
export function identify(head: Buffer, name: string): InputFormat {
  const text = head.toString('latin1')
  const has = ({ at = 0, bytes }: { at?: number; bytes: string }) => text.startsWith(bytes, at)
  const extension = extname(name).slice(1).toLowerCase()

  if (RAW_SIGNATURES.some(has)) throw new LacunaError('file.unsupportedRaw', { name })
  if (has({ bytes: '\xff\xd8\xff' })) return 'jpeg'
  if (has({ bytes: '\x89PNG\r\n\x1a\n' })) return 'png'
  if (has({ bytes: 'GIF87a' }) || has({ bytes: 'GIF89a' })) return 'gif'
  if (has({ bytes: 'RIFF' }) && has({ at: 8, bytes: 'WEBP' })) return 'webp'
  if (['II*\x00', 'MM\x00*', 'II+\x00', 'MM\x00+'].some((bytes) => has({ bytes }))) {
    if (RAW_EXTENSIONS.has(extension)) throw new LacunaError('file.unsupportedRaw', { name })
    return 'tiff'
  }
  if (has({ at: 4, bytes: 'ftyp' })) return identifyBrand(head, name)

  const other = OTHER_FORMATS.find(has)
  if (other) throw new LacunaError('file.unsupportedFormat', { name, format: other.name })
  if (/^P[1-7fF]\s/.test(text)) throw new LacunaError('file.unsupportedFormat', { name, format: 'PNM' })
  if (
    /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[\s\S]*?>\s*)?<svg[\s>]/.test(
      head.toString('utf8').replace(/^\ufeff/, ''),
    )
  ) {
    throw new LacunaError('file.unsupportedFormat', { name, format: 'SVG' })
  }
  // A file named as raw that is not plain text is taken at its word: there are more raw formats than signatures.
  if (RAW_EXTENSIONS.has(extension) && head.includes(0)) throw new LacunaError('file.unsupportedRaw', { name })
  throw new LacunaError('file.notAPicture', { name })
}

/** ISO base media files: AVIF can be read, HEIC (HEVC inside the same container) can't. Both are told by their brands. */
function identifyBrand(head: Buffer, name: string): InputFormat {
  const length = Math.min(head.readUInt32BE(0), head.length)
  const brands: string[] = []
  for (let at = 8; at + 4 <= length; at += 4) if (at !== 12) brands.push(head.toString('latin1', at, at + 4))
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  if (brands.some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)))
    throw new LacunaError('file.unsupportedHeic', { name })
  throw new LacunaError('file.unsupportedFormat', { name, format: 'MP4' })
}

/**
 * A path that libvips takes literally: a name that ends in `]` would be read as a name with options (`a.tif[page=2]`),
 * so such a file is reached through a link.
 */
export async function openablePath(path: string): Promise<{ path: string; release(): Promise<void> }> {
  if (!path.endsWith(']')) return { path, release: () => Promise.resolve() }
  const folder = await mkdtemp(join(tmpdir(), 'lacuna-link-'))
  const link = join(folder, 'picture')
  await symlink(resolve(path), link)
  return { path: link, release: () => rm(folder, { recursive: true, force: true }) }
}
