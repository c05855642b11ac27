/**
 * `npm run eval:scratches -- <folder>... [--sensitivity 0..1] [--sheet file.png]`
 * `npm run eval:scratches -- --fit <folder>... [--every N] [--out file]`
 *
 * Twenty photos (the folders together must hold them under their usual names) with scratches, hairs and specks drawn over
 * them from a seed: how much of that is found, how much of what is marked is right, and how much is marked on the photos
 * as they are. `--sheet`: damaged photos with what is marked, to look at.
 *
 * `--fit` makes the weights of `src/main/engine/scratches/weights.ts` anew, on every N-th photo of the folders other than
 * the twenty and on regular patterns.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_SENSITIVITY } from '../../src/shared/fill.js'
import { findCandidates } from '../../src/main/engine/scratches/candidates.js'
import { drawShape } from '../../src/main/engine/scratches/draw.js'
import { scoresOf, thresholdOf } from '../../src/main/engine/scratches/score.js'
import { filesOf } from './inpaint/hole.js'
import { CASES } from './scratches/cases.js'
import { damage, DAMAGES, type Photo } from './scratches/damage.js'
import { fit } from './scratches/fit.js'
import { measure, readPhoto, rowsOf, type Score } from './scratches/measure.js'
import { patterns } from './scratches/patterns.js'
import { samplesOf, type Samples } from './scratches/samples.js'
import { writeSheet, type Shown } from './scratches/sheet.js'
import { weightsFile } from './scratches/weights-file.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sensitivity: { type: 'string', default: `0.1,0.3,${DEFAULT_SENSITIVITY},0.7,0.9` },
    sheet: { type: 'string' },
    fit: { type: 'boolean', default: false },
    every: { type: 'string', default: '10' },
    out: { type: 'string', default: 'src/main/engine/scratches/weights.ts' },
  },
})
const WEIGHTS_FILE = values.out
/** Of each kind. */
const PATTERNS = 5
const PICTURE = /\.(png|jpe?g|tiff?|webp)$/i
const { signal } = new AbortController()

const print = (text: string) => process.stdout.write(`${text}\n`)
if (positionals.length === 0) {
  process.stderr.write(
    'Name folders of photos: npm run eval:scratches -- <folder>... [--sensitivity a,b] [--sheet file]\n',
  )
  process.exit(2)
}

async function evaluate(folders: readonly string[]): Promise<void> {
  const files = await filesOf(folders)
  const sensitivities = values.sensitivity.split(',').map(Number)
  const scores = new Map(
    sensitivities.map((s) => [s, { damaged: [] as Score[], drawn: [] as Score[], clean: [] as number[] }]),
  )
  const shown: Shown[] = []
  let [seconds, pixels] = [0, 0]
  print('| photo | seed | recall | precision | marked when clean |\n| --- | --- | --- | --- | --- |')
  for (const { picture, seed } of CASES) {
    const path = files.get(picture)
    if (path === undefined) throw new Error(`${picture} is in none of the folders.`)
    const photo = await readPhoto(path)
    const bad = damage(photo, seed)
    const began = process.cpuUsage()
    const inBad = await masksOf(bad, sensitivities)
    const inClean = await masksOf(photo, sensitivities)
    seconds += process.cpuUsage(began).user / 1e6
    pixels += 2 * photo.width * photo.height
    for (const [i, sensitivity] of sensitivities.entries()) {
      const all = scores.get(sensitivity)!
      const score = measure(inBad[i]!, bad.truth, photo.width)
      const clean = inClean[i]!.reduce((sum, value) => sum + (value ? 1 : 0), 0) / inClean[i]!.length
      all.damaged.push(score)
      all.drawn.push(measure(inBad[i]!, bad.drawn, photo.width))
      all.clean.push(clean)
      if (sensitivity !== DEFAULT_SENSITIVITY) continue
      print(
        `| ${picture} | ${seed} | ${share(score.reached, score.truth)} | ${share(score.right, score.marked)} | ${percent(clean)} |`,
      )
      shown.push({ photo: bad, mask: inBad[i]!, clean: photo, cleanMask: inClean[i]! })
    }
  }
  print(
    '\n| sensitivity | recall | of scratches | of hairs | of specks | of all drawn | precision | clean, mean | clean, most |',
  )
  print('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const [sensitivity, { damaged, drawn, clean }] of scores) {
    const kinds = DAMAGES.map((kind) =>
      mean(damaged.filter((s) => s.byKind[kind].truth > 0).map((s) => s.byKind[kind].reached / s.byKind[kind].truth)),
    )
    const recall = mean(damaged.map((s) => s.reached / s.truth))
    const all = mean(drawn.map((s) => s.reached / s.truth))
    const precision = mean(damaged.filter((s) => s.marked > 0).map((s) => s.right / s.marked))
    const numbers = [recall, ...kinds, all, precision].map((value) => value.toFixed(3))
    print(`| ${[sensitivity, ...numbers, percent(mean(clean)), percent(Math.max(...clean))].join(' | ')} |`)
  }
  print(`\n${(seconds / (pixels / 1e6)).toFixed(2)} s of one core per megapixel`)
  if (values.sheet !== undefined) await writeSheet(values.sheet, shown)
}

/** The mask at each sensitivity; what is looked for is the same. */
async function masksOf(photo: Photo, sensitivities: readonly number[]): Promise<Uint8Array[]> {
  const candidates = await findCandidates(rowsOf(photo), { signal })
  const scores = scoresOf(candidates)
  return sensitivities.map((sensitivity) => {
    const mask = new Uint8Array(photo.width * photo.height)
    for (const [i, { shape }] of candidates.entries())
      if (scores[i]! >= thresholdOf(sensitivity)) drawShape(mask, photo.width, photo.height, shape)
    return mask
  })
}

async function fitWeights(folders: readonly string[], every: number): Promise<void> {
  const samples: Samples = { curve: [], speck: [] }
  const take = async (name: string, photo: Photo, seed: number) => {
    const found = await samplesOf(photo, seed)
    for (const kind of ['curve', 'speck'] as const) for (const sample of found[kind]) samples[kind].push(sample)
    process.stderr.write(`${name}: ${found.curve.length} curves, ${found.speck.length} specks\n`)
  }
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => PICTURE.test(name)).sort()
    const free = names.filter((name) => !CASES.some(({ picture }) => picture === name))
    for (const [i, name] of free.filter((_, k) => k % every === 0).entries())
      await take(name, await readPhoto(join(folder, name)), 1 + i)
  }
  for (const [i, pattern] of [...patterns(PATTERNS)].entries()) await take(`pattern ${i}`, pattern, 9001 + i)
  const options = { rounds: 30, seed: 1 }
  const weights = {
    curve: fit(samples.curve, { ...options, units: 16 }),
    speck: fit(samples.speck, { ...options, units: 12 }),
  }
  await writeFile(WEIGHTS_FILE, weightsFile(weights))
}

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
const share = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3))
const percent = (value: number) => `${(100 * value).toFixed(3)} %`

await (values.fit ? fitWeights(positionals, Number(values.every)) : evaluate(positionals))
