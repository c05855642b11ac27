/** Where things live: the same folders for the desktop, the browser host and the command line. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import envPaths from 'env-paths'

const PROGRAM = 'lacuna-studio'

export interface StudioPaths {
  /** The program's own folder: holds package.json, models and resources. */
  readonly program: string
  readonly version: string
  /** Models that come with the program. */
  readonly bundledModels: string
  readonly resources: string
  /** Models that the person added. */
  readonly userModels: string
  readonly data: string
  readonly config: string
  /** May be emptied at any time while nothing runs: scratch rasters, uploads, provider self-tests. */
  readonly cache: string
  /** What was measured or remembered on this machine, and the log. */
  readonly state: string
}

/**
 * The folders of this machine and user. `dataDir`, else the environment's `LACUNA_HOME`, puts all of them
 * inside one folder. Nothing is created here: see {@link makeFolders}.
 */
export function studioPaths(options: { dataDir?: string; environment?: NodeJS.ProcessEnv } = {}): StudioPaths {
  const program = programFolder()
  const home = options.dataDir ?? (options.environment ?? process.env)['LACUNA_HOME']
  const own = home === undefined || home === '' ? systemFolders() : foldersInside(resolve(home))
  return {
    program: program.folder,
    version: program.version,
    bundledModels: join(program.folder, 'models'),
    resources: join(program.folder, 'resources'),
    userModels: join(own.data, 'models'),
    ...own,
  }
}

/** Creates the four folders, readable by this user alone: scratch holds people's pictures. */
export function makeFolders(paths: StudioPaths): void {
  for (const folder of [paths.data, paths.config, paths.cache, paths.state]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
}

type OwnFolders = Pick<StudioPaths, 'data' | 'config' | 'cache' | 'state'>

function foldersInside(home: string): OwnFolders {
  return {
    data: join(home, 'data'),
    config: join(home, 'config'),
    cache: join(home, 'cache'),
    state: join(home, 'state'),
  }
}

function systemFolders(): OwnFolders {
  const { data, config, cache, log } = envPaths(PROGRAM, { suffix: '' })
  // On Linux env-paths puts logs where XDG wants state; the other systems have no such place.
  return { data, config, cache, state: process.platform === 'linux' ? log : join(data, 'state') }
}

/** Upwards from this file to the folder of our own package.json, so that sources and builds find the same. */
function programFolder(): { folder: string; version: string } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string; version?: string }
      if (name === PROGRAM) return { folder, version: version ?? '0.0.0' }
    }
    if (dirname(folder) === folder) throw new Error(`no package.json named ${PROGRAM} above ${import.meta.url}`)
  }
}
