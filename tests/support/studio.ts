/** A studio, or its parts, in a home of its own, on a real engine with a tiny model. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { EngineClient } from '../../src/main/engine/protocol/client.js'
import { forkEngine } from '../../src/main/studio/engine/fork-link.js'
import { createEngine } from '../../src/main/studio/engine/supervisor.js'
import { makeFolders, studioPaths, type StudioPaths } from '../../src/main/studio/index.js'
import { random, root } from './engine.js'

export interface TestHome extends AsyncDisposable {
  /** For the test's own pictures. */
  readonly dir: string
  readonly paths: StudioPaths
  /** Absolute. */
  at(...names: string[]): string
  engine(): EngineClient
  /** A noisy picture in `dir`; the format by its extension. Gives its path. */
  picture(name: string, size?: { width?: number; height?: number; seed?: number }): Promise<string>
  /** Scratch that is still there: names of job and document folders. */
  scratch(): string[]
}

export function testHome(models: readonly string[] = ['tiny-denoiser']): TestHome {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lacuna-studio-')))
  const paths = studioPaths({ dataDir: join(base, 'home') })
  makeFolders(paths)
  for (const model of models) {
    cpSync(join(root, 'tests/fixtures/models', model), join(paths.userModels, model), { recursive: true })
  }
  const dir = join(base, 'pictures')
  mkdirSync(dir)
  const engines: EngineClient[] = []
  return {
    dir,
    paths,
    at: (...names) => join(dir, ...names),
    engine() {
      const engine = createEngine({ start: forkEngine(join(root, 'out/main/engine.js')) })
      engines.push(engine)
      return engine
    },
    async picture(name, { width = 96, height = 64, seed = 1 } = {}) {
      const next = random(seed)
      const data = Buffer.alloc(width * height * 3)
      for (let i = 0; i < data.length; i++) data[i] = 90 + ((i >> 5) & 1) * 60 + Math.floor(next() * 40)
      await sharp(data, { raw: { width, height, channels: 3 } })
        .withMetadata({ density: 300, exif: { IFD0: { ImageDescription: 'a test picture', Artist: 'nobody' } } })
        .toFile(join(dir, name))
      return join(dir, name)
    },
    scratch: () => ['jobs', 'documents', 'downloads'].flatMap((kind) => list(join(paths.cache, kind))),
    async [Symbol.asyncDispose]() {
      for (const engine of engines) await engine.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
