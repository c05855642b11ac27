/**
 * What an ONNX file says of itself: inputs, outputs, operators, and where its weights lie. Read from the file's own
 * structure (onnx.proto), weights skipped, before any of it is handed to onnxruntime.
 */
import { ByteSource, type Field, fieldsOf, numbersOf, type Span, textOf, wholeOf, WireError } from './wire.js'

export interface TensorFacts {
  readonly name: string
  /** ONNX's number: see {@link elementName}. */
  readonly type: number
  /** Of each axis: its length, or the name (perhaps empty) of a free one. */
  readonly shape: readonly (number | string)[]
}

/** Weights that lie in a file beside the graph. */
export interface ExternalPart {
  readonly location: string
  readonly offset: number
  /** Null: to the end. */
  readonly length: number | null
}

export interface GraphFacts {
  /** Without weights that are listed as inputs too (older exports). */
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
  /** Of ONNX's own operators; 0 where none is used. */
  readonly opset: number
  /** Domains of operators that are used, other than ONNX's own, and operators of them. */
  readonly foreign: ReadonlyMap<string, ReadonlySet<string>>
  readonly producer: string
  readonly nodes: number
  readonly external: readonly ExternalPart[]
  /** Bytes of weights by element type. */
  readonly weights: ReadonlyMap<number, number>
  /** Float constants of three numbers, as networks that subtract a mean colour have. */
  readonly triples: readonly (readonly [number, number, number])[]
}

export type NotAGraph = 'notOnnx' | 'truncated' | 'empty' | 'pytorch' | 'pointer'

/** Not a (whole) ONNX file; `why` says which sentence tells so. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  constructor(
    readonly why: NotAGraph,
    cause?: unknown,
  ) {
    super(why, { cause })
  }
}

const names: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
}
export const elementName = (type: number): string => names[type] ?? `type ${type}`

const elementBytes: Record<number, number> = { 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 16: 2 }

/** Throws {@link GraphError}, and what opening a file throws. */
export function readGraph(path: string): GraphFacts {
  using source = ByteSource.ofFile(path)
  return graphOf(source)
}

export function graphOf(source: ByteSource): GraphFacts {
  if (source.size === 0) throw new GraphError('empty')
  const other = otherFormat(source)
  if (other !== null) throw new GraphError(other)
  const collected = new Collector()
  let version = 0
  try {
    for (const field of fieldsOf(wholeOf(source))) {
      const { number, wire, value, span } = field
      if (wire !== modelFields[number]) throw new GraphError('notOnnx')
      if (number === 1) version = value
      if (version < 1 || version > 1000) throw new GraphError('notOnnx')
      if (number === 2) collected.producer = textOf(span)
      if (number === 7) collected.readGraph(span, true)
      if (number === 8) collected.readOpset(span)
      if (number === 25) collected.readFunction(span)
    }
  } catch (error) {
    if (error instanceof GraphError) throw error
    if (!(error instanceof WireError)) throw error
    // Something that begins as a model does, and then breaks off.
    throw new GraphError(version > 0 ? 'truncated' : 'notOnnx', error)
  }
  if (!collected.found) throw new GraphError(version > 0 ? 'truncated' : 'notOnnx')
  return collected
}

/** The fields of a ModelProto, and how each is written. A file's first is nearly always its version. */
const modelFields: Record<number, number> = {
  ...{ 1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2 },
  ...{ 14: 2, 20: 2, 25: 2, 26: 2 },
}

function otherFormat(source: ByteSource): NotAGraph | null {
  const head = Buffer.from(source.bytes(0, Math.min(64, source.size))).toString('latin1')
  if (head.startsWith('PK\x03\x04') || head.startsWith('\x80\x02') || head.startsWith('\x80\x04')) return 'pytorch'
  if (head.startsWith('version https://git-lfs')) return 'pointer'
  return null
}

class Collector implements GraphFacts {
  inputs: TensorFacts[] = []
  outputs: TensorFacts[] = []
  foreign = new Map<string, Set<string>>()
  external: ExternalPart[] = []
  weights = new Map<number, number>()
  triples: [number, number, number][] = []
  producer = ''
  nodes = 0
  found = false
  readonly #opsets = new Map<string, number>()
  /** Domains of functions that the file brings itself. */
  readonly #own = new Set<string>()

  get opset(): number {
    return this.#opsets.get('') ?? 0
  }

