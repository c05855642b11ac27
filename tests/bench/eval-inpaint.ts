/**
 * `npm run eval:inpaint -- <folder>... [--only name,…] [--classes name,…] [--limit N] [--work folder] [--sheet file]`
 *
 * Sixty fixed holes in pictures of CBSD68 and Set14 (the folders together must hold them under their usual names), each
 * filled by each method, once. Measured on the whole picture and averaged over the hole and 8 px around it.
 *
 * `--work` keeps the holes and results, so that another run makes only what is missing; ours is always made anew.
 * `--only` makes results of these methods alone (ours, telea, navier-stokes, gmic; none: of no method); the others' are
 * taken from the work folder where it has them. `--limit`: the first N holes of each class.
 * `--sheet`: a contact sheet for each class beside that name (sheet.jpg: sheet-blobs.jpg …).
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { CASES } from './inpaint/cases.js'
import { CLASSES } from './inpaint/classes.js'
import { filesOf, makeHole, type Hole } from './inpaint/hole.js'
import { methods } from './inpaint/methods.js'
import { classTable, losses } from './inpaint/report.js'
import { resultOf, type Result } from './inpaint/results.js'
import { writeSheet } from './inpaint/sheet.js'

const USAGE = `npm run eval:inpaint -- <folder>... [--only name,…] [--classes name,…] [--limit N] [--work folder] [--sheet file]\n`
const CELL = 200

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    classes: { type: 'string', default: CLASSES.join(',') },
    limit: { type: 'string', default: '12' },
    work: { type: 'string' },
    sheet: { type: 'string' },
  },
})
const limit = Number(values.limit)
if (positionals.length === 0 || !Number.isInteger(limit) || limit < 1) {
  process.stderr.write(USAGE)
  process.exit(2)
}

const print = (text: string) => process.stdout.write(`${text}\n`)
await evaluate(positionals)
// Threads of the filling may wait for more.
process.exit(0)

async function evaluate(folders: readonly string[]): Promise<void> {
  const work = values.work ?? (await mkdtemp(join(tmpdir(), 'lacuna-inpaint-')))
  const { found, missing } = await methods()
  const wanted = values.only?.split(',') ?? found.map(({ name }) => name)
  const kinds = values.classes.split(',')
  const cases = CASES.filter(({ id, kind }) => kinds.includes(kind) && Number(id.slice(-2)) <= limit)
  if (cases.length === 0) throw new Error(`The classes are ${CLASSES.join(', ')}.`)
  const files = await filesOf(folders)
  const [holes, results]: [Hole[], Result[]] = [[], []]
  for (const which of cases) {
    const path = files.get(which.picture)
    if (path === undefined) throw new Error(`${which.picture} is in none of the folders.`)
    const hole = await makeHole(which, path, work)
    holes.push(hole)
    for (const method of found) {
      const how = !wanted.includes(method.name) ? 'kept' : method.name === 'ours' ? 'new' : 'missing'
      const result = await resultOf(method, hole, work, how)
      if (result) results.push(result)
    }
    process.stderr.write(`${which.id} ${which.picture}\n`)
  }
  for (const method of found) print(`- ${method.title}: ${method.about}`)
  for (const title of missing) print(`- ${title}: not on this machine`)
  print(`\n${classTable(results, found)}\n`)
  if (found.some(({ name }) => name === 'ours'))
    print(`Ours against the best of the others\n\n${losses(results, 'ours')}\n`)
  await writeFile(join(work, 'scores.json'), JSON.stringify(results.map(plain), null, 1))
  if (values.sheet !== undefined)
    for (const kind of CLASSES) {
      const shown = holes.filter((hole) => hole.kind === kind)
      const [name, end] = [values.sheet.slice(0, -extname(values.sheet).length), extname(values.sheet)]
      if (shown.length > 0) await writeSheet(`${name}-${kind}${end}`, shown, found, results, CELL)
    }
}

function plain({ hole, method, score }: Result) {
  return { hole: hole.id, picture: hole.picture, method: method.name, ...score }
}
