/**
 * Whether the greys of a mask's file are a soft rim, made on purpose, or what an edge, a resize or JPEG left. A rim is a
 * slope: its middle tones lie on a way of at least two pixels that leads up on one side and down on the other. Edges are
 * steeper; grey paint is flat; and a photo is mostly greys.
 */

/** Nearer than this to 0 or 255 is that: JPEG leaves no pixel quite black. */
const NEARLY = 8
/** Middle tones: an edge's own noise does not come so far. */
const MIDDLE = { from: 64, to: 191 }
/**
 * A rim of two pixels has steps of 123 at most. The smooth edge of a shape has one of 127.5 or more wherever it lies, in any
 * direction, and so has an edge that was made twice as large: half the range falls between two neighbours. A rim of a single
 * pixel is just that, too, and cannot be told from one.
 */
const STEEP = 126
/** What leads up and down, and how far off it is looked for: a rim of 500 px rises by 5 in the longest. */
const RISE = 3
const WAYS = [1, 2, 4, 8] as const
const DIRECTIONS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const
/** Of the picture's pixels that may be grey, and of the middle tones that must lie on a slope. */
const MOST_GREYS = 0.5
const LEAST_SLOPES = 0.9

/** `bytes`: the brightness of each pixel, rows one after the other. */
export function hasSoftRim(bytes: Uint8Array, width: number, height: number): boolean {
  let greys = 0
  let middle = 0
  let slopes = 0
  let masked = false
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = bytes[i]!
      masked ||= value > 127
      if (value <= NEARLY || value >= 255 - NEARLY) continue
      greys++
      if (value < MIDDLE.from || value > MIDDLE.to) continue
      middle++
      if (isSlope(bytes, width, height, x, y)) slopes++
    }
  }
  return masked && middle > 0 && greys <= MOST_GREYS * bytes.length && slopes >= LEAST_SLOPES * middle
}

function isSlope(bytes: Uint8Array, width: number, height: number, x: number, y: number): boolean {
  const value = bytes[y * width + x]!
  let [lowest, highest] = [value, value]
  for (const way of WAYS)
    for (const [right, down] of DIRECTIONS) {
      const column = Math.min(width - 1, Math.max(0, x + way * right))
      const row = Math.min(height - 1, Math.max(0, y + way * down))
      const other = bytes[row * width + column]!
      if (way === 1 && right * down === 0 && Math.abs(other - value) > STEEP) return false
      if (other < lowest) lowest = other
      if (other > highest) highest = other
    }
  return highest >= value + RISE && lowest <= value - RISE
}

/**
 * Makes what is nearly 0 or 255 just that, where there is more of it than of a rim: then it is no rim's end but what a lossy
 * format left of black and white, and would be filled for nothing all over the picture.
 */
export function clearTraces(bytes: Uint8Array): void {
  let greys = 0
  let traces = 0
  for (const value of bytes) {
    if (value === 0 || value === 255) continue
    if (value <= NEARLY || value >= 255 - NEARLY) traces++
    else greys++
  }
  if (traces <= greys) return
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! <= NEARLY) bytes[i] = 0
    else if (bytes[i]! >= 255 - NEARLY) bytes[i] = 255
  }
}
