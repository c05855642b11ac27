/**
 * Before the tests of faults: builds `host.ts`, once for all of them, as one file with the packages that it starts with
 * inside. Hundreds of hosts are started, and each would spend most of its time on reading these one by one.
 */
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The built host of the tests of faults. */
    faultHost: string
  }
}

const root = resolve(import.meta.dirname, '../..')

/** Builds, tells the tests where, and gives back what takes the build away again. */
export default async function buildHost(project: TestProject): Promise<() => void> {
  // Inside the project, where its packages and its own package.json are found.
  const outDir = join(root, 'node_modules/.cache/lacuna-faults', String(process.pid))
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: ['zod', 'p-queue'] },
    build: {
      ssr: join(import.meta.dirname, 'host.ts'),
      outDir,
      target: 'node20.19',
      rolldownOptions: { output: { format: 'es', entryFileNames: 'host.mjs' } },
    },
  })
  project.provide('faultHost', join(outDir, 'host.mjs'))
  return () => rmSync(outDir, { recursive: true, force: true })
}
