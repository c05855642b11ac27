/**
 * Programmes in TypeScript that tests start as processes of their own, put together as one file each with the packages
 * that they start with inside: with a loader, or reading these one by one, each process would spend most of its time on
 * that, and tests start many.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../..')

export interface Program {
  /** Absolute. */
  readonly path: string
  remove(): void
}

/** Builds `entry` (absolute). */
export async function programOf(entry: string): Promise<Program> {
  // Inside the project, where its packages and its own package.json are found.
  const outDir = join(root, 'node_modules/.cache/lacuna-tests', randomUUID())
  const name = `${basename(entry, '.ts')}.mjs`
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: ['zod', 'p-queue'] },
    build: {
      ssr: entry,
      outDir,
      target: 'node20.19',
      rolldownOptions: { output: { format: 'es', entryFileNames: name } },
    },
  })
  return { path: join(outDir, name), remove: () => rmSync(outDir, { recursive: true, force: true }) }
}
