/** Rectangles of whole pixels: `x`, `y` included, `x + width`, `y + height` not. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const isEmpty = ({ width, height }: Area): boolean => width <= 0 || height <= 0

export function intersection(a: Area, b: Area): Area {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  }
}

export const expanded = ({ x, y, width, height }: Area, by: number): Area => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
})

/** The pixels that a box with fractions touches. */
export function pixelsOf(left: number, top: number, right: number, bottom: number): Area {
  const x = Math.floor(left)
  const y = Math.floor(top)
  return { x, y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y }
}
