import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { DocumentView } from '../../shared/contract.js'
import { UpscaleEdit } from '../../shared/edit.js'
import { mediaPath } from '../../shared/media.js'
import { upscaledSize } from '../../shared/upscale.js'
import { mediaUrl } from '../client.js'
import { useSettled } from '../canvas/useSettled.js'
import { sideRects } from '../canvas/scene.js'
import type { Size } from '../canvas/viewport.js'
import { viewportOf } from '../state/selectors.js'
import { shownState, useStudio } from '../state/store.js'
import { buildPatch, patchSide } from './patch.js'
import type { WantedPatch } from './paint.js'
import { patchedEdit } from './selectors.js'

/** How long the patch, or a setting, must rest before its pixels are asked for. */
const DEBOUNCE_MS = 120

/** The patch of the edit that the Upscale panel prepares, on a canvas of so many device pixels; null where none is shown. */
export function usePatch(document: DocumentView, { width, height }: Size, ratio: number): WantedPatch | null {
  const said = useStudio(patchedEdit)
  const edit = useMemo(() => (said === null ? null : UpscaleEdit.parse(JSON.parse(said))), [said])
  const viewport = useStudio(useShallow(viewportOf))
  const at = useStudio((studio) => studio.loupes[document.id])
  const compare = useStudio((studio) => studio.compare)
  const original = useStudio((studio) => studio.original)
  const state = shownState(document)
  const wanted = useMemo((): WantedPatch | null => {
    if (edit === null || viewport === null || state === null || state.levels === 0 || width < 2 || height < 2)
      return null
    const picture = { width: state.width, height: state.height }
    const result = upscaledSize(edit.target, picture)
    const canvas = { width, height }
    const patch = buildPatch({
      source: {
        ...{ document: document.id, state: state.id, size: picture, levels: state.levels, preview: null },
        transparent: document.info?.alpha ?? false,
      },
      ...{ picture, result, canvas, viewport, compare, original },
      side: patchSide(compare === 'side' ? sideRects(canvas)[0] : canvas, ratio),
      at: at ?? { x: picture.width / 2, y: picture.height / 2 },
    })
    const whole = `${document.id}/${state.id}/${result.width}/${result.height}`
    return { patch, whole, url: mediaUrl(mediaPath.upscale(document.id, state.id, patch.rect, edit)) }
  }, [document, state, edit, viewport, at, compare, original, width, height, ratio])
  return wanted
}

/** The address of a patch once it rests; what is dragged is not asked for on its way. */
export function useSettledUrl(wanted: WantedPatch | null): string | null {
  const url = wanted?.url ?? null
  const settled = useSettled(url, url ?? '', DEBOUNCE_MS)
  return settled === url ? url : null
}
