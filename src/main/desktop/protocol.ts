/** The page on a scheme of its own: no port is open, and no other program can ask. */
import { protocol, type Session } from 'electron'
import { answer, type Page } from './answer.js'
import { scheme } from './page.js'

/** Before Electron is ready. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true }
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }])
}

export function servePage(session: Session, page: Page): void {
  session.protocol.handle(scheme, (request) => answer(request, page))
}
