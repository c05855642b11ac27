import { once } from 'node:events'
import type { ServingEvent } from '../../shared/events.js'
import { openInBrowser, startBrowserHost } from '../web/index.js'
import { cancelOnSignals } from './cancel.js'
import { exit, type Context } from './context.js'
import { checkValues } from './values.js'

/**
 * `lacuna serve` and `lacuna open`: the studio in a browser, until Ctrl+C, which is how it is meant to end.
 * The address goes to standard output, since that is what a script or a person over SSH needs.
 */
export async function runServe(
  files: string[],
  given: Record<string, unknown>,
  { words, engineEntry }: Context,
): Promise<number> {
  const {
    host,
    port,
    allowRemote,
    root,
    paused,
    provider,
    tile,
    memory,
    open = true,
    dataDir,
    json = false,
    quiet = false,
  } = checkValues(given, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => {})
  await using studio = await startBrowserHost({
    host,
    port,
    allowRemote,
    roots: root,
    files,
    paused,
    overrides: { provider, tile, memoryBudget: memory },
    dataDir,
    engineEntry,
  })

  const event: ServingEvent = { v: 1, event: 'serving', url: studio.url, port: studio.port }
  process.stdout.write(`${json ? JSON.stringify(event) : studio.url}\n`)
  const say = (key: string) => quiet || json || process.stderr.write(`${words.t(key)}\n`)
  if (open && !(await openInBrowser(studio.url))) say('cli.serve.noBrowser')
  say('cli.serve.stop')
  if (!cancelling.signal.aborted) await once(cancelling.signal, 'abort')
  return exit.done
}
