import type { Weights } from './score.js'
export const WEIGHTS: Record<'curve' | 'speck', Weights> = { curve: { hidden: [], out: [0] }, speck: { hidden: [], out: [0] } }
