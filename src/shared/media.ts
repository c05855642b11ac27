/**
 * Pictures travel by URL, the same paths in every host: always under the page's own origin (the browser host's
 * address, `lacuna://studio` in the desktop). A request that is dropped cancels its work.
 */
import type { DenoiseEdit, UpscaleEdit } from './edit.js'
import { canonicalEdit } from './edit.js'

/** Side of a viewer tile in pixels of its level; edge tiles are smaller. */
export const TILE = 512
/** Side of a live-preview tile in pixels of the picture, its origin on a multiple of this. */
export const PREVIEW_TILE = 256

/** The most pixels on a side of a live preview of an enlarged picture. */
export const MAX_PATCH = 1024

/** A part of a result, in its pixels. */
export interface PatchRect {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export const mediaPath = {
  /** The whole picture, sRGB, at most 2048 px: there as soon as the file's header was read. */
  overview: (document: string) => `/media/overview/${document}`,
  /** Filmstrip and history thumbnails, at most 192 px. */
  thumb: (document: string, state: string) => `/media/thumb/${document}/${state}`,
  tile: (document: string, state: string, level: number, column: number, row: number) =>
    `/media/tile/${document}/${state}/${level}/${column}/${row}`,
  /** A preview of `edit` on one PREVIEW_TILE; `part` original is the state itself, all three losslessly encoded. */
  preview: (
    document: string,
    state: string,
    column: number,
    row: number,
    part: 'original' | 'mean' | 'sample',
    edit: DenoiseEdit,
  ) => `/media/preview/${document}/${state}/${column}/${row}/${part}?edit=${encodeURIComponent(canonicalEdit(edit))}`,
  /** A part of the enlarged state, `MAX_PATCH` pixels a side at most, as the whole run has it, lossless. */
  upscale: (document: string, state: string, { left, top, width, height }: PatchRect, edit: UpscaleEdit) =>
    `/media/upscale/${document}/${state}/${left}/${top}/${width}/${height}?edit=${encodeURIComponent(canonicalEdit(edit))}`,
  /** The newest picture of the hole while it is filled: of the fill's `area`, small and growing sharper. */
  fillPreview: (document: string, fill: string, preview: number) =>
    `/media/fill/${document}/${fill}/preview/${preview}`,
  /** A variation over the fill's `area`, as it would be kept; `thumb` at most 192 px. An area larger than 4096 px is shrunk. */
  fill: (document: string, fill: string, variation: number, size: 'full' | 'thumb') =>
    `/media/fill/${document}/${fill}/${size}/${variation}`,
  /** A mask's bytes as a grey PNG of the size of its area. */
  mask: (hash: string) => `/media/mask/${hash}`,
  /** A thumbnail of a file in the server-side picker. */
  file: (path: string) => `/media/file?path=${encodeURIComponent(path)}`,
  /** A thumbnail of a batch's file, at most 96 px. */
  batchItem: (batch: string, item: number) => `/media/batch/${encodeURIComponent(batch)}/${item}`,
  /** The sample patch of a network that may be imported: PNG, of each try another. */
  importSample: (id: string, tries: number, which: 'before' | 'after') => `/media/import/${id}/${tries}/${which}`,
  sample: (id: string) => `/media/sample/${encodeURIComponent(id)}`,
  download: (id: string) => `/media/download/${id}`,
  /** POST the file's bytes, its name in the `x-lacuna-name` header (URI-encoded); answers `{ "upload": id }`. */
  upload: '/media/upload',
} as const
