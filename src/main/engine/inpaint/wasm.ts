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
const V128 = 0x7b
const NOTHING = 0x40
/** What a load or store is aligned to, as a power of two: 4 bytes, a hint. */
const ALIGNED = 2

const simd = (code: number): number[] => [0xfd, ...unsigned(code)]

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]
export const int = (value: number): Code => [0x41, ...signed(value)]
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a]
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
export const times = (a: Code, b: Code): Code => [...a, ...b, ...simd(230)]
/** Runs `body`, and again while `condition` is not 0. */
export const repeat = (body: Code, condition: Code): Code => [0x03, NOTHING, ...body, ...condition, 0x0d, 0, 0x0b]

/** A function of whole numbers without a result. Its locals are numbered: parameters, whole numbers, vectors. */
export interface Procedure {
  name: string
  parameters: number
  integers: number
  vectors: number
  body: Code
}

/** A module's bytes: the procedures, and a memory named `memory` of at least a page (64 KiB). */
export function moduleOf(procedures: readonly Procedure[]): Uint8Array<ArrayBuffer> {
  const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
  const section = (id: number, items: readonly Code[]): number[] => {
    const content = list(items)
    return [id, ...unsigned(content.length), ...content]
  }
  const name = (text: string): number[] => list([...Buffer.from(text)].map((byte) => [byte]))
  const codes = procedures.map(({ integers, vectors, body }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ])
    const whole = [...locals, ...body, 0x0b]
    return [...unsigned(whole.length), ...whole]
  })
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      procedures.map(({ parameters }) => [0x60, ...list(new Array<number[]>(parameters).fill([I32])), 0]),
    ),
    ...section(
      3,
      procedures.map((_, i) => unsigned(i)),
    ),
    ...section(5, [[0x00, 1]]),
    ...section(7, [
      [...name('memory'), 0x02, 0],
      ...procedures.map((procedure, i) => [...name(procedure.name), 0x00, ...unsigned(i)]),
    ]),
    ...section(10, codes),
  ])
}
