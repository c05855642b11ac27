/** The `import` task: a network from elsewhere, looked at, tried, and put into a folder with a manifest. */
import { writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { LacunaError } from '../../../shared/errors.js'
import type { ImportProposal, ImportRemark } from '../../../shared/model-import.js'
import { InpainterManifest } from '../../../shared/model.js'
import { describe, type Description, manifestOf } from '../models/import/describe.js'
import { isDescribed, stageDescribed } from '../models/import/described.js'
import { describeMasked } from '../models/import/masked.js'
import { type MaskedForm, maskedFormOf } from '../models/import/masked-form.js'
import { fillSampleOf, sampleOf } from '../models/import/sample.js'
import { sealed, sealedData, stage, type Staged } from '../models/import/stage.js'
import { modelOf } from '../models/load.js'
import { recordFill, recordGolden } from '../models/probe.js'
import type { TaskInput, TaskResult } from '../protocol/tasks.js'
import type { Handler, TaskContext } from './context.js'

export const importNetwork: Handler<'import'> = async (input, context) => {
  const { source, dir, given, photo } = input
  if (await isDescribed(source)) return await importDescribed(input, context)
  const { engine, signal, progress } = context
  const { inference } = engine
  const name = basename(source)
  const staged = await stage(source, dir, given.scale)
  const [only, another] = staged.graphs
  try {
    const form = only === undefined || another !== undefined ? null : maskedFormOf(only.facts, name)
    if (only !== undefined && form !== null) return await importMasked(input, context, { staged, only, form, name })
    const graphs: { described: Description; file: Awaited<ReturnType<typeof sealed>> }[] = []
    for (const [i, { file, facts }] of staged.graphs.entries()) {
      const described = await describe({
        ...{ inference, file: join(dir, file), facts, name, given, signal },
        progress: (fraction) => progress('measure', (0.95 * (i + fraction)) / staged.graphs.length),
      })
      graphs.push({ described, file: await sealed(dir, file) })
    }
    const data = await sealedData(dir, staged.data)
    const derived = manifestOf(graphs, aboutOf(name, staged, given), data)
    const ref = { id: derived.id, folder: dir }
    const expect = await recordGolden(inference, modelOf(ref, derived))
    const manifest = { ...derived, golden: { ...derived.golden, expect } }
    await writeFile(join(dir, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
    const largest = graphs.reduce((a, b) => (b.described.scale > a.described.scale ? b : a)).described
    const sample = await sampleOf(largest, photo)
    const { convertedFrom } = staged.about
    const converted: ImportRemark[] =
      convertedFrom === undefined ? [] : [{ code: 'converted', params: { from: convertedFrom } }]
    progress('measure', 1)
    const proposal: ImportProposal = {
      manifest,
      how: largest.how,
      remarks: [...remarksOf(graphs.map(({ described }) => described)), ...converted],
      megapixelsPerSecond: largest.speed / 1e6,
    }
    return { proposal, sample }
  } finally {
    inference.forget(dir)
  }
}

interface MaskedSource {
  readonly staged: Staged
  readonly only: Staged['graphs'][number]
  readonly form: MaskedForm
  readonly name: string
}

/** A network that takes a picture with a mask. */
async function importMasked(
  { dir, given }: TaskInput<'import'>,
  { engine: { inference }, signal, progress }: TaskContext,
  { staged, only: { file, facts }, form, name }: MaskedSource,
): Promise<TaskResult<'import'>> {
  const described = await describeMasked({
    ...{ inference, dir, file, facts, form, name, given, signal },
    progress: (fraction) => progress('measure', 0.9 * fraction),
  })
  const { network, how, remarks, speed } = described
  const data = await sealedData(dir, staged.data)
  const derived = InpainterManifest.parse({
    ...{ version: 1, ...aboutOf(name, staged, given), task: 'inpaint', kind: 'inpainter' },
    files: { model: await sealed(dir, file), ...(data === undefined ? {} : { data }) },
    ...network,
    golden: { size: 'width' in network.size ? Math.max(network.size.width, network.size.height) : network.size.least },
  })
  const expect = await recordFill(inference, modelOf({ id: derived.id, folder: dir }, derived))
  const manifest = { ...derived, golden: { ...derived.golden, expect } }
  await writeFile(join(dir, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  progress('measure', 1)
  return {
    proposal: { manifest, how, remarks, megapixelsPerSecond: speed / 1e6 },
    sample: await fillSampleOf(described),
  }
}

const importDescribed: Handler<'import'> = async ({ source, dir, given, run }, { engine, progress }) => {
  try {
    const manifest = await stageDescribed(source, dir, given)
    progress('measure', 0.3)
    const model = modelOf({ id: manifest.id, folder: dir }, manifest)
    const { state, reason, megapixelsPerSecond } = await engine.providers.verdict(model, 'cpu', run.cacheDir, true)
    if (state !== 'passed') throw new LacunaError('model.invalid', { model: manifest.id, reason: reason ?? state })
    progress('measure', 1)
    return { proposal: { manifest, how: {}, remarks: [], megapixelsPerSecond }, sample: null }
  } finally {
    engine.inference.forget(dir)
  }
}

/** Of all graphs, each once. */
const remarksOf = (all: readonly Description[]): ImportRemark[] =>
  all
    .flatMap(({ remarks }) => remarks)
    .filter(({ code }, i, list) => list.findIndex((other) => other.code === code) === i)

type About = Parameters<typeof manifestOf>[1]

function aboutOf(fileName: string, { about }: Staged, given: Parameters<Handler<'import'>>[0]['given']): About {
  const plain = about.name ?? fileName.slice(0, fileName.length - extname(fileName).length)
  const name = given.name ?? plain
  return {
    id: given.id ?? idOf(plain, fileName),
    name,
    summary: given.summary ?? '',
    licence: given.licence ?? about.licence ?? 'unknown',
    source: given.source ?? about.source ?? fileName,
  }
}

/** Small letters, digits, `.`, `_`, `-`. Throws `import.id` where nothing of a name can be one. */
function idOf(name: string, fileName: string): string {
  const id = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 64)
  if (id === '') throw new LacunaError('import.id', { name: fileName })
  return id
}
