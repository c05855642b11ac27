/**
 * The levels that the detail walk passes, as multiples of the picture's own noise map: 1 is the picture as it came,
 * 0 the sample.
 */
import { karras } from '../diffusion/schedules/sigmas.js'

/** `steps` steps from 1 to 0: `steps + 1` levels. */
export const detailLevels = (steps: number): Float64Array => karras({ steps, min: 0.1, max: 1 })
