/** What other parts of the interface use of masks. */
export { flushMasks, setSourcesMode } from './session.js'
export { getMask, setMask, useMask } from './store.js'
export type { MaskStore, SourcesMode } from './store.js'
