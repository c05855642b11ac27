import { resolve } from 'node:path'
import { LacunaError } from '../../shared/errors.js'
import type { JobRequest } from '../../shared/job.js'
import { planItems } from '../studio/index.js'
import { cancelOnSignals } from './cancel.js'
import { exit, type Context } from './context.js'
import { reporterFor } from './report/reporter-for.js'
import { checkReport } from './run/report-file.js'
import { nameOf, requestOf } from './run/request.js'
import { bringUpToDate, findResumable, openToMade } from './run/resume.js'
import { cancellable, runHere } from './run/run-here.js'
import { openTools, type Tools } from './tools.js'
import { checkValues } from './values.js'

/** `lacuna denoise`. Throws LacunaError `usage` for wrong values; what is wrong with a picture is reported, not thrown. */
export async function runDenoise(
  inputs: string[],
  given: Record<string, unknown>,
  { words, engineEntry }: Context,
): Promise<number> {
  const values = checkValues(given, words)
  const request = requestOf(inputs, values, words)
  const reportFile = values.report === undefined ? null : resolve(values.report)
  if (reportFile !== null) await checkReport(reportFile, words)

  const reporter = reporterFor(values, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => reporter.notice(words.t('cli.line.cancelling')))
  const { signal } = cancelling
  await using tools = await openTools(values, engineEntry)
  try {
    // One mistake in what was typed is one sentence, not one for every picture.
    tools.library.resolve(request.edit.model)
    return await cancellable(signal, async () => {
      const id = await jobFor(tools, request, signal)
      return await runHere(tools, id, { words, reporter, signal, reportFile })
    })
  } catch (thrown) {
    const error = LacunaError.from(thrown)
    if (error.code === 'internal') tools.log.error('denoise', error)
    throw error
  } finally {
    reporter.end()
  }
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
  const items = request.resume ? openToMade(planned) : planned
  return await store.enqueue({ name: nameOf(request), origin: 'cli', request, state: 'waiting' }, items)
}
