/** The host's own files, and the samples that come with the program. */
import { z } from 'zod'
import { call } from './call.js'

export const FileEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'picture']),
  bytes: z.number().nullable(),
  modified: z.number().nullable(),
})
export type FileEntry = z.infer<typeof FileEntry>

export const fileCommands = {
  /** Roots when `path` is null, else the folders and pictures of a folder inside a root. */
  list: call
    .input(z.object({ path: z.string().nullable() }))
    .output(z.object({ path: z.string().nullable(), parent: z.string().nullable(), entries: z.array(FileEntry) })),
  samples: call.output(z.array(z.object({ id: z.string(), name: z.string(), credit: z.string() }))),
}
