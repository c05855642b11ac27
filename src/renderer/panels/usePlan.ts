import { useEffect, useState } from 'react'
import type { DocumentView } from '../../shared/contract.js'
import type { Note } from '../../shared/errors.js'
import type { Depth, OutputFormat, OutputSettings } from '../../shared/picture.js'
import { api } from '../client.js'
import { attempt } from '../state/commands.js'

export interface Plan {
  readonly format: OutputFormat
  readonly extension: string
  readonly depth: Depth
  readonly notes: readonly Note[]
  readonly estimatedBytes: number
  readonly suggestedName: string
}

/** What writing the state shown with these settings would give; null until it is known, or when it can't be done. */
export function usePlan({ id, current }: DocumentView, output: OutputSettings): Plan | null {
  const [plan, setPlan] = useState<Plan | null>(null)
  useEffect(() => {
    let stale = false
    void attempt('export', () => api().documents.plan({ document: id, output })).then((result) => {
      if (!stale) setPlan(result ?? null)
    })
    return () => {
      stale = true
    }
  }, [id, current, output])
  return plan
}
