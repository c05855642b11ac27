/** Width and height of the waiting rows that are on screen, read in the background, a few headers at a time. */
import type { PictureSize } from '../../../shared/job.js'
import type { EngineClient } from '../../engine/protocol/client.js'
import type { ItemRecord } from '../jobs/store/records.js'
import type { JobStore } from '../jobs/store/store.js'
import type { Log } from '../log.js'

const AT_A_TIME = 3
/** Stored together, since each storing makes the list be fetched again. */
const STORED_TOGETHER = 24

export class RowSizes {
  readonly #tools: { store: JobStore; engine: EngineClient; log: Log }
  /** Which could not be read: they are not tried again until the next start. */
  readonly #hopeless = new Set<string>()
  readonly #ended = new AbortController()
  #wanted: readonly ItemRecord[] = []
  #running: Promise<void> | null = null

  constructor(tools: { store: JobStore; engine: EngineClient; log: Log }) {
    this.#tools = tools
  }

  /** These rows are shown now; what was wanted before and is not begun is forgotten. */
  want(items: readonly ItemRecord[]): void {
    this.#wanted = items.filter(
      (item) => item.state === 'waiting' && item.size === null && !this.#hopeless.has(keyOf(item)),
    )
    if (this.#running !== null || this.#wanted.length === 0 || this.#ended.signal.aborted) return
    this.#running = this.#work()
      .catch((error: unknown) => this.#tools.log.warn('sizes of waiting files were not kept', error))
      .finally(() => (this.#running = null))
  }

  async end(): Promise<void> {
    this.#ended.abort()
    this.#wanted = []
    await this.#running
  }

  async #work(): Promise<void> {
    while (this.#wanted.length > 0 && !this.#ended.signal.aborted) {
      const now = this.#wanted.slice(0, STORED_TOGETHER)
      this.#wanted = this.#wanted.slice(STORED_TOGETHER)
      const sizes = new Map<string, Map<number, PictureSize>>()
      let next = 0
      const worker = async (): Promise<void> => {
        for (let item = now[next++]; item !== undefined; item = now[next++]) {
          const size = await this.#inspect(item)
          if (size !== null) sizes.set(item.job, (sizes.get(item.job) ?? new Map()).set(item.item, size))
        }
      }
      await Promise.all(Array.from({ length: AT_A_TIME }, worker))
      for (const [job, found] of sizes) await this.#tools.store.setSizes(job, found)
    }
  }

  async #inspect(item: ItemRecord): Promise<PictureSize | null> {
    const { signal } = this.#ended
    if (signal.aborted) return null
    try {
      const { width, height, depth } = await this.#tools.engine.run(
        { kind: 'inspect', path: item.input },
        { priority: 0, signal },
      )
      return { width, height, depth }
    } catch {
      // Its reason is told when its turn comes.
      if (!signal.aborted) this.#hopeless.add(keyOf(item))
      return null
    }
  }
}

const keyOf = ({ job, item }: ItemRecord): string => `${job}/${item}`
