/** What the host can do, and the truth as a whole. */
import { z } from 'zod'
import { BatchView } from '../job.js'
import { RunOverrides, Settings } from '../settings.js'
import { DocumentView } from './documents.js'
import { JobView } from './jobs.js'

/** What this host can do; the interface asks this instead of knowing its host. */
export const Capabilities = z.object({
  host: z.enum(['desktop', 'browser']),
  version: z.string(),
  platform: z.string(),
  /** How pictures come in: native dialog, a server-side list of folders (`files.list`), or uploads. */
  open: z.enum(['dialog', 'roots', 'upload']),
  /** How results go out: native dialog, into a root, or as a download. */
  save: z.enum(['dialog', 'roots', 'download']),
  reveal: z.boolean(),
})
export type Capabilities = z.infer<typeof Capabilities>

export const EngineView = z.object({
  state: z.enum(['starting', 'ready', 'restarting', 'stopped']),
  provider: z.string().nullable(),
  device: z.string().nullable(),
  memoryUsed: z.number(),
  memoryBudget: z.number(),
})
export type EngineView = z.infer<typeof EngineView>

/** The truth as a whole: sent at once on watching and after every change, ten times a second at most. */
export const StudioView = z.object({
  documents: z.array(DocumentView),
  jobs: z.array(JobView),
  /** Every job over files, the command line's too, in the order of the queue; their items are fetched (`batches.items`). */
  batches: z.array(BatchView),
  /** The picture that a window showed last, before the last start, too; a window that opens begins with it. */
  shown: z.string().nullable().default(null),
  /** No batch is started until `batches.resumeQueue`: the studio started so (`settings.startPaused`). */
  queuePaused: z.boolean().default(false),
  engine: EngineView,
  /** How far the trying of a network is that is being imported, 0..1; null while none is. */
  importing: z.number().min(0).max(1).nullable().optional(),
  settings: Settings,
  /** Typed for this run of the studio: they hold instead of the settings. */
  overrides: RunOverrides.optional(),
})
export type StudioView = z.infer<typeof StudioView>
