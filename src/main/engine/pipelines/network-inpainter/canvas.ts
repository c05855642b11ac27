/** A crop while it is filled: what is known of it, what a network is shown of it, and what is taken of what it says. */
import type { MaskedPicture } from '../../models/inpainter.js'
import type { Crop } from '../inpainter.js'
import { sampleAt, shown } from './resample.js'
import { continueTone, TONE_MARGIN } from './tone.js'
import type { View } from './views.js'

export class Canvas {
  /** Interleaved RGB; known pixels stay as they were given. */
  readonly picture: Float32Array
  /** 1 = the network is not to see it: what is to be filled still, and what the fill must not be made of. */
  readonly unknown: Uint8Array
  readonly #hole: Uint8Array
  readonly #width: number
  readonly #height: number

  constructor({
    picture,
    hole,
    sources,
    width,
    height,
  }: Pick<Crop, 'picture' | 'hole' | 'sources' | 'width' | 'height'>) {
    this.picture = picture.slice()
    this.#hole = hole.slice()
    this.unknown = hole.map((open, at) => (open === 1 || (sources !== null && sources[at] === 0) ? 1 : 0))
    this.#width = width
    this.#height = height
  }

  /** What a network is shown. A pixel of its picture that covers any that is unknown is unknown. */
  shownIn(view: View): MaskedPicture {
    const crop = { width: this.#width, height: this.#height }
    const { width, height } = view
    const open = shown(this.unknown, 1, crop, view)
    return {
      ...{ width, height },
      picture: shown(this.picture, 3, crop, view),
      hole: Uint8Array.from(open, (share) => (share > 0 ? 1 : 0)),
    }
  }

  /** Takes the view's part of the hole from the network's picture; from then on it is known. */
  take(view: View, said: Float32Array): void {
    const { part } = view
    const left = Math.max(0, part.left - TONE_MARGIN)
    const top = Math.max(0, part.top - TONE_MARGIN)
    const width = Math.min(this.#width, part.left + part.width + TONE_MARGIN) - left
    const height = Math.min(this.#height, part.top + part.height + TONE_MARGIN) - top
    const hole = new Uint8Array(width * height)
    const known = new Uint8Array(width * height)
    const sampled = new Float32Array(3 * width * height)
    const difference = new Float32Array(sampled.length)
    const colour = new Float64Array(3)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (top + y) * this.#width + left + x
        const k = y * width + x
        const inPart = left + x >= part.left && left + x < part.left + part.width && top + y >= part.top
        if (this.#hole[at] === 1) hole[k] = inPart && top + y < part.top + part.height ? 1 : 0
        else known[k] = this.unknown[at] === 0 ? 1 : 0
        sampleAt(said, view, left + x, top + y, colour)
        for (let c = 0; c < 3; c++) {
          sampled[3 * k + c] = colour[c]!
          difference[3 * k + c] = this.picture[3 * at + c]! - colour[c]!
        }
      }
    const toned = continueTone({ width, height, hole, known, difference })
    for (let k = 0; k < hole.length; k++) {
      if (hole[k] === 0) continue
      const at = (top + Math.floor(k / width)) * this.#width + left + (k % width)
      for (let c = 0; c < 3; c++) {
        const value = sampled[3 * k + c]! + (toned ? difference[3 * k + c]! : 0)
        this.picture[3 * at + c] = Math.min(1, Math.max(0, value))
      }
      this.#hole[at] = 0
      this.unknown[at] = 0
    }
  }
}
