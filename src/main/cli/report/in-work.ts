import type { Part } from './time.js'

export interface PictureInWork extends Part {
  readonly name: string
  /** Null until it is read. */
  readonly phase: string | null
}

/** Phases of the model's work, of which there is one at a time. */
const inference: readonly (string | null)[] = ['estimate', 'denoise', 'sample', 'fill', 'upscale']

/** Pictures that overlap: while the model works on one, the next is read and the last is written. */
export class InWork {
  /** The one that was told of last is last. */
  readonly #pictures = new Map<number, PictureInWork>()

  start(index: number, name: string): void {
    this.#pictures.set(index, { name, phase: null, fraction: 0, secondsLeft: null })
  }

  update(index: number, progress: Omit<PictureInWork, 'name'>): void {
    const picture = this.#pictures.get(index)
    if (picture === undefined) return
    this.#pictures.delete(index)
    this.#pictures.set(index, { name: picture.name, ...progress })
  }

  /** False when it was not in work. */
  end(index: number): boolean {
    return this.#pictures.delete(index)
  }

  /** The one that a person waits for: that which the model works on, else the one told of last; null when there is none. */
  get shown(): PictureInWork | null {
    const latest = [...this.#pictures.values()].reverse()
    return latest.find(({ phase }) => inference.includes(phase)) ?? latest[0] ?? null
  }
}
