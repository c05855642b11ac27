import type { Declare } from '../context.js'
import { denoise } from './denoise.js'
import { doctor } from './doctor.js'
import { extend } from './extend.js'
import { inpaint } from './inpaint.js'
import { jobs } from './jobs.js'
import { models } from './models.js'
import { open } from './open.js'
import { serve } from './serve.js'
import { upscale } from './upscale.js'

/** One line a command; the order is that of `--help`. */
export const commands: readonly Declare[] = [denoise, upscale, inpaint, extend, models, jobs, open, serve, doctor]
