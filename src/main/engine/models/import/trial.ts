/** Runs a graph that nothing is known of yet but its form: pictures in 0..1 in, numbers out, whatever they mean. */
import { LacunaError } from '../../../../shared/errors.js'
import type { Inference} from '../../runtime/inference.js';
import { InferenceError } from '../../runtime/inference.js'
import type { TensorData } from '../../runtime/worker-protocol.js'
import type { Form } from './form.js'

/** [channels, height, width]. */
export interface Planes {
  readonly channels: number
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

export type Numbers = readonly [number, number]

/** What may stand for black and white, the usual first. */
export const NUMBERS: readonly Numbers[] = [
  [0, 1],
  [0, 255],
  [-1, 1],
]

export interface Trial {
  readonly form: Form
  /** A picture in 0..1, told in the numbers of `range`; what comes out as it is. Throws {@link InferenceError}, `import.noPicture`. */
  run(picture: Planes, range: Numbers): Promise<Planes>
  /** Pixels going in each second, of the run before. */
  readonly speed: number
}

export function trialOf(
  inference: Inference,
  file: string,
  form: Form,
  name: string,
  signal: AbortSignal,
): Trial {
  let speed = 0
  return {
    form,
    get speed() {
      return speed
    },
    async run(picture, [low, high]) {
      const { width, height, data } = picture
      const numbers = data.map((value) => low + value * (high - low))
      const feeds: Record<string, TensorData> = { [form.image]: tensorOf({ ...picture, data: numbers }, form) }
      if (form.sigma !== null)
        feeds[form.sigma] = tensorOf({ channels: 1, width, height, data: new Float32Array(width * height) }, form)
      const { outputs, ms } = await inference.run({ file, provider: 'cpu', quiet: true }, feeds, { signal })
      speed = (width * height * 1e3) / Math.max(ms, 0.01)
      const out = outputs[form.output]
      if (out === undefined) throw new LacunaError('import.noPicture', { name, input: form.output })
      return planesOf(out, form, name)
    },
  }
}

function tensorOf({ channels, width, height, data }: Planes, { layout, elements }: Form): TensorData {
  const type = elements.image
  if (layout === 'nchw') return { type, data, dims: [1, channels, height, width] }
  const pixels = width * height
  const last = new Float32Array(data.length)
  for (let c = 0; c < channels; c++) for (let at = 0; at < pixels; at++) last[at * channels + c] = data[c * pixels + at]!
  return { type, data: last, dims: [1, height, width, channels] }
}

function planesOf({ dims, data }: TensorData, { layout, channels, output }: Form, name: string): Planes {
  const [batch, ...rest] = dims.length === 3 ? [1, ...dims] : dims
  const [count, height, width] = layout === 'nchw' ? rest : [rest[2], rest[0], rest[1]]
  if (batch !== 1 || count !== channels || height === undefined || width === undefined)
    throw new LacunaError('import.otherOutput', { name, output, shape: dims.join(' x '), channels })
  if (layout === 'nchw') return { channels, width, height, data }
  const pixels = width * height
  const planes = new Float32Array(data.length)
  for (let c = 0; c < channels; c++)
    for (let at = 0; at < pixels; at++) planes[c * pixels + at] = data[at * channels + c]!
  return { channels, width, height, data: planes }
}

/** What onnxruntime said, as the sentence for a person. */
export function importError(thrown: unknown, name: string): LacunaError {
  if (!(thrown instanceof InferenceError)) return LacunaError.from(thrown)
  const { message, stage } = thrown
  const operator =
    /(?:No Op registered for|Fatal error:|Could not find an implementation for)\s+(?:com\.\w+:|ai\.onnx:)?([\w.:]+)/.exec(message)?.[1]
  if (stage === 'load' && operator !== undefined && /op|registered|implementation/i.test(message))
    return new LacunaError('import.operator', { name, operator: operator.replace(/\(.*$/, '') }, thrown)
  if (stage === 'load' && /protobuf parsing failed/i.test(message)) return new LacunaError('import.truncated', { name }, thrown)
  if (thrown.outOfMemory) return new LacunaError('engine.outOfMemory', {}, thrown)
  return new LacunaError('import.wontRun', { name, reason: plain(message) }, thrown)
}

/** The last part of onnxruntime's message, without the places in its own source. */
function plain(message: string): string {
  const line = message.replace(/^.*\bwas false\. /s, '').replace(/^Error: /, '').replace(/^.*Status Message: /s, '')
  return (line.split('\n').find((part) => part.trim()) ?? line).trim().slice(0, 200)
}
