import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Edit } from '../../shared/edit.js'
import { LacunaError } from '../../shared/errors.js'
import type { JobRequest } from '../../shared/job.js'
import type { Words } from '../../shared/words.js'
import { errno } from '../studio/files/fs.js'
import { planItems } from '../studio/index.js'
import { priorOf } from '../studio/library/prior.js'
import type { NewItem } from '../studio/jobs/store/records.js'
import { cancelOnSignals } from './cancel.js'
import { exit, type Context } from './context.js'
import { reporterFor } from './report/reporter-for.js'
import { checkReport } from './run/report-file.js'
import { checkEnlarging, checkMeaning, withoutEffect } from './run/meaning.js'
import { nameOf, requestOf } from './run/request.js'
import { bringUpToDate, findResumable, openToMade } from './run/resume.js'
import { cancellable, runHere } from './run/run-here.js'
import { openTools, type Tools } from './tools.js'
import { checkValues } from './values.js'

/** `lacuna denoise` and `lacuna inpaint`. Throws LacunaError `usage` for wrong values; what is wrong with a picture is reported, not thrown. */
export async function runEdit(
  kind: Edit['kind'],
  inputs: string[],
  given: Record<string, unknown>,
  context: Context,
): Promise<number> {
  const { words } = context
  const values = checkValues(given, words)
  const request = requestOf(kind, inputs, values, words)
  const reportFile = values.report === undefined ? null : resolve(values.report)
  if (reportFile !== null) await checkReport(reportFile, words)
  if (request.watch) await expectFolder(request, words)

  const reporter = reporterFor(values, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => reporter.notice(words.t('cli.line.cancelling')))
  const { signal } = cancelling
  await using tools = await openTools(values, context)
  try {
    // One mistake in what was typed is one sentence, not one for every picture.
    const { manifest } = tools.library.resolve(request.edit.model)
    if (kind === 'denoise') checkMeaning(values, manifest, words)
    if (kind === 'upscale') checkEnlarging(values, manifest, words)
    await expectMask(request)
    const idle = withoutEffect(values, manifest)
    if (idle.length > 0 && !values.quiet)
      reporter.notice(
        words.t('cli.line.withoutEffect', { count: idle.length, options: idle.join(', '), model: manifest.id }),
      )
    priorOf(request.edit, tools.library)
    return await cancellable(signal, async () => {
      const id = await jobFor(tools, request, signal)
      return await runHere(tools, id, { words, reporter, signal, reportFile })
    })
  } catch (thrown) {
    const error = LacunaError.from(thrown)
    if (error.code === 'internal') tools.log.error(kind, error)
    throw error
  } finally {
    reporter.end()
  }
}

/** Throws LacunaError `usage` when there is nothing to watch. */
async function expectFolder({ inputs }: JobRequest, { t }: Words): Promise<void> {
  const folders = await Promise.all(inputs.map(async (input) => (await stat(input).catch(() => null))?.isDirectory()))
  if (!folders.includes(true)) throw new LacunaError('usage', { reason: t('cli.usage.nothingToWatch') })
}

/** Throws LacunaError `file.notFound` for one mask for all pictures that is not there. */
async function expectMask({ mask }: JobRequest): Promise<void> {
  if (mask?.from !== 'file') return
  const { path } = mask
  // What else may be wrong with it is told when it is read.
  const error: unknown = await stat(path).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (['ENOENT', 'ENOTDIR'].includes(errno(error) ?? ''))
    throw new LacunaError('file.notFound', { name: basename(path) }, error)
}

/** The id of a waiting job for the request: with `resume` the one that was begun before, if there is one. */
async function jobFor(tools: Tools, request: JobRequest, signal: AbortSignal): Promise<string> {
  const { store } = tools
  const before = request.resume ? await findResumable(tools, request) : null
  if (before !== null) {
    await bringUpToDate(tools, before, signal)
    await store.resume(before.id)
    return before.id
  }
  const planned = await planItems(request)
  const open = request.resume ? openToMade(planned) : planned
  const items = request.watch ? await wholeFiles(open, request) : open
  return await store.enqueue({ name: nameOf(request), origin: 'cli', request, state: 'waiting' }, items)
}

async function wholeFiles(items: readonly NewItem[], request: JobRequest): Promise<NewItem[]> {
  // What watches folders is loaded by a run that does.
  const { withoutGrowing } = await import('./run/growing.js')
  return await withoutGrowing(items, request)
}
