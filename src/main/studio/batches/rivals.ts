/**
 * Files of one job whose results would have one name. Planning lets one of them have it and fails the others; those may be
 * tried again by a person, and must not take the name, not even where overwriting is allowed, for that is meant for results
 * of before.
 */
import { basename } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import { nameKey } from '../files/names.js'
import type { ItemRecord } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'

export class Rivals {
  readonly #store: JobStore
  /** The numbers of items by the key of their target, where there are several. */
  readonly #byKey: ReadonlyMap<string, readonly number[]>

  constructor(store: JobStore, items: readonly Pick<ItemRecord, 'item' | 'target'>[]) {
    this.#store = store
    const all = new Map<string, number[]>()
    for (const { item, target } of items) {
      if (target === null) continue
      const key = nameKey(target)
      const known = all.get(key)
      if (known === undefined) all.set(key, [item])
      else known.push(item)
    }
    this.#byKey = new Map([...all].filter(([, numbers]) => numbers.length > 1))
  }

  /** Throws `output.clash` where another has the name, or is about to get it: of two that wait the first one does. */
  async check({ job, item, target }: ItemRecord): Promise<void> {
    if (target === null) return
    for (const number of this.#byKey.get(nameKey(target)) ?? []) {
      if (number === item) continue
      const other = await this.#store.item(job, number)
      if (other === null) continue
      const comes = (other.state === 'waiting' || other.state === 'running') && number < item
      if (comes || other.state === 'done' || other.skip === 'made')
        throw new LacunaError('output.clash', { name: basename(target), other: other.label })
    }
  }
}
