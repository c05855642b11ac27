/** Documents and fills as tests need them. */
import type { DocumentView, StateView } from '../../shared/contract.js'
import { ExtendEdit, InpaintEdit, UpscaleEdit, type Edit } from '../../shared/edit.js'
import type { FillView } from '../../shared/fill.js'

export const inpaint = InpaintEdit.parse({ kind: 'inpaint', variations: 3 })
export const upscale = UpscaleEdit.parse({ kind: 'upscale' })
export const extend = (change: Partial<ExtendEdit>): ExtendEdit => ({
  ...ExtendEdit.parse({ kind: 'extend' }),
  ...change,
})

export const state = (id: string, edit: Edit | null = null, width = 600, height = 400): StateView => ({
  ...{ id, edit, width, height, levels: 1, report: null, masked: false, at: 0 },
})

export const fill = (change: Partial<FillView> = {}): FillView => ({
  ...{ id: 'f', job: 'j', edit: inpaint, state: 'original', previews: 0, variations: [], done: false },
  area: { left: 10, top: 20, width: 30, height: 40 },
  ...change,
})

export const variations = (count: number, changed = true): FillView['variations'] =>
  Array.from({ length: count }, (_, i) => ({ seed: i, distance: null, changed }))

export const documentOf = (change: Partial<DocumentView> = {}): DocumentView => ({
  ...{
    id: 'd',
    name: 'a.png',
    info: null,
    phase: 'ready',
    error: null,
    current: 0,
    noise: null,
    saved: true,
    unstored: null,
  },
  fill: null,
  states: [state('original')],
  ...change,
})
