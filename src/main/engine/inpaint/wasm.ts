/**
 * WebAssembly written out in place: enough of its binary format (W3C core specification 2.0, section 5) for small
 * functions over numbers in memory. What is generated is a few hundred bytes, so that it needs no compiler to build.
 */

/** Bytes of code. */
export type Code = readonly number[]

/** Unsigned LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): number[] {
  const out = []
  for (; value > 0x7f; value >>>= 7) out.push((value & 0x7f) | 0x80)
  return [...out, value]
}

/** Signed LEB128. */
function signed(value: number): number[] {
  const out = []
  for (; value < -0x40 || value > 0x3f; value >>= 7) out.push((value & 0x7f) | 0x80)
  return [...out, value & 0x7f]
}

const I32 = 0x7f
const F32 = 0x7d
const V128 = 0x7b
const NOTHING = 0x40
/** Limits of a memory that threads share: a least and a most number of pages. */
const SHARED = 0x03
/** All that 32 bits reach. */
export const MOST_PAGES = 65_536
/** What a load or store is aligned to, as a power of two: 4 bytes, a hint. */
const ALIGNED = 2

const simd = (code: number): number[] => [0xfd, ...unsigned(code)]

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]
export const int = (value: number): Code => [0x41, ...signed(value)]
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a]
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x6c]
export const below = (a: Code, b: Code): Code => [...a, ...b, 0x49]
/** Four floats from memory. */
export const load = (address: Code, offset = 0): Code => [...address, ...simd(0), ALIGNED, ...unsigned(offset)]
/** One float from memory, four times. */
export const loadSplat = (address: Code, offset = 0): Code => [...address, ...simd(9), ALIGNED, ...unsigned(offset)]
export const store = (address: Code, value: Code, offset = 0): Code => [
  ...address,
  ...value,
  ...simd(11),
  ALIGNED,
  ...unsigned(offset),
]
export const zeros: Code = [...simd(12), ...new Array<number>(16).fill(0)]
export const plus = (a: Code, b: Code): Code => [...a, ...b, ...simd(228)]
export const minus = (a: Code, b: Code): Code => [...a, ...b, ...simd(229)]
export const times = (a: Code, b: Code): Code => [...a, ...b, ...simd(230)]
/** Its four floats in another order; `vector` is code that can be run twice. */
export const swapped = (vector: Code, order: readonly number[]): Code => [
  ...vector,
  ...vector,
  ...simd(13),
  ...order.flatMap((float) => [0, 1, 2, 3].map((byte) => 4 * float + byte)),
]
/** The first float of a vector. */
export const first = (vector: Code): Code => [...vector, ...simd(31), 0]
/** Whether one float is above another. */
export const exceeds = (a: Code, b: Code): Code => [...a, ...b, 0x5e]
/** Ends the function with `result` if `condition` is not 0. */
export const leaveIf = (condition: Code, result: Code): Code => [...condition, 0x04, NOTHING, ...result, 0x0f, 0x0b]
/** Runs `body`, and again while `condition` is not 0. */
export const repeat = (body: Code, condition: Code): Code => [0x03, NOTHING, ...body, ...condition, 0x0d, 0, 0x0b]

/** A function. Its locals are numbered: parameters (whole numbers, then floats), whole numbers, vectors. */
export interface Procedure {
  name: string
  /** Parameters that are whole numbers, and those that are floats, none unless given. */
  parameters: number
  floats?: number
  /** Whether it leaves a float; nothing unless given. */
  result?: boolean
  integers: number
  vectors: number
  body: Code
}

/**
 * A module's bytes: the procedures, and a memory. Its own is named `memory`, of at least a page (64 KiB); a shared one is
 * imported as `arena.memory`.
 */
export function moduleOf(procedures: readonly Procedure[], memory: 'own' | 'shared' = 'own'): Uint8Array<ArrayBuffer> {
  const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
  const section = (id: number, items: readonly Code[]): number[] => {
    if (items.length === 0) return []
    const content = list(items)
    return [id, ...unsigned(content.length), ...content]
  }
  const name = (text: string): number[] => list([...Buffer.from(text)].map((byte) => [byte]))
  const many = (count: number, type: number): Code[] => new Array<Code>(count).fill([type])
  const codes = procedures.map(({ integers, vectors, body }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ])
    const whole = [...locals, ...body, 0x0b]
    return [...unsigned(whole.length), ...whole]
  })
  const isOwn = memory === 'own'
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      procedures.map(({ parameters, floats = 0, result = false }) => [
        ...[0x60, ...list([...many(parameters, I32), ...many(floats, F32)])],
        ...list(many(Number(result), F32)),
      ]),
    ),
    ...section(2, isOwn ? [] : [[...name('arena'), ...name('memory'), 0x02, SHARED, 1, ...unsigned(MOST_PAGES)]]),
    ...section(
      3,
      procedures.map((_, i) => unsigned(i)),
    ),
    ...section(5, isOwn ? [[0x00, 1]] : []),
    ...section(7, [
      ...(isOwn ? [[...name('memory'), 0x02, 0]] : []),
      ...procedures.map((procedure, i) => [...name(procedure.name), 0x00, ...unsigned(i)]),
    ]),
    ...section(10, codes),
  ])
}
