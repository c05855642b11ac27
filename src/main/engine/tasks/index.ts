/** Which handler answers which task: a new task is one handler and a line here. */
import {
  buildLevels,
  decode,
  encode,
  inspect,
  keepState,
  planOutput,
  readPixel,
  renderRegion,
  restoreState,
  thumbnail,
} from '../imaging/index.js'
import type { Handlers, TaskContext } from './context.js'
import { doctor } from './doctor.js'
import { edit } from './edit.js'
import { fill } from './fill.js'
import { importNetwork } from './import-network.js'
import { mask, paste, select } from './masks.js'
import { noise } from './noise.js'
import { preview } from './preview.js'
import { upscalePreview } from './upscale-preview.js'

const imaging = (context: TaskContext, phase: 'decode' | 'encode') => ({
  signal: context.signal,
  progress: (fraction: number) => context.progress(phase, fraction),
})

export const handlers: Handlers = {
  inspect: ({ path }) => inspect(path),
  decode: (input, context) => decode(input, imaging(context, 'decode')),
  thumbnail: (input) => thumbnail(input),
  levels: async (input, context) => buildLevels(input, imaging(context, 'decode')),
  keepState: (input, context) => keepState(input, imaging(context, 'encode')),
  restoreState: (input, context) => restoreState(input, imaging(context, 'decode')),
  region: (input) => renderRegion(input),
  pixel: (input) => readPixel(input),
  noise,
  edit,
  fill,
  paste,
  select,
  mask,
  preview,
  upscalePreview,
  planOutput: (input) => Promise.resolve(planOutput(input)),
  encode: (input, context) => encode(input, imaging(context, 'encode')),
  doctor,
  import: importNetwork,
}
