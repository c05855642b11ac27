/**
 * The application core that the hosts start. The contract's handlers are in `handlers.js`, so that the command line
 * can be quick without them.
 */
export { planItems, unreadableError } from './batches/plan-items.js'
export { planFiles, type FilePlan, type PlannedFile, type PlanRequest, type SkippedFile } from './jobs/plan-files.js'
export {
  processFile,
  type FileJob,
  type FileResult,
  type ProcessOptions,
  type ProcessTools,
} from './jobs/process-file.js'
export type { JobProgress } from './jobs/progress.js'
export { closest } from './library/closest.js'
export { openLibrary, type Library, type Model } from './library/library.js'
export { makeFolders, studioPaths, type StudioPaths } from './paths.js'
export { defaultMemoryBudget, runOptions } from './run-options.js'
export { sweepScratch } from './scratch.js'
export { openSettings, type SettingsStore } from './settings-store.js'
export type { HostServices, FileListing, SuggestedFile, UploadStore } from './host.js'
