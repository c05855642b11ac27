/** A folder denoised by a job, whose files overlap, against the plain script. */
import { folderAgainstPlain } from './folder-against-plain.js'
import { NO_PYTHON, plainScript } from './plain.js'

/** `model`: a bundled one's id or a folder. */
export async function overlap(quick: boolean, model: string): Promise<string> {
  const plain = await plainScript()
  if (plain === null) return NO_PYTHON
  return await folderAgainstPlain(plain, {
    ...{ model, edit: { kind: 'denoise' }, pictures: quick ? 12 : 100, megapixels: 2 },
  })
}
