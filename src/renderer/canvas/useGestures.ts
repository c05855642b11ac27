import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { pictureSize, viewportOf } from '../state/selectors.js'
import { activeDocument, getStudio, usePointer, useStudio } from '../state/store.js'
import { pan, setViewport, zoomByStop, zoomTo } from '../state/view.js'
import { listenForGestures } from './gestures.js'
import { Painting } from './painting.js'
import { sideRects } from './scene.js'
import { maskTools } from '../mask/tools/index.js'
import { isMaskTool, startTool, tools, type RunningTool, type ToolId } from './tools/index.js'
import type { Intent } from './tools/tool.js'
import { toPicture, zoomToArea, type Point, type Rect } from './viewport.js'

/** What follows the pointer, in CSS pixels of the canvas; null hides it. */
export type Follower = (at: Point | null) => void

export interface Gestures {
  readonly cursor: string
  /** For what is drawn under the pointer. */
  readonly follow: (follower: Follower | null) => void
}

const cursorOf = (id: ToolId): string =>
  isMaskTool(id) ? maskTools[id].cursor : tools[id].cursor(tools[id].initial as never, false)
const startAny = (id: ToolId): RunningTool | Painting => (isMaskTool(id) ? new Painting(id) : startTool(id))

/** Connects the canvas's gestures and keys with the tool and the view; gives the cursor. */
export function useGestures(element: RefObject<HTMLElement | null>, setMarquee: (area: Rect | null) => void): Gestures {
  const toolId = useStudio((studio) => studio.tool)
  const panning = useStudio((studio) => studio.panning)
  const tool = useRef<RunningTool | Painting | null>(null)
  const follower = useRef<Follower | null>(null)
  const last = useRef<Point | null>(null)
  /** As the tool says during a gesture; until then its own. */
  const [gesture, setGesture] = useState<{ tool: ToolId; cursor: string } | null>(null)

  useEffect(() => {
    const started = startAny(toolId)
    tool.current = started
    return () => {
      if (started instanceof Painting) started.end()
    }
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
    const painting = (): Painting | null => (tool.current instanceof Painting ? tool.current : null)
    const keys = (event: KeyboardEvent): void => {
      if (event.key === 'Tab') delete node.dataset['pointed']
      if (event.target !== node || event.defaultPrevented || event.isComposing) return
      const taken = painting()?.key(event) === true
      // Whoever paints by keys has to see where they go.
      if (taken) delete node.dataset['pointed']
      // Alt alone would open the browser's menu.
      if (taken || (painting() !== null && event.key === 'Alt')) event.preventDefault()
    }
    node.addEventListener('keydown', keys)
    node.addEventListener('keyup', keys)
    const end = listenForGestures(node, {
      wheel: () => getStudio().server?.settings.wheel ?? 'zoom',
      panning: () => getStudio().panning,
      painting: () => painting() !== null,
      tool: (event) => {
        const current = tool.current
        if (current === null) return []
        if (current instanceof Painting) {
          // Who paints by pointer sees where the keys go; a frame around the picture would only be in the way.
          if (event.type === 'down') node.dataset['pointed'] = ''
          current.send(event, paneAt(event.point))
          return []
        }
        const intents = current.send(event)
        setGesture({ tool: getStudio().tool, cursor: current.cursor(event.alt) })
        return intents
      },
      intent,
      zoomBy(at, factor) {
        const viewport = viewportOf(getStudio())
        if (viewport !== null) zoomTo(viewport.zoom * factor, at, paneAt(at))
      },
      resize: (factor) => painting()?.resize(factor) ?? false,
      hover: (at) => {
        last.current = at === null ? null : { x: at.x / devicePixelRatio, y: at.y / devicePixelRatio }
        follower.current?.(last.current)
        usePointer.setState({ at: at === null ? null : pixelAt(at, paneAt(at)) })
      },
    })
    return () => {
      end()
      node.removeEventListener('keydown', keys)
      node.removeEventListener('keyup', keys)
    }
  }, [element, setMarquee])

  const follow = useCallback((next: Follower | null) => {
    follower.current = next
    next?.(last.current)
  }, [])
  const cursor = gesture?.tool === toolId ? gesture.cursor : cursorOf(toolId)
  return { cursor: panning ? 'grab' : cursor, follow }
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
