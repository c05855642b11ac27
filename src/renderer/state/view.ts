/** Zoom, position and panels: what changes on screen without asking the studio. */
import {
  fitViewport,
  keepInSight,
  panBy,
  zoomAt,
  zoomStop,
  type Point,
  type Rect,
  type Viewport,
} from '../canvas/viewport.js'
import { pictureSize, viewportOf } from './selectors.js'
import { remember } from './remembered.js'
import { activeDocument, getStudio, setStudio, usePointer, type CompareMode, type PanelId } from './store.js'

export function setViewport(viewport: Viewport): void {
  setStudio((studio) => {
    if (studio.active !== null) studio.viewports[studio.active] = viewport
  })
}

export const fit = (): void =>
  setStudio((studio) => {
    if (studio.active !== null) delete studio.viewports[studio.active]
  })

/** Zooms at a point of the pane (device pixels); without one at its middle, keeping what is there. */
export function zoomTo(zoom: number, anchor?: Point, pane?: Rect): void {
  const studio = getStudio()
  const viewport = viewportOf(studio)
  const size = pictureSize(activeDocument(studio))
  if (viewport === null || size === null) return
  const area = pane ?? { x: 0, y: 0, ...studio.pane }
  setViewport(zoomAt(viewport, area, size, anchor ?? { x: area.x + area.width / 2, y: area.y + area.height / 2 }, zoom))
}

export function zoomByStop(direction: 1 | -1, anchor?: Point, pane?: Rect): void {
  const viewport = viewportOf(getStudio())
  if (viewport !== null) zoomTo(zoomStop(viewport.zoom, direction), anchor, pane)
}

/** Between the whole picture and 100 % where the pointer is. */
export function toggleFit(): void {
  const studio = getStudio()
  const size = pictureSize(activeDocument(studio))
  if (size === null || studio.active === null) return
  if (studio.viewports[studio.active] !== undefined) return fit()
  setViewport(keepInSight({ ...(usePointer.getState().at ?? fitViewport(size, studio.pane)), zoom: 1 }, size))
}

export function pan(dx: number, dy: number): void {
  const studio = getStudio()
  const viewport = viewportOf(studio)
  const size = pictureSize(activeDocument(studio))
  if (viewport !== null && size !== null) setViewport(panBy(viewport, size, dx, dy))
}

const compareOrder: readonly CompareMode[] = ['slider', 'side', 'off']

export const cycleCompare = (): void =>
  setStudio(
    (studio) =>
      void (studio.compare = compareOrder[(compareOrder.indexOf(studio.compare) + 1) % compareOrder.length] ?? 'off'),
  )

/** Opens a panel; each keeps its own way of comparing. */
export function showPanel(panel: PanelId): void {
  setStudio((studio) => {
    if (studio.panel === panel) return
    studio.compares[studio.panel] = studio.compare
    studio.compare = studio.compares[panel]
    studio.panel = panel
  })
  rememberNow()
}

export function toggleQuick(): void {
  setStudio((studio) => void (studio.quick = !studio.quick))
  rememberNow()
}

function rememberNow(): void {
  const { panel, quick } = getStudio()
  remember({ panel, quick })
}

export const moveLoupe = (at: Point): void =>
  setStudio((studio) => {
    if (studio.active !== null) studio.loupes[studio.active] = at
  })

/** The document before or after the one shown, around the ends. */
export function stepDocument(by: 1 | -1): void {
  setStudio((studio) => {
    const ids = studio.server?.documents.map(({ id }) => id) ?? []
    const index = ids.indexOf(studio.active ?? '')
    if (ids.length > 0) studio.active = ids[(index + by + ids.length) % ids.length] ?? null
  })
}
