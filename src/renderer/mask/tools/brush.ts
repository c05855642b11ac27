/** Paints; with Alt, the right button or a pen's other end it erases. */
import { strokes } from './stroke.js'

export const brush = strokes(false)
