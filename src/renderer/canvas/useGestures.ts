import { useEffect, useRef, useState, type RefObject } from 'react'
import { pictureSize, viewportOf } from '../state/selectors.js'
import { activeDocument, getStudio, usePointer, useStudio } from '../state/store.js'
import { pan, setViewport, zoomByStop, zoomTo } from '../state/view.js'
import { listenForGestures } from './gestures.js'
import { sideRects } from './scene.js'
import { startTool } from './tools/index.js'
import type { Intent } from './tools/tool.js'
import { toPicture, zoomToArea, type Point, type Rect } from './viewport.js'

/** Connects the canvas's gestures with the tool and the view; gives the cursor. */
export function useGestures(element: RefObject<HTMLElement | null>, setMarquee: (area: Rect | null) => void): string {
  const toolId = useStudio((studio) => studio.tool)
  const panning = useStudio((studio) => studio.panning)
  const tool = useRef(startTool(toolId))
  const [cursor, setCursor] = useState('grab')

  useEffect(() => {
    tool.current = startTool(toolId)
    setCursor(tool.current.cursor(false))
  }, [toolId])

  useEffect(() => {
    const node = element.current
    if (node === null) return
    /** The pane under a point: side by side there are two. */
    const paneAt = ({ x }: Point): Rect => {
      const canvas = {
        width: Math.round(node.clientWidth * devicePixelRatio),
        height: Math.round(node.clientHeight * devicePixelRatio),
      }
      if (getStudio().compare !== 'side') return { x: 0, y: 0, ...canvas }
      const [left, right] = sideRects(canvas)
      return x < right.x ? left : right
    }
    const intent = (wish: Intent): void => {
      if (wish.kind === 'pan') return pan(wish.dx, wish.dy)
      if (wish.kind === 'marquee') return setMarquee(wish.area)
      if (wish.kind === 'zoomStop') return zoomByStop(wish.direction, wish.at, paneAt(wish.at))
      const viewport = viewportOf(getStudio())
      const size = pictureSize(activeDocument(getStudio()))
      if (viewport !== null && size !== null) setViewport(zoomToArea(viewport, paneAt(wish.area), size, wish.area))
    }
    return listenForGestures(node, {
      wheel: () => getStudio().server?.settings.wheel ?? 'zoom',
      panning: () => getStudio().panning,
      tool: (event) => {
        const intents = tool.current.send(event)
        setCursor(tool.current.cursor(event.alt))
        return intents
      },
      intent,
      zoomBy(at, factor) {
        const viewport = viewportOf(getStudio())
        if (viewport !== null) zoomTo(viewport.zoom * factor, at, paneAt(at))
      },
      hover: (at) => usePointer.setState({ at: at === null ? null : pixelAt(at, paneAt(at)) }),
    })
  }, [element, setMarquee])

  return panning ? 'grab' : cursor
}

/** The picture's pixel under a point of the canvas; null beside the picture. */
function pixelAt(point: Point, pane: Rect): Point | null {
  const studio = getStudio()
  const viewport = viewportOf(studio)
  const size = pictureSize(activeDocument(studio))
  if (viewport === null || size === null) return null
  const { x, y } = toPicture(viewport, pane, point)
  const inside = x >= 0 && y >= 0 && x < size.width && y < size.height
  return inside ? { x: Math.floor(x), y: Math.floor(y) } : null
}
