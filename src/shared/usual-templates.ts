/** Apart from what fills templates: `--help` names them, and cannot wait for schemas. */
import type { Edit } from './edit.js'

/** Of results, by what was done, unless somebody says otherwise. */
export const usualTemplates: Record<Edit['kind'], string> = {
  denoise: '{name}_denoised',
  inpaint: '{name}_inpainted',
  extend: '{name}_extended',
  upscale: '{name}_upscaled',
}
