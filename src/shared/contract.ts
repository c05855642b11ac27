/**
 * The contract: every command and event that a host serves and the interface calls, with a schema for what
 * goes in and what comes out; a file of `contract/` for each domain. In-process, over a MessagePort (desktop) and over a
 * WebSocket (browser host). Pixels do not pass here: see `media.ts`.
 */
import { eventIterator } from '@orpc/contract'
import { batchCommands } from './contract/batches.js'
import { call } from './contract/call.js'
import { documentCommands } from './contract/documents.js'
import { fileCommands } from './contract/files.js'
import { jobCommands } from './contract/jobs.js'
import { modelCommands } from './contract/models.js'
import { Capabilities, StudioView } from './contract/studio.js'
import { Settings, SettingsChange } from './settings.js'

export * from './contract/batches.js'
export * from './contract/documents.js'
export * from './contract/files.js'
export * from './contract/jobs.js'
export * from './contract/masks.js'
export * from './contract/models.js'
export * from './contract/studio.js'

export const contract = {
  capabilities: call.output(Capabilities),
  watch: call.output(eventIterator(StudioView)),
  files: fileCommands,
  documents: documentCommands,
  jobs: jobCommands,
  batches: batchCommands,
  models: modelCommands,
  settings: { set: call.input(SettingsChange).output(Settings) },
}
export type Contract = typeof contract
