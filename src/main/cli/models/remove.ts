/** `lacuna models remove`: of the person's own models; those that came with the program stay. */
import { removeModel } from '../../studio/library/install.js'
import { makeFolders, openLibrary, studioPaths } from '../../studio/index.js'
import { exit, type Context } from '../context.js'
import { checkValues } from '../values.js'

/** Throws `model.notFound` and `model.bundled` before anything is removed. */
export async function runRemove(ids: string[], given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  const paths = studioPaths({ dataDir })
  makeFolders(paths)
  const library = await openLibrary(paths)
  const models = [...new Set(ids)].map((id) => library.removable(id))
  for (const model of models) {
    await removeModel(model, paths)
    const { id } = model.ref
    process.stdout.write(
      json ? `${JSON.stringify({ v: 1, event: 'removed', id })}\n` : `${words.t('cli.models.removed', { id })}\n`,
    )
  }
  return exit.done
}
