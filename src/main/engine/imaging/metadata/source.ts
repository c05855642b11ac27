/** The metadata of a source picture as raw blocks, each as its own standard has it. */
import type { Metadata } from 'sharp'
import type { InputFormat } from '../../../../shared/picture.js'

export interface SourceMetadata {
  /** The TIFF structure of an EXIF block, without the "Exif\\0\\0" before it. */
  exif: Buffer | null
  hasExif: boolean
  xmp: Buffer | null
  /** As JPEG has it: the payload of APP13 ("Photoshop 3.0" resources), or a bare IPTC-IIM block from TIFF. */
  iptc: Buffer | null
  hasIptc: boolean
  /** PNG text entries. */
  text: { keyword: string; text: string }[]
  animated: boolean
  /** Some of it is there but can't be understood. */
  damaged: boolean
}

export async function readSourceMetadata(path: string, format: InputFormat, meta: Metadata): Promise<SourceMetadata> {
  const exif = meta.exif ? stripExifPrefix(meta.exif) : null
  return {
    exif,
    hasExif: exif !== null,
    xmp: meta.xmp ?? null,
    iptc: meta.iptc ?? null,
    hasIptc: meta.iptc !== undefined,
    text: meta.comments ?? [],
    animated: false,
    damaged: false,
  }
}

function stripExifPrefix(block: Buffer): Buffer {
  return block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block
}
