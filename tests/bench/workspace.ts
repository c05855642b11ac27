/** A folder for one benchmark: pictures, outputs and a data folder of its own, so that nobody's settings play in. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'

export const root = resolve(import.meta.dirname, '../..')
export const lacuna = join(root, 'bin/lacuna.js')

export interface Workspace extends AsyncDisposable {
  dir: string
  /** For `--data-dir`. */
  home: string
  model: { id: string; folder: string }
}

/** `model`: the id of a bundled model, or a model's folder, which becomes one of the person's own models there. */
export async function openWorkspace(model = 'lacuna-denoise'): Promise<Workspace> {
  const dir = await mkdtemp(join(tmpdir(), 'lacuna-bench-'))
  const home = join(dir, 'home')
  const models = join(home, 'data/models')
  await mkdir(models, { recursive: true })
  const bundled = join(root, 'models', model)
  const folder = existsSync(join(bundled, 'model.json')) ? bundled : resolve(model)
  if (!existsSync(join(folder, 'model.json')))
    throw new Error(`${model} is neither a bundled model nor a model's folder.`)
  if (folder !== bundled) await symlink(folder, join(models, basename(folder)))
  return {
    dir,
    home,
    model: { id: basename(folder), folder },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

/** The command line as it is installed. Throws when it ends with another code than 0. */
export async function runLacuna(workspace: Workspace, args: readonly string[]): Promise<string> {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [lacuna, ...args, '--data-dir', workspace.home], {
    maxBuffer: 1e9,
  })
  return stdout
}
