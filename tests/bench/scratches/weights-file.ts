import type { WEIGHTS } from '../../../src/main/engine/scratches/weights.js'

/** The text of `weights.ts`. */
export const weightsFile = (weights: typeof WEIGHTS): string =>
  `/** Fitted by \`npm run eval:scratches -- --fit <folder>…\` (docs/scratches.md); not written by hand. */
import type { Weights } from './score.js'

export const WEIGHTS: Record<'curve' | 'speck', Weights> = ${JSON.stringify(weights)}
`
