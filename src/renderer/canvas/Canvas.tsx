/** The picture: a Konva stage that draws the scene, and the controls that lie over it. */
import type Konva from 'konva'
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Layer, Rect as KonvaRect, Shape, Stage } from 'react-konva'
import type { DocumentView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'
import { runningEdit, viewportOf } from '../state/selectors.js'
import { setStudio, usePointer, useStudio } from '../state/store.js'
import { BitmapCache } from './bitmapCache.js'
import { CompareDivider, Tags } from './CompareDivider.js'
import { Loupe } from './Loupe.js'
import { needs } from './needs.js'
import { Painter, type Caches } from './paint.js'
import { sideRects } from './scene.js'
import { useCanvasSize, usePane } from './useCanvasSize.js'
import { useGestures } from './useGestures.js'
import { useScene } from './useScene.js'
import type { Rect } from './viewport.js'
import classes from './Canvas.module.css'

export function Canvas({ document }: { document: DocumentView }) {
  const text = useText()
  const element = useRef<HTMLDivElement>(null)
  const size = useCanvasSize(element)
  const canvas = { width: Math.round(size.width * size.ratio), height: Math.round(size.height * size.ratio) }
  const compare = useStudio((studio) => studio.compare)
  const pane = compare === 'side' && canvas.width > 1 ? sideRects(canvas)[0] : canvas
  usePane(pane.width, pane.height)
  const [marquee, setMarquee] = useState<Rect | null>(null)
  const cursor = useGestures(element, setMarquee)

  const [version, changed] = useReducer((count: number) => count + 1, 0)
  const scene = useScene(document, canvas, size.ratio)
  const { caches, painter } = useMedia(changed)
  const pointerTile = usePointer(({ at }) =>
    at === null ? null : `${Math.floor(at.x / 256)},${Math.floor(at.y / 256)}`,
  )
  const editing = useStudio((studio) => runningEdit(studio) !== null)
  useEffect(() => {
    if (scene === null) return
    const wanted = needs(scene, usePointer.getState().at)
    caches.tiles.want(wanted.tiles)
    // An edit that runs shows the same pixels sooner, and previews would go before each of its tiles.
    caches.previews.want(editing ? [] : wanted.previews)
  }, [scene, caches, pointerTile, editing])

  const layer = useRef<Konva.Layer>(null)
  useEffect(() => void layer.current?.batchDraw(), [version, scene])
  const draw = useCallback(
    (context: Konva.Context) => {
      if (scene === null) return
      const native = context._context
      native.save()
      native.setTransform(1, 0, 0, 1, 0, 0)
      painter.paint(native, scene)
      native.restore()
    },
    [scene, painter],
  )
  const viewport = useStudio(useShallow(viewportOf))
  const pendingPreviews = caches.previews.pending
  usePublish(pendingPreviews, caches)

  return (
    <div
      ref={element}
      className={classes.canvas}
      data-canvas
      data-zoom={viewport?.zoom.toFixed(4)}
      data-centre={viewport === null ? undefined : `${viewport.x.toFixed(1)},${viewport.y.toFixed(1)}`}
      data-loading={caches.tiles.pending > 0 ? 'tiles' : pendingPreviews > 0 ? 'preview' : undefined}
      style={{ cursor }}
      role="group"
      tabIndex={0}
      aria-label={text('canvas.label', { name: document.name, zoom: text.format.percent(viewport?.zoom ?? 1) })}
    >
      {size.width > 0 && (
        <Stage key={size.ratio} width={size.width} height={size.height} listening={false} className={classes.stage}>
          <Layer ref={layer} listening={false} imageSmoothingEnabled>
            <Shape sceneFunc={draw} />
          </Layer>
          <Layer listening={false}>{marquee !== null && <Marquee area={marquee} ratio={size.ratio} />}</Layer>
        </Stage>
      )}
      {scene !== null && <Tags scene={scene} ratio={size.ratio} />}
      {scene?.divider != null && <CompareDivider divider={scene.divider} ratio={size.ratio} />}
      {scene?.loupe != null && <Loupe rect={scene.loupe} ratio={size.ratio} />}
    </div>
  )
}

function useMedia(onChange: () => void): { caches: Caches; painter: Painter } {
  const media = useMemo(() => {
    const caches = {
      tiles: new BitmapCache({ limitBytes: 384e6, inFlight: 6, onChange }),
      previews: new BitmapCache({ limitBytes: 256e6, inFlight: 2, onChange }),
    }
    return { caches, painter: new Painter(caches) }
  }, [onChange])
  useEffect(
    () => () => {
      media.caches.tiles.close()
      media.caches.previews.close()
    },
    [media],
  )
  return media
}

/** The panel says how the preview is doing, and why it can't be had. */
function usePublish(pending: number, caches: Caches): void {
  const previewFailure = caches.previews.failure
  const tileFailure = caches.tiles.failure
  useEffect(
    () =>
      setStudio(
        (studio) =>
          void (studio.media = {
            pending,
            previewFailure,
            tileFailure,
            retry: () => [caches.tiles, caches.previews].forEach((cache) => cache.retry()),
          }),
      ),
    [pending, previewFailure, tileFailure, caches],
  )
}

function Marquee({ area, ratio }: { area: Rect; ratio: number }) {
  const box = { x: area.x / ratio, y: area.y / ratio, width: area.width / ratio, height: area.height / ratio }
  return (
    <>
      <KonvaRect {...box} stroke="#000" strokeWidth={1} opacity={0.6} />
      <KonvaRect {...box} stroke="#fff" strokeWidth={1} dash={[4, 4]} />
    </>
  )
}
