/** The ways of filling a hole that are compared. Each writes a picture of 8 bits and says how long the filling took. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Hole } from './hole.js'
import { ours } from './ours.js'

export interface Method {
  name: string
  title: string
  /** What makes it what it is, for the table and for knowing whether a kept result is still its own. */
  about: string
  /** Writes the filled picture to `target`; seconds of the filling. */
  fill: (hole: Hole, target: string) => Promise<number>
}

const run = promisify(execFile)
const python = process.env['PYTHON'] ?? 'python3'
const script = join(import.meta.dirname, 'opencv.py')

/** The methods that this machine has, and the names of those that it lacks. */
export async function methods(threads: number): Promise<{ found: Method[]; missing: string[] }> {
  const [found, missing]: [Method[], string[]] = [[], []]
  const opencv = await output(python, [script])
  for (const [name, title] of [
    ['telea', 'Telea'],
    ['navier-stokes', 'Navier-Stokes'],
  ] as const)
    if (opencv === null) missing.push(title)
    else found.push({ name, title, about: `OpenCV ${opencv}, radius 5`, fill: throughOpenCv(name) })
  const gmic = /Version ([\d.]+)/.exec((await output('gmic', ['version'])) ?? '')?.[1]
  if (gmic === undefined) missing.push("G'MIC")
  else found.push({ name: 'gmic', title: "G'MIC", about: `G'MIC ${gmic}, ${GMIC.join(' ')}`, fill: throughGmic })
  found.push(ours(threads))
  return { found, missing }
}

/**
 * With the settings of the filter "Inpaint [Patch-Based]" of G'MIC's interface: patches of 7, looked up within 16 patches
 * (10 % of that inside a seam), blended over 1.2 patches in 10 scales. The command's own defaults are no patches at all,
 * and its sibling inpaint_matchpatch is not seeded and often leaves the whole hole black (2.9.4).
 */
const GMIC = ['-inpaint[0]', '[1],7,112,0.1,1,8.4,0,0.05,10,1']

const throughOpenCv =
  (method: string): Method['fill'] =>
  async ({ files }, target) =>
    Number((await run(python, [script, method, files.picture, files.mask, target])).stdout)

/** The whole process, of which starting and files take about a tenth of a second. */
async function throughGmic({ files }: Hole, target: string): Promise<number> {
  const start = performance.now()
  await run('gmic', [files.picture, files.mask, '-gt[1]', '0', ...GMIC, '-o[0]', target])
  return (performance.now() - start) / 1000
}

/** What a programme says; null when it isn't there or fails. */
async function output(programme: string, args: readonly string[]): Promise<string | null> {
  return run(programme, args).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  )
}
