/** Writes an ONNX graph, node by node. Fields are numbered as in onnx.proto. */
import { WireWriter } from '../wire.js'

export type Attribute = number | string | readonly number[] | { readonly float: number }

/** A free axis has a name. */
export type Shape = readonly (number | string)[]

const FLOAT = 1
const OPSET = 17
const IR_VERSION = 8

export class OnnxWriter {
  readonly #graph = new WireWriter().text(2, 'converted')
  readonly #inputs: [string, Shape][] = []
  readonly #outputs: [string, Shape][] = []
  #names = 0

  input(name: string, shape: Shape): void {
    this.#inputs.push([name, shape])
  }

  output(name: string, shape: Shape): void {
    this.#outputs.push([name, shape])
  }

  /** The name of what the node gives. */
  node(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, name?: string): string {
    const out = name ?? `${operator.toLowerCase()}_${this.#names++}`
    const node = new WireWriter().texts(1, inputs).text(2, out).text(3, out).text(4, operator)
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value))
    this.#graph.message(1, node)
    return out
  }

  constant(values: Float32Array, shape: readonly number[], hint = 'constant'): string {
    const name = `${hint}_${this.#names++}`
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.#graph.message(5, new WireWriter().ints(1, shape).int(2, FLOAT).text(8, name).bytes(9, raw))
    return name
  }

  finish(): Uint8Array {
    for (const [name, shape] of this.#inputs) this.#graph.message(11, valueInfo(name, shape))
    for (const [name, shape] of this.#outputs) this.#graph.message(12, valueInfo(name, shape))
    return new WireWriter()
      .int(1, IR_VERSION)
      .text(2, 'lacuna-studio')
      .message(7, this.#graph)
      .message(8, new WireWriter().text(1, '').int(2, OPSET))
      .finish()
  }
}

function attribute(name: string, value: Attribute): WireWriter {
  const written = new WireWriter().text(1, name)
  if (typeof value === 'number') return written.int(3, value).int(20, 2)
  if (typeof value === 'string') return written.text(4, value).int(20, 3)
  if ('float' in value) return written.float(2, value.float).int(20, 1)
  return written.ints(8, value).int(20, 7)
}

function valueInfo(name: string, shape: Shape): WireWriter {
  const axes = new WireWriter()
  for (const side of shape)
    axes.message(1, typeof side === 'number' ? new WireWriter().int(1, side) : new WireWriter().text(2, side))
  return new WireWriter()
    .text(1, name)
    .message(2, new WireWriter().message(1, new WireWriter().int(1, FLOAT).message(2, axes)))
}
