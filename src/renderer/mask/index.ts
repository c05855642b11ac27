/** What other parts of the interface use of masks. */
export { flushMasks, setSourcesMode } from './session.js'
export { getMask, onStroke, setMask, useMask } from './store.js'
export type { MaskStore, PaintTarget, ShownMask, SourcesMode, StrokeEnded } from './store.js'
