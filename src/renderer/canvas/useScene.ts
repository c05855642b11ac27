import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { DocumentView } from '../../shared/contract.js'
import { pictureSize, previewing, viewportOf } from '../state/selectors.js'
import { shownState, useStudio } from '../state/store.js'
import { loupeSide } from './Loupe.js'
import { buildScene, type Scene } from './scene.js'
import { useSettled } from './useSettled.js'
import type { Size } from './viewport.js'

/** How long the strength or the noise level must rest before the preview is asked for anew. */
const DEBOUNCE_MS = 150

/** The scene of a document on a canvas of so many device pixels; null while there is nothing to show. */
export function useScene(document: DocumentView, canvas: Size, ratio: number): Scene | null {
  const compare = useStudio((studio) => studio.compare)
  const split = useStudio((studio) => studio.split)
  const original = useStudio((studio) => studio.original)
  const loupe = useStudio((studio) => studio.loupes[document.id])
  const viewport = useStudio(useShallow(viewportOf))
  const live = useStudio(previewing)
  const draft = useStudio((studio) => studio.draft)
  const { detail, blend } = draft
  const asked = useSettled(draft, JSON.stringify({ ...draft, detail: 0, blend: 0 }), DEBOUNCE_MS)
  const { width, height } = canvas
  return useMemo(() => {
    const picture = pictureSize(document)
    if (picture === null || viewport === null || width === 0 || height === 0) return null
    return buildScene({
      document,
      shown: shownState(document),
      picture,
      canvas: { width, height },
      viewport,
      compare,
      split,
      original,
      preview: live ? { ...asked, detail, blend } : null,
      loupe: {
        side: loupeSide({ width, height }, ratio),
        at: loupe ?? { x: picture.width / 2, y: picture.height / 2 },
      },
    })
  }, [document, width, height, ratio, compare, split, original, loupe, viewport, live, asked, detail, blend])
}
