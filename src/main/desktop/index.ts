/** The desktop host: one window on the studio, which runs in this process; the engine is a process of its own. */
import { app, BrowserWindow, session } from 'electron'
import { join } from 'node:path'
import english from '../../../resources/locales/en.json'
import { LacunaError } from '../../shared/errors.js'
import { createWords } from '../../shared/words.js'
import { createEngine } from '../studio/engine/supervisor.js'
import { media } from '../studio/media.js'
import { studioPaths, sweepScratch, type StudioPaths } from '../studio/index.js'
import { openSource } from '../studio/open-source.js'
import { openScratch } from '../studio/scratch.js'
import { createStudio } from '../studio/studio.js'
import { Uploads } from '../studio/uploads.js'
import { namedFiles } from './arguments.js'
import { utilityEngine } from './engine-link.js'
import { followBatches } from './follow-batches.js'
import { lockPages, lockSession } from './lockdown.js'
import { setMenu } from './menu.js'
import { receiveMessages } from './messages.js'
import { registerScheme, servePage } from './protocol.js'
import { desktopServices } from './services.js'
import { followTheme, openWindow } from './window.js'

const words = createWords(english)
const paths = studioPaths()
/** Pictures that were named before the studio could open them. */
const waiting: string[] = namedFiles(process.argv, process.cwd(), app.isPackaged)
let openFile = (file: string): void => void waiting.push(file)

app.setPath('userData', join(paths.state, 'electron'))
app.enableSandbox()
registerScheme()
lockPages()

// macOS names files by events, the first of them before the program is ready.
app.on('open-file', (event, file) => {
  event.preventDefault()
  openFile(file)
})

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, argv, folder) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
    for (const file of namedFiles(argv, folder, app.isPackaged)) openFile(file)
  })
  app
    .whenReady()
    .then(() => start(paths))
    .catch(fail)
} else {
  // The files go to the program that is running.
  app.quit()
}

async function start({ program, version, cache, state }: StudioPaths): Promise<void> {
  const uploadFolder = join(cache, 'uploads')
  await sweepScratch(uploadFolder)
  const scratch = await openScratch(uploadFolder)
  const engine = createEngine({ start: utilityEngine(join(program, 'out/main/engine.js')) })
  const studio = await createStudio({ engine, paths })
  let window: BrowserWindow | null = null
  const uploads = new Uploads(scratch.dir)
  const host = desktopServices({ version, words, uploads, window: () => window })

  setMenu(words)
  followTheme(studio.settings.value.theme)
  studio.settings.onChange((settings) => followTheme(settings.theme))
  lockSession(session.defaultSession)
  servePage(session.defaultSession, {
    folder: join(program, 'out/renderer'),
    media: (request) => media(studio, host, request),
  })
  receiveMessages(studio, host)

  const show = (): void => {
    window = openWindow(program, join(state, 'window.json'))
    window.on('closed', () => (window = null))
  }
  show()
  app.on('activate', () => window === null && show())
  app.on('window-all-closed', () => process.platform === 'darwin' || app.quit())

  openFile = (file) => {
    const opened = host.grant(file).then(async () => {
      for (const origin of await openSource({ from: 'path', path: file }, { studio, host }))
        await studio.documents.open(origin)
    })
    opened.catch((error: unknown) => studio.log.error(`opening ${file}`, error))
  }
  for (const file of waiting.splice(0)) openFile(file)
  void studio.documents.restore((path) =>
    host.grant(path).then(
      () => true,
      () => false,
    ),
  )

  const quitting = new AbortController()
  followBatches(studio, { words, window: () => window }, quitting.signal).catch((error: unknown) =>
    studio.log.error('following the batches', error),
  )

  let isClosed = false
  app.on('will-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    quitting.abort()
    // A batch in its middle goes on at the next start.
    void Promise.allSettled([studio.close(), scratch.remove()]).then(() => {
      isClosed = true
      app.quit()
    })
  })
}

/** Before there is a window that could show it. */
function fail(error: unknown): void {
  process.stderr.write(`${words.errorSentence(LacunaError.from(error, 'internal'))}\n`)
  app.exit(1)
}
