/** Settings, versioned. The same values exist as command-line options. */
import { z } from 'zod'

export const ProviderChoice = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
export type ProviderChoice = z.infer<typeof ProviderChoice>

export const Settings = z.object({
  version: z.literal(1).default(1),
  provider: ProviderChoice.default('auto'),
  /** Bytes that host and engine together may use; null = half of the machine's memory, 4 GB at most. */
  memoryBudget: z.number().int().positive().nullable().default(null),
  /** Core tile side in pixels; null = chosen from the memory budget. */
  tile: z.number().int().min(64).max(4096).nullable().default(null),
  theme: z.enum(['dark', 'light', 'system']).default('dark'),
  ground: z.enum(['theme', 'black', 'grey', 'white']).default('theme'),
  language: z.string().default('en'),
  wheel: z.enum(['zoom', 'pan']).default('zoom'),
  /** Remapped keys: action id -> key, as the action registry writes them. */
  keys: z.record(z.string(), z.string()).default({}),
})
export type Settings = z.infer<typeof Settings>
