/**
 * The application core that the hosts start. The contract's handlers are in `handlers.js`, so that the command line
 * can be quick without them.
 */
export { planItems } from './batches/plan-items.js'
export { processFile, type ProcessTools } from './jobs/process-file.js'
export type { JobProgress } from './jobs/progress.js'
export { openLibrary, type Model } from './library/library.js'
export { makeFolders, studioPaths, type StudioPaths } from './paths.js'
export { runOptions } from './run-options.js'
export { sweepScratch } from './scratch.js'
export { openSettings } from './settings-store.js'