  readOpset(span: Span): void {
    let domain = ''
    let version = 0
    for (const { number, value, span: inner } of fieldsOf(span)) {
      if (number === 1) domain = textOf(inner)
      if (number === 2) version = value
    }
    this.#opsets.set(domain === 'ai.onnx' ? '' : domain, version)
  }

  readFunction(span: Span): void {
    for (const { number, span: inner } of fieldsOf(span)) {
      if (number === 7) this.#node(inner)
      if (number === 10) this.#own.add(textOf(inner))
    }
    for (const domain of this.#own) this.foreign.delete(domain)
  }

  readGraph(span: Span, outermost: boolean): void {
    const inputs: TensorFacts[] = []
    const weights = new Set<string>()
    for (const { number, span: inner } of fieldsOf(span)) {
      if (number === 1) this.#node(inner)
      if (number === 5) weights.add(this.#tensor(inner))
      if (number === 15) for (const field of fieldsOf(inner)) if (field.number <= 2) weights.add(this.#tensor(field.span))
      if (number === 11 && outermost) inputs.push(valueInfo(inner))
      if (number === 12 && outermost) this.outputs.push(valueInfo(inner))
    }
    if (!outermost) return
    this.found = true
    this.inputs = inputs.filter(({ name }) => !weights.has(name))
  }

  #node(span: Span): void {
    this.nodes++
    let operator = ''
    let domain = ''
    for (const { number, span: inner } of fieldsOf(span)) {
      if (number === 4) operator = textOf(inner)
      if (number === 7) domain = textOf(inner)
      if (number === 5) this.#attribute(inner)
    }
    if (domain === '' || domain === 'ai.onnx' || this.#own.has(domain)) return
    this.foreign.set(domain, (this.foreign.get(domain) ?? new Set()).add(operator))
  }

  #attribute(span: Span): void {
    for (const { number, span: inner } of fieldsOf(span)) {
      if (number === 5 || number === 10) this.#tensor(inner)
      if (number === 6 || number === 11) this.readGraph(inner, false)
    }
  }

  /** Its name. */
  #tensor(span: Span): string {
    let name = ''
    let type = 0
    let stored = 0
    const dims: number[] = []
    const floats: number[] = []
    const external = new Map<string, string>()
    for (const field of fieldsOf(span)) {
      const { number, span: inner } = field
      if (number === 1) dims.push(...numbersOf(field))
      if (number === 2) type = field.value
      if (number === 4 || number === 9) floats.push(...fewFloats(field))
      if (number === 8) name = textOf(inner)
      if (number === 13) external.set(...pair(inner))
      if (number === 14) stored = field.value
    }
    const count = dims.reduce((product, side) => product * side, 1)
    this.weights.set(type, (this.weights.get(type) ?? 0) + count * (elementBytes[type] ?? 0))
    const [a, b, c] = floats
    if (type === 1 && count === 3 && a !== undefined && b !== undefined && c !== undefined) this.triples.push([a, b, c])
    if (stored === 1 || external.size > 0) {
      const length = external.get('length')
      this.external.push({
        location: external.get('location') ?? '',
        offset: Number(external.get('offset') ?? 0),
        length: length === undefined ? null : Number(length),
      })
    }
    return name
  }
}

/** Floats of a field where it holds three at most, written one by one or as bytes. */
function fewFloats({ span: { source, start, end } }: Field): number[] {
  if (end - start > 12 || (end - start) % 4 !== 0) return []
  const bytes = source.bytes(start, end - start)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
}

function pair(span: Span): [string, string] {
  let key = ''
  let value = ''
  for (const { number, span: inner } of fieldsOf(span)) {
    if (number === 1) key = textOf(inner)
    if (number === 2) value = textOf(inner)
  }
  return [key, value]
}

function valueInfo(span: Span): TensorFacts {
  let name = ''
  let type = 0
  const shape: (number | string)[] = []
  for (const { number, span: inner } of fieldsOf(span)) {
    if (number === 1) name = textOf(inner)
    if (number !== 2) continue
    // TypeProto.tensor_type, then its element type and shape.
    for (const kind of fieldsOf(inner))
      if (kind.number === 1)
        for (const part of fieldsOf(kind.span)) {
          if (part.number === 1) type = part.value
          if (part.number === 2) for (const axis of fieldsOf(part.span)) if (axis.number === 1) shape.push(side(axis.span))
        }
  }
  return { name, type, shape }
}

function side(span: Span): number | string {
  let length: number | string = ''
  for (const { number, value, span: inner } of fieldsOf(span)) {
    if (number === 1) length = value > 0 ? value : ''
    if (number === 2) length = textOf(inner)
  }
  return length
}
