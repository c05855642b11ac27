/**
 * `npm run eval:inpaint -- <folder>... [--only name,…] [--classes name,…] [--limit N] [--work folder] [--sheet file]
 *     [--threads N] [--reuse]`
 * `npm run eval:inpaint -- --shown <folder>... --sheet file [--work folder]`
 *
 * Sixty fixed holes in pictures of CBSD68 and Set14 (the folders together must hold them under their usual names), each
 * filled by each method, once. Measured on the whole picture and averaged over the hole and 8 px around it.
 *
 * `--work` keeps the holes and results, so that another run makes only what is missing; ours is made anew
 * unless `--reuse` is given.
 * `--only` makes results of these methods alone (ours, telea, navier-stokes, gmic; none: of no method); the others' are
 * taken from the work folder where it has them. `--limit`: the first N holes of each class.
 * `--sheet`: a contact sheet for each class beside that name (sheet.jpg: sheet-blobs.jpg …). `--shown`: nothing is
 * measured; the sheet of docs/inpainting.md is made, of CC0 photos.
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { CASES } from './inpaint/cases.js'
import { CLASSES } from './inpaint/classes.js'
import { filesOf, makeHole, makeShown, type Hole } from './inpaint/hole.js'
import { methods, type Method } from './inpaint/methods.js'
import { classTable, losses } from './inpaint/report.js'
import { resultOf, type Result } from './inpaint/results.js'
import { writeSheet } from './inpaint/sheet.js'
import { SHOWN } from './inpaint/shown.js'

const USAGE = `npm run eval:inpaint -- <folder>... [--only name,…] [--classes name,…] [--limit N] [--work folder] [--sheet file] [--threads N] [--reuse]\n`
const CELL = 200
const SHOWN_CELL = 160

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    classes: { type: 'string', default: CLASSES.join(',') },
    limit: { type: 'string', default: '12' },
    work: { type: 'string' },
    reuse: { type: 'boolean', default: false },
    sheet: { type: 'string' },
    shown: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(availableParallelism()) },
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
  const { found, missing } = await methods(Number(values.threads))
  const [holes, results]: [Hole[], Result[]] = [[], []]
  for await (const hole of values.shown ? shown(folders, work) : evaluated(folders, work)) {
    holes.push(hole)
    for (const method of found) {
      const result = await resultOf(method, hole, work, makes(method.name))
      if (result) results.push(result)
    }
    process.stderr.write(`${hole.id} ${hole.picture}\n`)
  }
  for (const method of found) print(`- ${method.title}: ${method.about}`)
  for (const title of missing) print(`- ${title}: not on this machine`)
  if (!values.shown) {
    print(`\n${classTable(results, found)}\n`)
    print(`lacuna-patch against the best of the others\n\n${losses(results, 'ours')}\n`)
    await writeFile(join(work, 'scores.json'), JSON.stringify(results.map(plain), null, 1))
  }
  const shownMethods = found.filter(({ name }) => results.some(({ method }) => method.name === name))
  if (values.sheet !== undefined) await writeSheets(values.sheet, holes, shownMethods, results)
}

/** Whether a method's results are made. */
function makes(method: string): 'kept' | 'missing' | 'new' {
  if (values.only !== undefined && !values.only.split(',').includes(method)) return 'kept'
  return method === 'ours' && !values.reuse ? 'new' : 'missing'
}

async function* evaluated(folders: readonly string[], work: string): AsyncGenerator<Hole> {
  const kinds = values.classes.split(',')
  const cases = CASES.filter(({ id, kind }) => kinds.includes(kind) && Number(id.slice(-2)) <= limit)
  if (cases.length === 0) throw new Error(`The classes are ${CLASSES.join(', ')}.`)
  const files = await filesOf(folders)
  for (const which of cases) yield makeHole(which, pathOf(files, which.picture), work)
}

async function* shown(folders: readonly string[], work: string): AsyncGenerator<Hole> {
  const files = await filesOf(folders)
  for (const which of SHOWN) yield makeShown(which, pathOf(files, which.picture), work)
}

function pathOf(files: ReadonlyMap<string, string>, name: string): string {
  const path = files.get(name)
  if (path === undefined) throw new Error(`${name} is in none of the folders.`)
  return path
}

/** The documents' sheet is one file, the evaluation's one for each class. */
async function writeSheets(
  file: string,
  holes: readonly Hole[],
  columns: readonly Method[],
  results: readonly Result[],
): Promise<void> {
  if (values.shown) return writeSheet(file, holes, columns, results, SHOWN_CELL)
  const end = extname(file)
  for (const kind of CLASSES) {
    const rows = holes.filter((hole) => hole.kind === kind)
    if (rows.length > 0) await writeSheet(`${file.slice(0, -end.length)}-${kind}${end}`, rows, columns, results, CELL)
  }
}

function plain({ hole, method, score }: Result) {
  return { hole: hole.id, picture: hole.picture, method: method.name, ...score }
}
