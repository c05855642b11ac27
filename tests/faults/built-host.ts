/** The host process as one file: hundreds are started, and each would spend a second on reading the sources. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll } from 'vitest'
import { root } from '../support/engine.js'

// Inside the project, where its packages and its own package.json are found.
const outDir = join(root, 'node_modules/.cache/lacuna-faults', String(process.pid))

afterAll(() => rmSync(outDir, { recursive: true, force: true }))

let built: Promise<string> | null = null

/** Gives the path of `host.ts`, built once for each process of tests. */
export function builtHost(): Promise<string> {
  built ??= make()
  return built
}

async function make(): Promise<string> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(import.meta.dirname, 'host.ts'),
      outDir,
      target: 'node20.19',
      rolldownOptions: { output: { format: 'es', entryFileNames: 'host.mjs' } },
    },
  })
  return join(outDir, 'host.mjs')
}
