/** Before the tests of faults: builds `host.ts`, once for all of them, because hundreds of hosts are started. */
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { programOf } from '../support/program.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The built host of the tests of faults. */
    faultHost: string
  }
}

/** Gives back what takes the build away again. */
export default async function buildHost(project: TestProject): Promise<() => void> {
  const { path, remove } = await programOf(join(import.meta.dirname, 'host.ts'))
  project.provide('faultHost', path)
  return remove
}
