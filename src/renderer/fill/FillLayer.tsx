/** The fill in its place on the canvas: growing sharper while it is drawn, then the variation that is looked at. */
import type Konva from 'konva'
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { Layer, Shape } from 'react-konva'
import type { DocumentView } from '../../shared/contract.js'
import { BitmapCache } from '../canvas/bitmapCache.js'
import type { Scene } from '../canvas/scene.js'
import { mediaUrl } from '../client.js'
import { setStudio, shownState, useStudio } from '../state/store.js'
import { indexOf, shift } from './origin.js'
import { paintFill } from './paint.js'
import { hold, picturesOf, type Held } from './picture.js'

interface Props {
  readonly document: DocumentView
  readonly scene: Scene | null
  /** Whether all of the state shown that is in sight is there. */
  readonly drawn: boolean
}

export function FillLayer({ document, scene, drawn }: Props) {
  const [version, changed] = useReducer((count: number) => count + 1, 0)
  const cache = useMemo(() => new BitmapCache({ limitBytes: 256e6, inFlight: 3, onChange: changed }), [])
  useEffect(() => () => cache.close(), [cache])
  const chosen = useStudio((studio) => studio.chosen)
  const keeping = useStudio((studio) => (studio.keeping?.document === document.id ? studio.keeping : null))
  const original = useStudio((studio) => studio.original)
  useEffect(() => cache.want(picturesOf(document, { chosen }).map(mediaUrl)), [cache, document, chosen])

  const [before, setBefore] = useState<Held | null>(null)
  const held = hold(before, { document, chosen, keeping, drawn, has: (url) => cache.has(mediaUrl(url)) })
  if (held !== before) setBefore(held)
  useEffect(() => {
    if (keeping !== null && shownState(document)?.id !== keeping.state && drawn)
      setStudio((studio) => void (studio.keeping = null))
  }, [keeping, document, drawn])

  const layer = useRef<Konva.Layer>(null)
  useEffect(() => void layer.current?.batchDraw(), [held, scene, original, version])
  const draw = useCallback(
    (context: Konva.Context) => {
      const bitmap = held === null ? undefined : cache.get(mediaUrl(held.picture.url))
      if (held === null || bitmap === undefined || scene === null || original) return
      const { area, state } = held.picture
      const native = context._context
      native.save()
      native.setTransform(1, 0, 0, 1, 0, 0)
      paintFill(native, scene, { bitmap, area, moved: shift(document, indexOf(document, state), document.current) })
      native.restore()
    },
    [held, scene, original, cache, document],
  )
  return (
    <Layer ref={layer} listening={false}>
      <Shape sceneFunc={draw} />
    </Layer>
  )
}
