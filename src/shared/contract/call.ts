/** What every command has in common, and what several name. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ErrorWire } from '../errors.js'

const errors = { LACUNA: { status: 422, data: ErrorWire } } as const
export const call = oc.errors(errors)

export const ofDocument = z.object({ document: z.string() })
export const ofState = ofDocument.extend({ state: z.string() })
export const ofBatch = z.object({ batch: z.string() })
export const ofJob = z.object({ job: z.string() })
