/** The form of a TensorFlow.js layers model (`model.json`): its layers, how they are joined, and where their weights lie. */
import { z } from 'zod'

const Inbound = z.array(z.array(z.tuple([z.string(), z.number(), z.number()]).rest(z.unknown())))

export const Layer = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: Inbound.optional(),
})
export type Layer = z.infer<typeof Layer>

const Ends = z.union([z.array(z.tuple([z.string(), z.number(), z.number()])), z.tuple([z.string(), z.number(), z.number()])])

const Config = z.union([
  z.object({ layers: z.array(Layer).min(1), input_layers: Ends, output_layers: Ends }),
  z.object({ layers: z.array(Layer).min(1) }),
  z.array(Layer).min(1),
])

const ModelConfig = z.object({ class_name: z.string(), config: Config })

const Quantization = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
})

const Weight = z.object({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.literal('float32'),
  quantization: Quantization.optional(),
})
export type Weight = z.infer<typeof Weight>

export const LayersModel = z.object({
  format: z.literal('layers-model').optional(),
  modelTopology: z.union([z.object({ model_config: ModelConfig }), ModelConfig]),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(Weight) })),
})
export type LayersModel = z.infer<typeof LayersModel>

export interface Topology {
  readonly layers: readonly { readonly layer: Layer; readonly name: string; readonly from: readonly string[] }[]
  readonly input: string
  readonly output: string
}

/** Null where it is not a chain or graph of one input and one output, each layer used once. */
export function topologyOf({ modelTopology }: LayersModel): Topology | null {
  const { config } = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology
  const list = Array.isArray(config) ? config : config.layers
  const named = list.map((layer) => ({ layer, name: layer.name ?? String(layer.config['name'] ?? '') }))
  if (Array.isArray(config) || !('input_layers' in config)) return chain(named)
  const [input, output] = [only(config.input_layers), only(config.output_layers)]
  if (input === null || output === null) return null
  const layers = named.map(({ layer, name }) => {
    const calls = layer.inbound_nodes ?? []
    return { layer, name, from: (calls[0] ?? []).map(([from]) => from), calls: calls.length }
  })
  return layers.some(({ calls }) => calls > 1) ? null : { layers, input, output }
}

type Named = { readonly layer: Layer; readonly name: string }

function chain(named: readonly Named[]): Topology {
  const starts = named[0]?.layer.class_name === 'InputLayer'
  const shape = named[0]?.layer.config['batch_input_shape']
  const whole: readonly Named[] = starts
    ? named
    : [{ name: 'input', layer: { class_name: 'InputLayer', config: { batch_input_shape: shape } } }, ...named]
  const layers = whole.map((one, i) => ({ ...one, from: i === 0 ? [] : [whole[i - 1]!.name] }))
  return { layers, input: layers[0]!.name, output: layers.at(-1)!.name }
}

function only(ends: z.infer<typeof Ends>): string | null {
  const [first, second] = ends
  if (typeof first === 'string') return first
  return second === undefined && Array.isArray(first) ? first[0] : null
}
