/** What of this window is there again when it is opened the next time, beside the studio's own settings. */
import { z } from 'zod'

const KEY = 'lacuna.fill'

const Remembered = z.object({
  panel: z.enum(['denoise', 'upscale', 'fill', 'extend']).default('denoise'),
  quick: z.boolean().default(false),
})
export type Remembered = z.infer<typeof Remembered>

/** Whatever is stored there by another version or by hand: what can't be read is as if nothing was. */
export function readRemembered(stored: string | null): Remembered {
  try {
    return Remembered.parse(JSON.parse(stored ?? '{}'))
  } catch {
    return Remembered.parse({})
  }
}

// Tests of the state have no window.
const storage: Storage | undefined = globalThis.localStorage

export const remembered = readRemembered(storage?.getItem(KEY) ?? null)

export const remember = (now: Remembered): void => storage?.setItem(KEY, JSON.stringify(now))
