/** What the page may never do in the desktop: leave its address, open windows, ask for devices, reach the network. */
import { app, type Session } from 'electron'
import { isPage } from './page.js'

/** For every page of the program, whichever may come to be. Before the first window. */
export function lockPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isPage(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || !isPage(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  // The page lives on its own scheme: whatever else it asks for goes nowhere.
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const isLocal =
      isPage(url) || url.startsWith('blob:lacuna:') || url.startsWith('data:') || url.startsWith('devtools:')
    answer({ cancel: !isLocal })
  })
  // It fetches dictionaries.
  session.setSpellCheckerEnabled(false)
  // Results go where a dialog says.
  session.on('will-download', (event) => event.preventDefault())
}
