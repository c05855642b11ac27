/**
 * The wire format of Protocol Buffers: what ONNX files are written in. The reader goes over a file without loading it,
 * since nearly all of one is weights that are only skipped.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The bytes are no sequence of fields: cut short, or never a protocol buffer. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

/** Bytes by their place, of which never more than a window is in memory. */
export class ByteSource implements Disposable {
  readonly size: number
  readonly #file: number | null
  #window: Uint8Array
  #at = 0

  private constructor(file: number | null, size: number, window: Uint8Array) {
    this.#file = file
    this.size = size
    this.#window = window
  }

  /** Throws what opening the file throws. */
  static ofFile(path: string): ByteSource {
    const file = openSync(path, 'r')
    return new ByteSource(file, fstatSync(file).size, new Uint8Array(0))
  }

  static ofBytes(bytes: Uint8Array): ByteSource {
    return new ByteSource(null, bytes.length, bytes)
  }

  /** `length` bytes from `start`. Valid until the next call. Throws {@link WireError} where they are not all there. */
  bytes(start: number, length: number): Uint8Array {
    if (start + length > this.size) throw new WireError(`${start + length - this.size} bytes are missing at the end`)
    if (start < this.#at || start + length > this.#at + this.#window.length) this.#load(start, length)
    return this.#window.subarray(start - this.#at, start - this.#at + length)
  }

  #load(start: number, length: number): void {
    if (this.#file === null) return
    const window = new Uint8Array(Math.min(this.size - start, Math.max(length, WINDOW)))
    let read = 0
    while (read < window.length) {
      const got = readSync(this.#file, window, read, window.length - read, start + read)
      if (got === 0) throw new WireError('the file became shorter while it was read')
      read += got
    }
    this.#window = window
    this.#at = start
  }

  [Symbol.dispose](): void {
    if (this.#file !== null) closeSync(this.#file)
  }
}

const WINDOW = 1 << 16

/** A part of a source that holds a message. */
export interface Span {
  readonly source: ByteSource
  readonly start: number
  readonly end: number
}

export const wholeOf = (source: ByteSource): Span => ({ source, start: 0, end: source.size })

export interface Field {
  readonly number: number
  /** 0: varint; 1: 8 bytes; 2: counted bytes; 5: 4 bytes. */
  readonly wire: number
  /** Of a varint; elsewhere 0. */
  readonly value: number
  /** Of counted bytes: what is in them; elsewhere the bytes of the number. */
  readonly span: Span
}

/** The fields of a message, in order. Throws {@link WireError} where the bytes are none. */
export function* fieldsOf({ source, start, end }: Span): Generator<Field> {
  let at = start
  while (at < end) {
    const key = varint(source, at, end)
    at = key.next
    const number = Math.floor(key.value / 8)
    const wire = key.value % 8
    let value = 0
    let from = at
    let to: number
    switch (wire) {
      case 0:
        ;({ value, next: to } = varint(source, at, end))
        break
      case 1:
        to = at + 8
        break
      case 2: {
        const length = varint(source, at, end)
        from = length.next
        to = from + length.value
        break
      }
      case 5:
        to = at + 4
        break
      default:
        throw new WireError(`a field is of the unknown kind ${wire}`)
    }
    if (number === 0) throw new WireError('a field has no number')
    if (to > end) throw new WireError(`${to - end} bytes are missing`)
    yield { number, wire, value, span: { source, start: from, end: to } }
    at = to
  }
}

/** A base-128 number; negative ones take ten bytes. */
function varint(source: ByteSource, start: number, end: number): { value: number; next: number } {
  const bytes = source.bytes(start, Math.min(10, end - start))
  let value = 0n
  for (const [i, byte] of bytes.entries()) {
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), next: start + i + 1 }
  }
  throw new WireError('a number has no end')
}

export const textOf = ({ source, start, end }: Span): string =>
  new TextDecoder().decode(source.bytes(start, end - start))

/** A repeated varint field may come packed into counted bytes. */
export function numbersOf(field: Field): number[] {
  if (field.wire === 0) return [field.value]
  const { source, start, end } = field.span
  const numbers: number[] = []
  for (let at = start; at < end; ) {
    const { value, next } = varint(source, at, end)
    numbers.push(value)
    at = next
  }
  return numbers
}

/** Writes a message, field by field. */
export class WireWriter {
  readonly #parts: Uint8Array[] = []

  int(number: number, value: number): this {
    this.#parts.push(encoded(number * 8), encoded(value))
    return this
  }

  ints(number: number, values: readonly number[]): this {
    for (const value of values) this.int(number, value)
    return this
  }

  float(number: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#parts.push(encoded(number * 8 + 5), bytes)
    return this
  }

  bytes(number: number, bytes: Uint8Array): this {
    this.#parts.push(encoded(number * 8 + 2), encoded(bytes.length), bytes)
    return this
  }

  text(number: number, value: string): this {
    return this.bytes(number, new TextEncoder().encode(value))
  }

  texts(number: number, values: readonly string[]): this {
    for (const value of values) this.text(number, value)
    return this
  }

  message(number: number, message: WireWriter): this {
    return this.bytes(number, message.finish())
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}

function encoded(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest === 0n ? low : low | 0x80)
  } while (rest !== 0n)
  return Uint8Array.from(bytes)
}
