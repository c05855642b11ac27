/** The engine as Electron's utility process. */
import { utilityProcess } from 'electron'
import type { EngineLink, StartEngine } from '../engine/protocol/messages.js'

/** `entry`: the built engine (`out/main/engine.js`). */
export const utilityEngine =
  (entry: string): StartEngine =>
  (): EngineLink => {
    const child = utilityProcess.fork(entry, [], {
      serviceName: 'Lacuna engine',
      stdio: process.env['LACUNA_DEBUG'] ? 'inherit' : 'ignore',
    })
    return {
      get pid() {
        return child.pid
      },
      post: (message) => child.postMessage(message),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', (code) => listener(`ended with code ${code}`)),
      // `child.kill()` asks; a driver that hangs does not answer.
      kill: () => {
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      },
    }
  }
