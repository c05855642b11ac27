/**
 * A TensorFlow.js layers model as an ONNX graph: picture first, then channels, as ONNX has it. Only layers that are known
 * are converted; none of the code that a package brings is run, so that a layer of its own is known by its name alone.
 */
import { setImmediate } from 'node:timers/promises'
import { LacunaError } from '../../../../../shared/errors.js'
import { OnnxWriter } from './onnx.js'
import { type Layer, LayersModel, topologyOf, type Topology } from './topology.js'
import { type Weights, weightsOf } from './weights.js'
import type { FileTree } from '../tree.js'

export interface Converted {
  readonly onnx: Uint8Array
  /** As its layers say: the network's own answer is what counts. */
  readonly scale: number
}

/** Whether a JSON file holds such a model. */
export const isLayersModel = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'modelTopology' in json && 'weightsManifest' in json

/** `path`: of its model.json in the tree; null for another scale than the one that is wanted. Throws `import.layer` naming what is not converted, `import.truncated`. */
export async function convertLayers(
  tree: FileTree,
  path: string,
  json: unknown,
  name: string,
  wanted?: number,
): Promise<Converted | null> {
  const refuse = (layer: string, cause?: unknown): LacunaError => new LacunaError('import.layer', { name, layer }, cause)
  if (typeof json === 'object' && json !== null && 'format' in json && json.format === 'graph-model')
    throw refuse('a graph model, not a layers model')
  const parsed = LayersModel.safeParse(json)
  if (!parsed.success) throw new LacunaError('import.truncated', { name: path }, parsed.error)
  const topology = topologyOf(parsed.data)
  if (topology === null) throw refuse('several inputs or outputs')
  // Whether all of it can be converted is known before any weights are read.
  for (const { layer } of topology.layers) if (!converters.has(kindOf(layer))) throw refuse(kindOf(layer))
  const scale = topology.layers.reduce((product, { layer }) => product * growth(layer), 1)
  if (wanted !== undefined && scale !== wanted) return null
  return { onnx: await write(topology, await weightsOf(tree, path, parsed.data), refuse), scale }
}

interface Conversion {
  readonly graph: OnnxWriter
  readonly layer: Layer
  readonly name: string
  /** What comes in: names of tensors. */
  readonly inputs: readonly string[]
  readonly weights: Weights
  readonly refuse: (layer: string) => LacunaError
}

/** Layers are known under the names that their makers gave them: `PixelShuffle4x` is one with a scale of 4. */
const kindOf = ({ class_name: kind }: Layer): string => (/^PixelShuffle\d*x?$/.test(kind) ? 'PixelShuffle' : kind)

async function write(
  { layers, input, output }: Topology,
  weights: Weights,
  refuse: Conversion['refuse'],
): Promise<Uint8Array> {
  const graph = new OnnxWriter()
  const tensors = new Map<string, string>()
  for (const { layer, name, from } of layers) {
    // Megabytes of weights are turned about: the engine's heart has to go on beating.
    await setImmediate()
    const kind = kindOf(layer)
    if (kind === 'InputLayer') {
      if (name !== input) throw refuse('several inputs')
      tensors.set(name, 'input')
      graph.input('input', inputShape(layer, refuse))
      continue
    }
    const inputs = from.map((one) => tensors.get(one))
    if (inputs.length === 0 || inputs.some((tensor) => tensor === undefined)) throw refuse(`${kind} ${name}`)
    const convert = converters.get(kind)
    if (!convert) throw refuse(kind)
    tensors.set(name, convert({ graph, layer, name, inputs: inputs as string[], weights, refuse }))
  }
  const last = tensors.get(output)
  if (last === undefined) throw refuse('no output')
  graph.node('Identity', [last], {}, 'output')
  graph.output('output', ['n', 'channels', 'output_height', 'output_width'])
  return graph.finish()
}

