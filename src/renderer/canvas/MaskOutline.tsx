/** What a mask tool is making and has no bytes yet: its rim, in black and white dashes that show on any picture. */
import { Shape } from 'react-konva'
import { usePainting, type Outline } from './painting.js'
import type { Scene } from './scene.js'
import { toCanvas, type Point } from './viewport.js'

const DASH = 5
const CORNER = 3

export function MaskOutline({ scene, ratio }: { scene: Scene; ratio: number }) {
  const outline = usePainting((state) => state.outline)
  const erases = usePainting((state) => state.erases)
  if (outline === null) return null
  return (
    <Shape
      sceneFunc={(shape) => {
        const context = shape._context
        context.save()
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.lineWidth = ratio
        for (const pane of scene.sides === null ? scene.panes.slice(0, 1) : scene.panes) {
          const place = (point: Point): Point => toCanvas(pane.viewport, pane.rect, point)
          context.save()
          context.beginPath()
          context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height)
          context.clip()
          trace(context, outline, place)
          context.strokeStyle = '#000'
          context.stroke()
          context.setLineDash([DASH * ratio, DASH * ratio])
          context.strokeStyle = erases ? '#ffb3b8' : '#fff'
          context.stroke()
          context.setLineDash([])
          for (const corner of cornersOf(outline)) {
            const { x, y } = place(corner)
            const side = 2 * CORNER * ratio
            context.fillStyle = '#fff'
            context.fillRect(x - side / 2, y - side / 2, side, side)
            context.strokeRect(x - side / 2, y - side / 2, side, side)
          }
          context.restore()
        }
        context.restore()
      }}
    />
  )
}

function trace(context: CanvasRenderingContext2D, outline: Outline, place: (point: Point) => Point): void {
  context.beginPath()
  if (outline.kind === 'rectangle' || outline.kind === 'ellipse') {
    const from = place(outline)
    const to = place({ x: outline.x + outline.width, y: outline.y + outline.height })
    if (outline.kind === 'rectangle') return context.rect(from.x, from.y, to.x - from.x, to.y - from.y)
    const [width, height] = [(to.x - from.x) / 2, (to.y - from.y) / 2]
    return context.ellipse(from.x + width, from.y + height, width, height, 0, 0, 2 * Math.PI)
  }
  for (const [index, point] of pointsOf(outline).entries()) {
    const { x, y } = place(point)
    if (index === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  if (outline.kind === 'polygon') context.closePath()
}

function pointsOf(outline: Outline): readonly Point[] {
  if (outline.kind === 'line') return outline.points
  return outline.kind === 'polygon' ? outline.points.map(([x, y]) => ({ x, y })) : []
}

/** Where one can press to close it, or sees where it began. */
const cornersOf = (outline: Outline): readonly Point[] => pointsOf(outline).slice(0, 1)
