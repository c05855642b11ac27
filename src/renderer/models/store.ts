/** The network that is being imported: what was derived of it, and what a person says instead. */
import { create } from 'zustand'
import type { ErrorWire } from '../../shared/errors.js'
import type { ImportView } from '../../shared/contract.js'
import type { ImportGiven } from '../../shared/model-import.js'

export interface ImportStore {
  phase: 'none' | 'sending' | 'looking' | 'looked' | 'installing'
  /** Of the file that was chosen. */
  name: string
  /** While it is sent, 0..1. */
  sent: number
  view: ImportView | null
  given: ImportGiven
  /** Whether it may take the place of the model that has its id. */
  replace: boolean
  error: ErrorWire | null
  /** Raised when a model was added or removed. */
  revision: number
}

export const idle: Omit<ImportStore, 'revision'> = {
  ...{ phase: 'none', name: '', sent: 0, view: null, given: {}, replace: false, error: null },
}

export const useImport = create<ImportStore>(() => ({ ...idle, revision: 0 }))
