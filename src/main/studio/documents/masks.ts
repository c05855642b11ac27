/** What is painted on the states of open pictures. It belongs to its state: going back to that brings it back. */
import type { StateMasks } from '../../../shared/fill.js'
import { checkSize } from '../../../shared/mask/mask.js'
import type { Changes } from '../changes.js'
import type { Documents } from './documents.js'

export class Masks {
  readonly #documents: Documents
  readonly #changes: Changes

  constructor(documents: Documents, changes: Changes) {
    this.#documents = documents
    this.#changes = changes
  }

  /** Null when nothing is painted. Throws `document.notFound`. */
  get(id: string, state: string): StateMasks | null {
    const document = this.#documents.get(id)
    document.indexOf(state)
    return document.masks.get(state) ?? null
  }

  /**
   * Null: nothing any more. Resolves when it is stored, or the document says why it is not. Throws `document.notFound`,
   * `mask.size` for a mask of another picture.
   */
  async set(id: string, stateId: string, masks: StateMasks | null): Promise<void> {
    const document = this.#documents.get(id)
    const state = document.state(stateId)
    if (masks === null) document.masks.delete(stateId)
    else {
      for (const mask of [masks.mask, ...(masks.sources === null ? [] : [masks.sources.mask])])
        checkSize(mask, state, document.origin.name)
      document.masks.set(stateId, masks)
    }
    this.#documents.states.saveMasks(document, stateId)
    this.#changes.notify()
    await document.file?.flush()
  }
}
