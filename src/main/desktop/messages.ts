/** What the preload script may send, and that nobody else sends it. */
import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import { LacunaError } from '../../shared/errors.js'
import { desktopMessage } from '../../shared/host.js'
import { router } from '../studio/handlers.js'
import type { Studio } from '../studio/studio.js'
import { isTrusted } from './page.js'
import type { DesktopServices } from './services.js'

export function receiveMessages(studio: Studio, host: DesktopServices): void {
  const rpc = new RPCHandler(router)
  ipcMain.on(desktopMessage.connect, (event: IpcMainEvent) => {
    const [port, ...more] = event.ports
    if (!isTrusted(event.senderFrame) || port === undefined || more.length > 0) {
      for (const one of event.ports) one.close()
      return
    }
    rpc.upgrade(port, { context: { studio, host } })
    port.start()
  })
  ipcMain.handle(desktopMessage.grant, async (event: IpcMainInvokeEvent, path: unknown) => {
    if (!isTrusted(event.senderFrame)) throw new LacunaError('request.forbidden', { name: 'lacuna' })
    // A File that a script made has no path.
    await host.grant(z.string().min(1).parse(path))
  })
}
