/** `lacuna-patch` as the application fills: one variation of one seed, the whole picture as its surroundings. */
import { fill } from '../../../src/main/engine/inpaint/fill.js'
import type { PlanarPicture } from '../../metrics/ssim.js'
import { writePng } from '../pictures.js'
import type { Method } from './methods.js'

const SEED = 1

/** `threads` changes the seconds alone: processor time of all of them, which does not depend on what else runs. */
export const ours = (threads: number): Method => ({
  name: 'ours',
  title: 'lacuna-patch',
  about: `seed ${SEED}`,
  async fill({ truth, mask }, target) {
    const { width, height } = truth
    const picture = withoutHole(truth, mask)
    const start = process.cpuUsage()
    const [first] = await fill({ picture, width, height, hole: mask, seed: SEED, count: 1, threads })
    const { user, system } = process.cpuUsage(start)
    if (!first) throw new Error('no variation came back')
    await writePng(target, planar(first.picture, width, height))
    return (user + system) / 1e6
  },
})

/** Interleaved, the hole black: nothing of what was there can leak into the filling. */
function withoutHole({ data }: PlanarPicture, mask: Uint8Array): Float32Array {
  const size = mask.length
  return Float32Array.from({ length: 3 * size }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return mask[pixel] ? 0 : data[(i % 3) * size + pixel]!
  })
}

function planar(interleaved: Float32Array, width: number, height: number): PlanarPicture {
  const size = width * height
  const data = Float32Array.from({ length: 3 * size }, (_, i) => interleaved[3 * (i % size) + Math.floor(i / size)]!)
  return { width, height, channels: 3, data }
}
