/**
 * `npm run bench -- [--only name]... [--quick] [--write]`
 *
 * Prints docs/benchmarks.md; `--write` replaces it, which only a whole run may do. `--quick` tries everything on small
 * pictures. Run it on a machine that does nothing else.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { againstPlain } from './against-plain.js'
import { fills } from './fills.js'
import { jobs } from './jobs.js'
import { largeJpeg } from './large-jpeg.js'
import { longList } from './long-list.js'
import { manyJobs } from './many-jobs.js'
import { overlap } from './overlap.js'
import { largestEnlarged, sizes } from './sizes.js'
import { startUp } from './start-up.js'
import { enlarging } from './upscale.js'
import { root } from './workspace.js'

interface Section {
  title: string
  text: string
  measure: (quick: boolean) => Promise<string>
}

const sections: Record<string, Section> = {
  jobs: {
    title: 'How much of a job is inference',
    text: 'JPEG to JPEG with lacuna-denoise in an engine that is already up. "Job" is everything from reading the file to the renamed output, "edit" what lies between decoding and encoding, "sessions" the time inside onnxruntime. Aims: edit / sessions at most 1.05, pixels inferred / out at most 1.4.',
    measure: jobs,
  },
  sizes: {
    title: 'Memory and time against size',
    text: 'The command line on JPEG files with the default memory budget. Memory is the largest sum of the anonymous resident memory of host and engine. Aims: at most 2 GB at 200 MP, time linear in pixels. The tiny network shows what is not inference.',
    measure: sizes,
  },
  'start-up': {
    title: 'Start-up',
    text: 'Aims: help at most 150 ms, studio usable at most 1.5 s.',
    measure: startUp,
  },
  'large-jpeg': {
    title: 'Opening a JPEG of 100 MP',
    text: 'Tasks of the engine, one after the other. Aim: first pixels within 1 s.',
    measure: largeJpeg,
  },
  plain: {
    title: 'Against a plain script',
    text: 'tests/bench/plain.py does the same job with Python, OpenCV and onnxruntime: the same tiles and threads, everything in memory, no checks of tiles, no metadata, no verified output.',
    measure: againstPlain,
  },
  fills: {
    title: 'A fill',
    text: 'In the studio, lacuna-patch, one variation of a round hole in the middle of a photo. From Mod+Enter to the first preview and to the end; then from Enter to the new state. "Around the search" is what everything else takes, against the search. Memory is the largest sum of the anonymous resident memory of host and engine. Aims on two cores, in 24 MP: 200 px within 3 s, 600 px within 15 s, first preview within 1 s, at most 5 % around the search.',
    measure: fills,
  },
  upscale: {
    title: 'Enlarging',
    text: 'JPEG to JPEG. "Job", "edit" and "sessions" are those of the first table.',
    measure: enlarging,
  },
  'upscale-large': {
    title: 'Enlarging to 200 MP',
    text: 'The command line, 4 times, a photo of 12.5 MP, JPEG to JPEG, with the default memory budget. Aim: at most 2 GB.',
    measure: largestEnlarged,
  },
  overlap: {
    title: 'A folder: decoding, inference and encoding overlap',
    text: 'A job of many files in the job store against the same script going through the folder.',
    measure: (quick) => overlap(quick, values.model ?? 'lacuna-denoise-fast'),
  },
  'many-jobs': {
    title: 'Many small jobs in a row',
    text: 'One queue, one engine, the tiny network of the tests. Memory is the anonymous resident memory of host and engine together, after each job.',
    measure: manyJobs,
  },
  'long-list': {
    title: 'A list of ten thousand files',
    text: 'The Batch view in Chromium, scrolled. Counted is all that the main thread runs between two animation frames; its own processor time beside the time on the clock, which other work on the machine makes longer.',
    measure: longList,
  },
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    /** For `overlap`: a bundled model or a model's folder. */
    model: { type: 'string' },
  },
})
const names = values.only ?? Object.keys(sections)
const unknown = names.find((name) => !(name in sections))
if (unknown !== undefined || (values.write && (values.quick || values.only))) {
  process.stderr.write(
    `npm run bench -- [--only ${Object.keys(sections).join('|')}]... [--quick] [--write]; --write takes a whole run\n`,
  )
  process.exit(2)
}

const parts = [
  `# Benchmarks

Made by \`npm run bench -- --write\`, each table in one run, on a ${availableParallelism()}-core ${process.arch} machine under ${process.platform}, CPU provider, Node ${process.versions.node}, nothing else running. Photos are enlarged from a sample.`,
]
for (const name of names) {
  const { title, text, measure } = sections[name]!
  process.stderr.write(`${title}\n`)
  parts.push(`## ${title}\n\n${text}\n\n${await measure(values.quick)}`)
}
const document = `${parts.join('\n\n')}\n`
process.stdout.write(document)
if (values.write) await writeFile(join(root, 'docs/benchmarks.md'), document)