function inputShape({ config }: Layer, refuse: Conversion['refuse']): (number | string)[] {
  const shape: unknown = config['batch_input_shape'] ?? config['batch_shape']
  if (!Array.isArray(shape) || shape.length !== 4) throw refuse('an input that is no picture')
  const [batch, height, width, channels]: unknown[] = shape
  const side = (axis: unknown, name: string) => (typeof axis === 'number' ? axis : name)
  return [side(batch, 'n'), typeof channels === 'number' ? channels : 3, side(height, 'height'), side(width, 'width')]
}

function growth(layer: Layer): number {
  const { size, scale, block_size: block, strides } = layer.config
  switch (kindOf(layer)) {
    case 'UpSampling2D':
      return first(size)
    case 'PixelShuffle':
    case 'DepthToSpace':
      return Number(scale ?? block)
    case 'Conv2D':
      return 1 / first(strides)
    default:
      return 1
  }
}

const first = (value: unknown): number => Number(Array.isArray(value) ? value[0] : (value ?? 1))

type Converter = (conversion: Conversion) => string

/** Of every layer that is converted; null for what is treated apart. */
const converters: ReadonlyMap<string, Converter | null> = new Map(
  Object.entries<Converter | null>({
  InputLayer: null,
  Conv2D: convolution,
  Activation: ({ graph, layer, inputs, refuse }) => activation(graph, inputs[0]!, layer.config['activation'], refuse),
  ReLU: ({ graph, layer, inputs, refuse }) => {
    const { max_value: most, negative_slope: slope, threshold } = layer.config
    if ((threshold ?? 0) !== 0) throw refuse('ReLU with a threshold')
    const out = Number(slope ?? 0) === 0 ? graph.node('Relu', inputs) : leaky(graph, inputs[0]!, Number(slope))
    return most === null || most === undefined ? out : graph.node('Min', [out, scalar(graph, Number(most))])
  },
  LeakyReLU: ({ graph, layer, inputs }) =>
    leaky(graph, inputs[0]!, Number(layer.config['alpha'] ?? layer.config['negative_slope'] ?? 0.3)),
  PReLU: ({ graph, name, inputs, weights, refuse }) => {
    const { shape, values } = weights.get(name, 'alpha', refuse)
    if (shape.slice(0, -1).some((side) => side !== 1)) throw refuse('PReLU that differs from place to place')
    return graph.node('PRelu', [inputs[0]!, graph.constant(values, [values.length, 1, 1])])
  },
  Concatenate: ({ graph, layer, inputs, refuse }) => {
    const axis = Number(layer.config['axis'] ?? -1)
    if (axis !== 3 && axis !== -1) throw refuse(`Concatenate along axis ${axis}`)
    return graph.node('Concat', inputs, { axis: 1 })
  },
  Add: ({ graph, inputs }) => pairwise(graph, 'Add', inputs),
  Subtract: ({ graph, inputs }) => pairwise(graph, 'Sub', inputs),
  Multiply: ({ graph, inputs }) => pairwise(graph, 'Mul', inputs),
  MultiplyBeta: ({ graph, layer, inputs, refuse }) => {
    const beta = layer.config['beta']
    if (typeof beta !== 'number') throw refuse('MultiplyBeta without its beta')
    return graph.node('Mul', [inputs[0]!, scalar(graph, beta)])
  },
  Rescaling: ({ graph, layer, inputs, refuse }) => {
    const { scale, offset } = layer.config
    if (typeof scale !== 'number' || typeof (offset ?? 0) !== 'number') throw refuse('Rescaling by several numbers')
    const scaled = graph.node('Mul', [inputs[0]!, scalar(graph, scale)])
    return graph.node('Add', [scaled, scalar(graph, Number(offset ?? 0))])
  },
  PixelShuffle: shuffle,
  DepthToSpace: shuffle,
  UpSampling2D: ({ graph, layer, inputs, refuse }) => {
    const { size, interpolation, data_format: format } = layer.config
    const [high, wide] = Array.isArray(size) ? size.map(Number) : [Number(size), Number(size)]
    // Bilinear is not the same in Keras and in TensorFlow.js: which one a network was trained with is not said.
    if ((interpolation ?? 'nearest') !== 'nearest') throw refuse(`UpSampling2D (${String(interpolation)})`)
    if (format === 'channels_first') throw refuse('UpSampling2D with channels first')
    const scales = graph.constant(Float32Array.of(1, 1, high ?? 1, wide ?? 1), [4])
    const mode = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
    return graph.node('Resize', [inputs[0]!, '', scales], mode)
  },
  Dropout: ({ inputs }) => inputs[0]!,
  }),
)

