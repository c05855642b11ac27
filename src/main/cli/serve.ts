import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { LacunaError } from '../../shared/errors.js'
import type { ServingEvent } from '../../shared/events.js'
import type { Words } from '../../shared/words.js'
import { errno } from '../studio/files/fs.js'
import { openInBrowser, startBrowserHost } from '../web/index.js'
import { cancelOnSignals } from './cancel.js'
import { exit, type Context } from './context.js'
import { checkValues } from './values.js'

/**
 * `lacuna serve` and `lacuna open`: the studio in a browser, until Ctrl+C, which is how it is meant to end.
 * The address goes to standard output, since that is what a script or a person over SSH needs.
 * Of what was named and cannot be opened is said why; with nothing else to show, that is all.
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
  const obstacles = await Promise.all(files.map((file) => obstacleTo(file, words)))
  for (const sentence of obstacles) if (sentence !== null) process.stderr.write(`${sentence}\n`)
  const pictures = files.filter((_, index) => obstacles[index] === null)
  if (pictures.length === 0 && files.length > 0) return exit.someFailed

  using cancelling = cancelOnSignals(exit.cancelled, () => {})
  await using studio = await startBrowserHost({
    host,
    port,
    allowRemote,
    roots: root,
    files: pictures,
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

/** Why a file that was named cannot be opened; null when only its bytes can tell. */
async function obstacleTo(file: string, words: Words): Promise<string | null> {
  try {
    return (await stat(file)).isDirectory() ? words.t('cli.open.folder', { name: file }) : null
  } catch (cause) {
    // Anything else (a folder without permission) is the studio's to explain, on the page.
    if (errno(cause) !== 'ENOENT' && errno(cause) !== 'ENOTDIR') return null
    return words.errorSentence(new LacunaError('file.notFound', { name: file }, cause))
  }
}
