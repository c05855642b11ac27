/**
 * What shape a graph's only output has for feeds of given shapes, learned from its runs: so that the next run can be given the
 * place for its result.
 */
import type { TensorData } from './worker-protocol.js'

type Tensors = Readonly<Record<string, Pick<TensorData, 'dims' | 'type'>>>

/** Previews come in many sizes; those of a pass over a picture are a few. */
const MOST = 64

export class KnownShapes {
  /** Null where it was not always the same. */
  readonly #known = new Map<string, readonly number[] | null>()

  of(feeds: Tensors): readonly number[] | undefined {
    return this.#known.get(keyOf(feeds)) ?? undefined
  }

  /** After a run. Several outputs, and others than floats, are left aside. */
  learn(feeds: Tensors, outputs: Tensors): void {
    const key = keyOf(feeds)
    const [output, ...others] = Object.values(outputs)
    const usable = output !== undefined && others.length === 0 && (output.type ?? 'float32') === 'float32'
    const dims = usable ? output.dims : null
    const before = this.#known.get(key)
    const same = before === undefined || (before !== null && dims !== null && before.join() === dims.join())
    if (before === undefined && this.#known.size >= MOST) this.#known.clear()
    this.#known.set(key, same ? dims : null)
  }
}

const keyOf = (feeds: Tensors): string =>
  Object.entries(feeds)
    .map(([name, { dims }]) => `${name}:${dims.join('x')}`)
    .sort()
    .join()
