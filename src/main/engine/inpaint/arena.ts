/**
 * Memory that all threads of a fill and its WebAssembly see: what the search reads lies here. Allocating is an addition;
 * nothing is given back but all at once.
 */

import { MOST_PAGES } from './wasm.js'

const PAGE = 65_536
/** A vector of four floats, which all that is allocated is aligned to. */
const VECTOR = 16

/** What a thread filled last, to be filled again: a page that is used already costs nothing. */
let last: WebAssembly.Memory | null = null

/** Shared, so it can be posted; it grows up to 4 GiB. */
export function newArena(): WebAssembly.Memory {
  const arena = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true })
  return emptied(arena)
}

/** The thread's own, empty. What was allocated in it for an earlier fill is no more. */
export function ownArena(): WebAssembly.Memory {
  last = last ? emptied(last) : newArena()
  return last
}

/** The thread's own is not needed for a while. */
export function leaveArena(): void {
  last = null
}

/** Zeros, aligned to 16 bytes; any thread may ask at any time. Throws a RangeError beyond 4 GiB. */
export function floatsIn(arena: WebAssembly.Memory, length: number): Float32Array {
  const vectors = Math.ceil((4 * length) / VECTOR)
  const begin = Atomics.add(cursorOf(arena), 0, vectors)
  const missing = VECTOR * (begin + vectors) - arena.buffer.byteLength
  // Another thread may ask for the same at once: then it is a little more than both need.
  if (missing > 0) arena.grow(Math.ceil(missing / PAGE))
  return new Float32Array(arena.buffer, VECTOR * begin, length).fill(0)
}

/** How much is taken, in vectors: the arena's first word. */
const cursorOf = (arena: WebAssembly.Memory): Int32Array => new Int32Array(arena.buffer, 0, 1)

function emptied(arena: WebAssembly.Memory): WebAssembly.Memory {
  Atomics.store(cursorOf(arena), 0, 1)
  return arena
}
