/** Filling as a conversation: masks that belong to a state, fills that are drawn of them, and the one that is kept. */
import { z } from 'zod'
import { FillEdit } from './edit.js'
import { Mask } from './mask/mask.js'

/** Where patches are taken from: only from what is painted, or from anywhere but there. */
export const Sources = z.object({ mode: z.enum(['only', 'never']), mask: Mask })
export type Sources = z.infer<typeof Sources>

/** What a person painted on a state. It stays with the state: going back to the state brings it back. */
export const StateMasks = z.object({ mask: Mask, sources: Sources.nullable().default(null) })
export type StateMasks = z.infer<typeof StateMasks>

/**
 * The same, or null, as JSON. A mask of a thousand strokes is some hundred thousand values; as text it goes over the line
 * without being walked through on a page that is painting.
 */
export const MasksJson = z
  .string()
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json)
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' })
      return z.NEVER
    }
  })
  .pipe(StateMasks.nullable())

/** Of a state, in pixels; where the canvas is extended `left` and `top` are negative. */
export const FillArea = z.object({
  left: z.number().int(),
  top: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
export type FillArea = z.infer<typeof FillArea>

export const FillVariation = z.object({
  seed: z.number().int(),
  /** Mean patch distance: lower is better; null where the model has no such measure. */
  distance: z.number().nullable(),
  /** False: every pixel came out as it was. */
  changed: z.boolean(),
})
export type FillVariation = z.infer<typeof FillVariation>

/** A fill that is being drawn, or waits to be kept or discarded. */
export const FillView = z.object({
  id: z.string(),
  /** The job that draws it; it is done when `variations` has `edit.variations` entries or as many as there are. */
  job: z.string(),
  edit: FillEdit,
  /** The state that was painted on. */
  state: z.string(),
  /** What may change; a variation's picture (`mediaPath.fill`) is of this area, surroundings included. Null until it is known. */
  area: FillArea.nullable(),
  /** How many previews were drawn so far: the newest is at `mediaPath.fillPreview(…, previews)`. */
  previews: z.number().int().nonnegative(),
  variations: z.array(FillVariation),
  done: z.boolean(),
})
export type FillView = z.infer<typeof FillView>

/** How eagerly `--mask auto` and "Find scratches" propose: 0 = only what is certain, 1 = whatever might be one. */
export const Sensitivity = z.number().min(0).max(1)
export const DEFAULT_SENSITIVITY = 0.5
