/** Erases; with Alt it paints. */
import { strokes } from './stroke.js'

export const eraser = strokes(true)
