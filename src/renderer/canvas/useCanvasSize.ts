import { useEffect, useState, type RefObject } from 'react'
import { setStudio } from '../state/store.js'

export interface CanvasSize {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  readonly ratio: number
}

/** Size of an element and the screen's pixel ratio, which changes when the window moves to another screen or the page is zoomed. */
export function useCanvasSize(element: RefObject<HTMLElement | null>): CanvasSize {
  const [size, setSize] = useState<CanvasSize>({ width: 0, height: 0, ratio: devicePixelRatio })
  useEffect(() => {
    const node = element.current
    if (node === null) return
    const measure = (): void => {
      const next = { width: node.clientWidth, height: node.clientHeight, ratio: devicePixelRatio }
      setSize((last) =>
        last.width === next.width && last.height === next.height && last.ratio === next.ratio ? last : next,
      )
    }
    const observer = new ResizeObserver(measure)
    observer.observe(node)
    window.addEventListener('resize', measure)
    measure()
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', measure)
    }
  }, [element])
  return size
}

/** Tells the rest of the interface how large the pane is, so that it can fit and zoom about its middle. */
export function usePane(width: number, height: number): void {
  useEffect(() => setStudio((studio) => void (studio.pane = { width, height })), [width, height])
}
