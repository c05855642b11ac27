/** States as content-addressed tiles. */
export { keepState } from './keep.js'
export { restoreState } from './restore.js'
