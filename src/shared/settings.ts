/** Settings, versioned. The same values exist as command-line options. */
import { z } from 'zod'
import { OutputSettings } from './picture.js'

export const ProviderChoice = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
export type ProviderChoice = z.infer<typeof ProviderChoice>

const values = {
  provider: ProviderChoice,
  /** Bytes that host and engine together may use; null = half of the machine's memory, 4 GB at most. */
  memoryBudget: z.number().int().positive().nullable(),
  /** Core tile side in pixels; null = chosen from the memory budget. */
  tile: z.number().int().min(64).max(4096).nullable(),
  theme: z.enum(['dark', 'light', 'system']),
  ground: z.enum(['theme', 'black', 'grey', 'white']),
  language: z.string(),
  wheel: z.enum(['zoom', 'pan']),
  /** Remapped keys: action id -> key, as the action registry writes them. */
  keys: z.record(z.string(), z.string()),
  /** Name of a result without its extension; see `fillTemplate`. */
  template: z.string().min(1),
  format: OutputSettings.shape.format.unwrap(),
  /** For lossy formats; null = each format's own. */
  quality: z.number().int().min(1).max(100).nullable(),
  /** Bytes that the stored steps of pictures may take; histories that were not opened for long are forgotten first. */
  historyBudget: z.number().int().nonnegative(),
  /** The studio starts with its queue paused. */
  startPaused: z.boolean(),
}

export const Settings = z.object({
  version: z.literal(2).default(2),
  provider: values.provider.default('auto'),
  memoryBudget: values.memoryBudget.default(null),
  tile: values.tile.default(null),
  theme: values.theme.default('dark'),
  ground: values.ground.default('theme'),
  language: values.language.default('en'),
  wheel: values.wheel.default('zoom'),
  keys: values.keys.default({}),
  template: values.template.default('{name}_denoised'),
  format: values.format.default('keep'),
  quality: values.quality.default(null),
  historyBudget: values.historyBudget.default(10e9),
  startPaused: values.startPaused.default(false),
})
export type Settings = z.infer<typeof Settings>

/** What was typed for one run of the studio: it wins over the settings, and is not kept. */
export const RunOverrides = z.object({
  provider: ProviderChoice.optional(),
  /** Pixels. */
  tile: z.number().int().min(64).max(4096).optional(),
  /** Bytes. */
  memoryBudget: z.number().int().positive().optional(),
})
export type RunOverrides = z.infer<typeof RunOverrides>

/** Some of the settings, to be changed. Not `Settings.partial()`, whose defaults would reset what is left out. */
export const SettingsChange = z.object(values).partial()
export type SettingsChange = z.infer<typeof SettingsChange>
