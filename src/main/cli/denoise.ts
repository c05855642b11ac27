import { DenoiseEdit } from '../../shared/edit.js'
import { isCancelled, LacunaError } from '../../shared/errors.js'
import { OutputSettings } from '../../shared/picture.js'
import { planFiles } from '../studio/index.js'
import { cancelOnSignals } from './cancel.js'
import { exit, type Context } from './context.js'
import { humanReporter } from './report/human.js'
import { jsonReporter } from './report/json.js'
import { runFiles } from './run-files.js'
import { openTools } from './tools.js'
import { checkValues } from './values.js'

/** `lacuna denoise`. Throws LacunaError `usage` for wrong values; what is wrong with a picture is reported, not thrown. */
export async function runDenoise(
  inputs: string[],
  given: Record<string, unknown>,
  { words, engineEntry }: Context,
): Promise<number> {
  const values = checkValues(given, words)
  const { sigma, strength, detail, blend, seed, model, format, quality, depth, strip, name, recursive } = values
  const edit = DenoiseEdit.parse({ kind: 'denoise', sigma, strength, detail, blend, seed, model })
  const settings = OutputSettings.parse({ format, quality, depth, strip })
  const { output, overwrite = 'never', json = false, quiet = false } = values
  if (output === undefined)
    throw new LacunaError('usage', { reason: words.t('cli.usage.missingOption', { option: '-o, --output' }) })

  const reporter = json ? jsonReporter(quiet) : humanReporter(words, quiet)
  using cancelling = cancelOnSignals(exit.cancelled, () => reporter.notice(words.t('cli.line.cancelling')))
  await using tools = await openTools(values, engineEntry)
  try {
    // One mistake in what was typed is one sentence, not one for every picture.
    tools.library.resolve(edit.model)
    const plan = await planFiles({ inputs, output, settings, template: name, model: edit.model, recursive, overwrite })
    const request = { plan, edit, overwrite, signal: cancelling.signal }
    const { failed, cancelled } = await runFiles(tools, request, words, (event) => reporter.report(event))
    if (cancelled) return exit.cancelled
    return failed > 0 ? exit.someFailed : exit.done
  } catch (thrown) {
    if (cancelling.signal.aborted && isCancelled(thrown)) return exit.cancelled
    const error = LacunaError.from(thrown)
    if (error.code === 'internal') tools.log.error('denoise', error)
    throw error
  } finally {
    reporter.end()
  }
}
