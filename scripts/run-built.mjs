/** Runs a TypeScript programme of this repository (`node scripts/run-built.mjs tests/bench/x.ts …`) after a build. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, ensureInstalled, root, say, ScriptError } from './project.mjs'

const [program, ...args] = process.argv.slice(2)
try {
  if (program === undefined) throw new ScriptError('Name the programme to run.')
  ensureInstalled()
  ensureBuilt()
} catch (error) {
  if (!(error instanceof ScriptError)) throw error
  say(error.message)
  process.exit(1)
}
// Not before the packages are installed.
const { register } = await import('tsx/esm/api')
register()
const file = resolve(root, program)
process.argv = [process.argv[0], file, ...args]
await import(pathToFileURL(file).href)
