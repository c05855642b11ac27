/**
 * The two matrix products of the exact mean (exact.ts) in WebAssembly, four floats at a time: they are nearly all of its
 * cost. Plain additions and multiplications of single precision in a fixed order, so every machine gets the same bits.
 */
import {
  add,
  below,
  type Code,
  get,
  int,
  load,
  loadSplat,
  moduleOf,
  plus,
  repeat,
  set,
  store,
  times,
  zeros,
} from './wasm.js'

/** Targets that are treated together: two vectors. */
export const BATCH = 8
/** Rows that are treated together. */
const ROWS = 4
const FLOAT = 4
const VECTOR = 16
const PAGE = 65_536

export interface Kernel {
  /** `length` numbers a row. */
  rows: Float32Array
  /** `length` x BATCH: a column for each target. */
  columns: Float32Array
  /** `count` x BATCH (rows rounded up to a multiple of four): what each row weighs for each target. */
  weights: Float32Array
  /** BATCH x `width`. */
  means: Float32Array
  /** weights = rows x columns. */
  products: () => void
  /** means = weights' x the first `width` numbers of the rows. */
  sums: () => void
}

/** `count` rows of `length` numbers, of which the first `width`, a multiple of four, are to be summed. */
export function kernelOf(count: number, length: number, width: number): Kernel {
  const padded = Math.ceil(count / ROWS) * ROWS
  const instance = new WebAssembly.Instance(compiled(length, width))
  const { memory, products, sums } = instance.exports as {
    memory: WebAssembly.Memory
    products: (rows: number, end: number, columns: number, columnsEnd: number, out: number) => void
    sums: (weights: number, end: number, rows: number, rowsEnd: number, out: number) => void
  }
  let bytes = 0
  const place = (floats: number): number => {
    const at = bytes
    bytes = Math.ceil((bytes + FLOAT * floats) / VECTOR) * VECTOR
    return at
  }
  const columns = place(length * BATCH)
  const means = place(width * BATCH)
  const weights = place(padded * BATCH)
  const rows = place(padded * length)
  memory.grow(Math.ceil(bytes / PAGE))
  const floats = (at: number, size: number) => new Float32Array(memory.buffer, at, size)
  return {
    rows: floats(rows, count * length),
    columns: floats(columns, length * BATCH),
    weights: floats(weights, count * BATCH),
    means: floats(means, width * BATCH),
    products: () => products(rows, rows + FLOAT * padded * length, columns, columns + FLOAT * length * BATCH, weights),
    sums: () => sums(weights, weights + FLOAT * count * BATCH, rows, rows + FLOAT * width, means),
  }
}

const modules = new Map<string, WebAssembly.Module>()

function compiled(length: number, width: number): WebAssembly.Module {
  const key = `${length} ${width}`
  const known = modules.get(key)
  if (known) return known
  const made = new WebAssembly.Module(moduleOf([productsOf(length), sumsOf(length, width)]))
  modules.set(key, made)
  return made
}

const advance = (local: number, by: Code): Code => set(local, add(get(local), by))

/** For each four rows and each number of them: the number times the eight of its line, added up in eight vectors. */
function productsOf(length: number) {
  const [rows, end, columns, columnsEnd, out, row, column] = [0, 1, 2, 3, 4, 5, 6]
  const [low, high, value, first] = [7, 8, 9, 10]
  const each = (act: (j: number) => Code): Code => Array.from({ length: ROWS }, (_, j) => act(j)).flat()
  const sum = (j: number, half: number) => first + 2 * j + half
  const body = repeat(
    [
      ...each((j) => [...set(sum(j, 0), zeros), ...set(sum(j, 1), zeros)]),
      ...set(row, get(rows)),
      ...set(column, get(columns)),
      ...repeat(
        [
          ...set(low, load(get(column))),
          ...set(high, load(get(column), VECTOR)),
          ...each((j) => [
            ...set(value, loadSplat(get(row), j * length * FLOAT)),
            ...set(sum(j, 0), plus(get(sum(j, 0)), times(get(value), get(low)))),
            ...set(sum(j, 1), plus(get(sum(j, 1)), times(get(value), get(high)))),
          ]),
          ...advance(row, int(FLOAT)),
          ...advance(column, int(FLOAT * BATCH)),
        ],
        below(get(column), get(columnsEnd)),
      ),
      ...each((j) => [
        ...store(get(out), get(sum(j, 0)), j * FLOAT * BATCH),
        ...store(get(out), get(sum(j, 1)), j * FLOAT * BATCH + VECTOR),
      ]),
      ...advance(out, int(ROWS * FLOAT * BATCH)),
      ...advance(rows, int(ROWS * FLOAT * length)),
    ],
    below(get(rows), get(end)),
  )
  return { name: 'products', parameters: 5, integers: 2, vectors: 3 + 2 * ROWS, body }
}

/** For each four numbers of a row: all rows' added up for the eight targets, in eight vectors. */
function sumsOf(length: number, width: number) {
  const [weights, end, rows, rowsEnd, out, weight, row] = [0, 1, 2, 3, 4, 5, 6]
  const [value, first] = [7, 8]
  const each = (act: (j: number) => Code): Code => Array.from({ length: BATCH }, (_, j) => act(j)).flat()
  const body = repeat(
    [
      ...each((j) => set(first + j, zeros)),
      ...set(weight, get(weights)),
      ...set(row, get(rows)),
      ...repeat(
        [
          ...set(value, load(get(row))),
          ...each((j) => set(first + j, plus(get(first + j), times(get(value), loadSplat(get(weight), j * FLOAT))))),
          ...advance(weight, int(FLOAT * BATCH)),
          ...advance(row, int(FLOAT * length)),
        ],
        below(get(weight), get(end)),
      ),
      ...each((j) => store(get(out), get(first + j), j * FLOAT * width)),
      ...advance(out, int(VECTOR)),
      ...advance(rows, int(VECTOR)),
    ],
    below(get(rows), get(rowsEnd)),
  )
  return { name: 'sums', parameters: 5, integers: 2, vectors: 1 + BATCH, body }
}
