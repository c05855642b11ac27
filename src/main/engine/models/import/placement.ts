/**
 * Where in the enlargement of a picture what a network gives lies, when it gives less than all of it: a scene is shown whose
 * enlargement is known, and what comes out is laid over it at every place. Numbers need not be known: likeness is the
 * squared correlation of the channels' sums, which neither range nor order of colours changes.
 */
import type { GraphScale } from '../../../../shared/image-network.js'
import type { Crop } from '../rim.js'
import { allFinite, knownScene } from './pictures.js'
import { NUMBERS, type Planes, type Trial } from './trial.js'

/** In dB. Nearer than this two places are alike, and the middle, which is usual, is taken. */
const ALIKE = 0.5
/** Below it nothing tells that it is an enlargement at all. */
const LIKE = 6

export interface Placed {
  readonly scale: GraphScale
  readonly crop: Crop
}

/**
 * Of several ways that come out at this size, the one that is most like; null where there is none. `certain`: that the
 * sizes themselves have shown that the scale is right, so that it need not be like.
 */
export async function placementOf(
  trial: Trial,
  { width, height }: { width: number; height: number },
  possible: readonly { scale: GraphScale; missing: number }[],
  certain: boolean,
): Promise<Placed | null> {
  let best: (Placed & { likeness: number }) | null = null
  for (const { scale, missing } of possible) {
    const { given, expected } = knownScene(trial.form.channels, scale, width, height)
    const known = sumOf(expected)
    const middle = Math.floor(missing / 2)
    for (const range of trial.form.elements.image === 'uint8' ? [NUMBERS[1]!] : NUMBERS) {
      const out = await trial.run(given, range)
      if (!allFinite(out)) continue
      const shown = sumOf(out)
      const likenesses = Array.from({ length: missing + 1 }, (_, before) => likenessAt(shown, known, before))
      const most = Math.max(...likenesses)
      const before = likenesses[middle]! >= most - ALIKE ? middle : likenesses.indexOf(most)
      const likeness = likenesses[before]!
      if (best === null || likeness > best.likeness) best = { scale, crop: [before, missing - before], likeness }
    }
  }
  if (best === null || (best.likeness < LIKE && !certain)) return null
  return { scale: best.scale, crop: best.crop }
}

interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Float64Array
}

function sumOf({ channels, width, height, data }: Planes): Plane {
  const sum = new Float64Array(width * height)
  for (let at = 0; at < data.length; at++) sum[at % sum.length]! += data[at]! / channels
  return { width, height, data: sum }
}

/** In dB: how little of what comes out is no multiple of what lies `before` pixels from the left and the top of what is known. */
function likenessAt(out: Plane, known: Plane, before: number): number {
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0]
  for (let y = 0; y < out.height; y++)
    for (let x = 0; x < out.width; x++) {
      const one = out.data[y * out.width + x]!
      const other = known.data[(y + before) * known.width + x + before]!
      a += one
      b += other
      aa += one * one
      bb += other * other
      ab += one * other
    }
  const count = out.data.length
  const covariance = ab - (a * b) / count
  const variances = (aa - (a * a) / count) * (bb - (b * b) / count)
  if (covariance <= 0 || variances <= 0) return 0
  return -10 * Math.log10(Math.max(1e-9, 1 - (covariance * covariance) / variances))
}
