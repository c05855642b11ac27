/** How masks were painted last in this window: there again when it is opened the next time. */
import { z } from 'zod'
import { MAX_DIAMETER, MIN_DIAMETER } from './tools/brush-size.js'
import { getMask, setMask, useMask } from './store.js'

const KEY = 'lacuna.mask'

const Remembered = z.object({
  brush: z.object({
    diameter: z.number().min(MIN_DIAMETER).max(MAX_DIAMETER),
    hardness: z.number().min(0).max(1),
    pressure: z.boolean(),
  }),
  tolerance: z.number().min(0).max(255),
  contiguous: z.boolean(),
  grow: z.number().int().min(-500).max(500),
  feather: z.number().int().min(0).max(500),
  overlay: z.object({
    visible: z.literal(true).catch(true),
    colour: z.string().regex(/^#[0-9a-f]{6}$/),
    opacity: z.number().min(0).max(1),
  }),
})
export type Remembered = z.infer<typeof Remembered>

/** Whatever is stored there by another version or by hand: null for what can't be read. */
export function readRemembered(stored: string | null): Remembered | null {
  if (stored === null) return null
  try {
    return Remembered.parse(JSON.parse(stored))
  } catch {
    // Then the tools begin as new.
    return null
  }
}

/** Takes up what was stored, and stores what changes from now on. */
export function rememberTools(storage: Storage = localStorage): void {
  const stored = readRemembered(storage.getItem(KEY))
  if (stored !== null) setMask(stored)
  const chosen = (): string => {
    const { brush, tolerance, contiguous, grow, feather, overlay } = getMask()
    return JSON.stringify({ brush, tolerance, contiguous, grow, feather, overlay })
  }
  let last = chosen()
  useMask.subscribe((now, before) => {
    const same = (['brush', 'tolerance', 'contiguous', 'grow', 'feather', 'overlay'] as const).every(
      (key) => now[key] === before[key],
    )
    if (same) return
    const next = chosen()
    if (next !== last) storage.setItem(KEY, next)
    last = next
  })
}
