/** The picture: a Konva stage that draws the scene, and the controls that lie over it. */
import type Konva from 'konva'
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Layer, Rect as KonvaRect, Shape, Stage } from 'react-konva'
import type { DocumentView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'
import { useMask } from '../mask/store.js'
import { ExtendOutline } from '../fill/ExtendOutline.js'
import { FillLayer } from '../fill/FillLayer.js'
import { pictureOf } from '../fill/picture.js'
import { runningEdit, viewportOf } from '../state/selectors.js'
import { setStudio, usePointer, useStudio } from '../state/store.js'
import { PatchPainter } from '../upscale/paint.js'
import { PatchFrame } from '../upscale/PatchFrame.js'
import { PatchStrip } from '../upscale/PatchStrip.js'
import { usePatch, useSettledUrl } from '../upscale/usePatch.js'
import { BitmapCache } from './bitmapCache.js'
import { BrushCursor, SMALLEST_RIM } from './BrushCursor.js'
import { CompareDivider, Tags } from './CompareDivider.js'
import { Loupe } from './Loupe.js'
import { MaskLayer } from './MaskLayer.js'
import { MaskOutline } from './MaskOutline.js'
import { needs } from './needs.js'
import { Painter, type Caches } from './paint.js'
import { sideRects, type Scene } from './scene.js'
import { SpreadOutline } from './SpreadOutline.js'
import { isMaskTool } from './tools/index.js'
import { useCanvasSize, usePane } from './useCanvasSize.js'
import { useGestures } from './useGestures.js'
import { useMasks } from './useMasks.js'
import { useScene } from './useScene.js'
import type { Point, Rect } from './viewport.js'
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
  const { cursor, follow } = useGestures(element, setMarquee)
  const tool = useStudio((studio) => studio.tool)
  const strip = useStudio((studio) => studio.upscaleStrip)
  const round = tool === 'brush' || tool === 'eraser'
  useMasks(document)

  const [version, changed] = useReducer((count: number) => count + 1, 0)
  const scene = useScene(document, canvas, size.ratio)
  const { caches, painter, patches } = useMedia(changed)
  const patch = usePatch(document, canvas, size.ratio)
  const patchUrl = useSettledUrl(patch)
  const editing = useStudio((studio) => runningEdit(studio) !== null)
  useEffect(() => {
    if (scene === null) return
    const under = patch === null ? [] : needs({ panes: patch.patch.parts.map(({ pane }) => pane) }, null).tiles
    const want = (): void => {
      const wanted = needs(scene, usePointer.getState().at)
      caches.tiles.want([...new Set([...under, ...wanted.tiles])])
      const previews = patchUrl === null ? wanted.previews : [patchUrl, ...wanted.previews]
      // An edit that runs shows the same pixels sooner, and previews would go before each of its tiles.
      caches.previews.want(editing ? [] : previews)
    }
    want()
    // Nothing is drawn anew for it: the pointer moves all the time.
    return usePointer.subscribe(({ at }, before) => {
      if (pointerTile(at) === pointerTile(before.at)) return
      const pending = caches.previews.pending
      want()
      if (caches.previews.pending !== pending) changed()
    })
  }, [scene, caches, editing, patch, patchUrl])

  const layer = useRef<Konva.Layer>(null)
  useEffect(() => void layer.current?.batchDraw(), [version, scene, patch])
  const draw = useCallback(
    (context: Konva.Context) => {
      if (scene === null) return
      const native = context._context
      native.save()
      native.setTransform(1, 0, 0, 1, 0, 0)
      painter.paint(native, scene)
      if (patch !== null) patches.paint(native, patch, painter)
      native.restore()
    },
    [scene, painter, patch, patches],
  )
  const viewport = useStudio(useShallow(viewportOf))
  const rimmed = useMask(({ brush }) => (brush.diameter * (viewport?.zoom ?? 1)) / size.ratio >= SMALLEST_RIM)
  // What was filled is to be seen, not what was painted.
  const filled = useStudio((studio) => pictureOf(document, studio) !== null)
  const tellHole = useCallback((bounds: string | null) => {
    const node = element.current
    if (bounds === null) delete node?.dataset['hole']
    else node?.setAttribute('data-hole', bounds)
  }, [])
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
      style={{ cursor: cursor === 'brush' ? (rimmed ? 'none' : 'crosshair') : cursor }}
      role="group"
      tabIndex={0}
      aria-label={text('canvas.label', { name: document.name, zoom: text.format.percent(viewport?.zoom ?? 1) })}
    >
      {size.width > 0 && (
        <Stage key={size.ratio} width={size.width} height={size.height} listening={false} className={classes.stage}>
          <Layer ref={layer} listening={false} imageSmoothingEnabled>
            <Shape sceneFunc={draw} />
          </Layer>
          <FillLayer document={document} scene={scene} drawn={isDrawn(scene, caches.tiles)} />
          <MaskLayer scene={scene} hidden={filled} />
          <Layer listening={false}>
            {marquee !== null && <Marquee area={marquee} ratio={size.ratio} />}
            {scene !== null && <SpreadOutline scene={scene} ratio={size.ratio} tell={tellHole} />}
            {scene !== null && <MaskOutline scene={scene} ratio={size.ratio} />}
          </Layer>
        </Stage>
      )}
      {scene !== null && <ExtendOutline scene={scene} ratio={size.ratio} />}
      {scene !== null && isMaskTool(tool) && (
        <BrushCursor scene={scene} ratio={size.ratio} round={round} follow={follow} />
      )}
      {scene !== null && <Tags scene={scene} ratio={size.ratio} />}
      {scene?.divider != null && <CompareDivider divider={scene.divider} ratio={size.ratio} />}
      {patch !== null && <PatchFrame wanted={patch} ready={caches.previews.has(patch.url)} ratio={size.ratio} />}
      {patch !== null && strip && (
        <PatchStrip
          document={document.id}
          state={patch.patch.parts[0]?.pane.source.state ?? ''}
          wanted={patch}
          still={patchUrl !== null}
          painter={painter}
          ratio={size.ratio}
          version={version}
        />
      )}
      {scene?.loupe != null && <Loupe rect={scene.loupe} ratio={size.ratio} />}
    </div>
  )
}

/** What is near the pointer is asked for first. */
const pointerTile = (at: Point | null): string =>
  at === null ? '' : `${Math.floor(at.x / 256)},${Math.floor(at.y / 256)}`

/** Whether all of the state shown that is in sight is there. */
const isDrawn = (scene: Scene | null, tiles: BitmapCache): boolean =>
  scene !== null && scene.panes[0]?.source.state !== null && needs(scene, null).tiles.every((url) => tiles.has(url))

function useMedia(onChange: () => void): { caches: Caches; painter: Painter; patches: PatchPainter } {
  const media = useMemo(() => {
    const caches = {
      tiles: new BitmapCache({ limitBytes: 384e6, inFlight: 6, onChange }),
      previews: new BitmapCache({ limitBytes: 256e6, inFlight: 2, onChange }),
    }
    return { caches, painter: new Painter(caches), patches: new PatchPainter(caches.previews) }
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
