/** What weights are fitted on: the candidates of a photo as it is and with damage drawn over it, and which of them are damage. */
import { findCandidates, type Candidate } from '../../../src/main/engine/scratches/candidates.js'
import { DAMAGES, damage, type Photo } from './damage.js'
import type { Sample } from './fit.js'
import { rowsOf, widened } from './measure.js'

export type Samples = Record<Candidate['kind'], Sample[]>

/** So much of a candidate's middle must lie on damage. */
const ON_DAMAGE = 0.6
/** Of the many specks that are none, every so manieth stands for the others. */
const ONE_OF = 3
/** The most that a long curve counts, px. */
const MOST = 600

export async function samplesOf(photo: Photo, seed: number): Promise<Samples> {
  const { signal } = new AbortController()
  const damaged = damage(photo, seed)
  const { width, truth } = damaged
  const near = widened(truth, width)
  const nearSpeck = widened(
    truth.map((kind) => (kind === 1 + DAMAGES.indexOf('speck') ? 1 : 0)),
    width,
  )
  const samples: Samples = { curve: [], speck: [] }
  for (const picture of [damaged, photo])
    for (const [i, candidate] of (await findCandidates(rowsOf(picture), { signal })).entries()) {
      const { kind, features } = candidate
      const bad = picture === damaged
      const isDamage = bad && shareOn(candidate, kind === 'speck' ? nearSpeck : near, width) > ON_DAMAGE
      // A spot on a scratch is neither a speck nor a mistake.
      if (kind === 'speck' && bad && !isDamage && shareOn(candidate, near, width) > ON_DAMAGE) continue
      const stands = kind === 'speck' && !isDamage ? ONE_OF : 1
      if (stands > 1 && i % stands !== 0) continue
      samples[kind].push({ features, damage: isDamage, weight: stands * Math.min(areaOf(candidate), MOST) })
    }
  return samples
}

function shareOn({ shape: { x, y } }: Candidate, near: Uint8Array, width: number): number {
  const height = near.length / width
  let on = 0
  for (let i = 0; i < x.length; i++) {
    const [column, row] = [Math.min(width - 1, Math.round(x[i]!)), Math.min(height - 1, Math.round(y[i]!))]
    on += near[row * width + column]!
  }
  return on / x.length
}

const areaOf = ({ kind, shape: { radius } }: Candidate): number =>
  kind === 'curve' ? 2 * radius.length * radius[0]! : Math.PI * radius[0]! ** 2
