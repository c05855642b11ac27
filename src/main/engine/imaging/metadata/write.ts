/** Dresses an encoded file in the metadata of the original. */
import type { Note } from '../../../../shared/errors.js'
import type { OutputFormat } from '../../../../shared/picture.js'

export interface MetadataJob {
  file: string
  format: OutputFormat
  original: string
  /** Of the output. */
  width: number
  height: number
  density: number | null
  strip: boolean
  recipe: string | null
}

export async function writeMetadata(_job: MetadataJob): Promise<Note[]> {
  return []
}