function convolution({ graph, layer, name, inputs, weights, refuse }: Conversion): string {
  const { strides, padding, dilation_rate: dilations, groups, use_bias: hasBias, data_format: format } = layer.config
  if (format === 'channels_first') throw refuse('Conv2D with channels first')
  const { shape, values } = weights.get(name, 'kernel', refuse)
  const [high, wide, into, out] = shape
  if (high === undefined || wide === undefined || into === undefined || out === undefined || shape.length !== 4)
    throw refuse(`Conv2D ${name} with a kernel of ${shape.join(' x ')}`)
  const kernel = graph.constant(kernelOf(values, high, wide, into, out), [out, into, high, wide], name)
  const operands = [inputs[0]!, kernel]
  if (hasBias !== false) operands.push(graph.constant(weights.get(name, 'bias', refuse).values, [out], name))
  const pair = (value: unknown) => (Array.isArray(value) ? value.map(Number) : [Number(value ?? 1), Number(value ?? 1)])
  const done = graph.node('Conv', operands, {
    kernel_shape: [high, wide],
    strides: pair(strides),
    dilations: pair(dilations),
    group: Number(groups ?? 1),
    auto_pad: padding === 'same' ? 'SAME_UPPER' : 'VALID',
  })
  return activation(graph, done, layer.config['activation'], refuse)
}

/** [height, width, in, out] to [out, in, height, width]. */
function kernelOf(values: Float32Array, high: number, wide: number, into: number, out: number): Float32Array {
  const kernel = new Float32Array(values.length)
  let from = 0
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++)
      for (let i = 0; i < into; i++)
        for (let o = 0; o < out; o++) kernel[((o * into + i) * high + y) * wide + x] = values[from++]!
  return kernel
}

function activation(graph: OnnxWriter, input: string, kind: unknown, refuse: Conversion['refuse']): string {
  switch (kind ?? 'linear') {
    case 'linear':
      return input
    case 'relu':
      return graph.node('Relu', [input])
    case 'relu6':
      return graph.node('Min', [graph.node('Relu', [input]), scalar(graph, 6)])
    case 'sigmoid':
      return graph.node('Sigmoid', [input])
    case 'tanh':
      return graph.node('Tanh', [input])
    default:
      throw refuse(`the activation ${typeof kind === 'string' ? kind : 'of its own'}`)
  }
}

/** TensorFlow's order of channels: block first. */
function shuffle({ graph, layer, inputs, refuse }: Conversion): string {
  const block = layer.config['scale'] ?? layer.config['block_size']
  if (typeof block !== 'number' || !Number.isInteger(block) || block < 1) throw refuse(`${layer.class_name} without its scale`)
  return graph.node('DepthToSpace', inputs, { blocksize: block, mode: 'DCR' })
}

function pairwise(graph: OnnxWriter, operator: string, inputs: readonly string[]): string {
  return inputs.slice(1).reduce((sum, next) => graph.node(operator, [sum, next]), inputs[0]!)
}

const leaky = (graph: OnnxWriter, input: string, slope: number) => graph.node('LeakyRelu', [input], { alpha: { float: slope } })
const scalar = (graph: OnnxWriter, value: number) => graph.constant(Float32Array.of(value), [])
