/** The engine as a Node child process: for the command line and the browser host. */
import { fork } from 'node:child_process'
import type { EngineLink, StartEngine } from '../../engine/protocol/messages.js'

/** `entry`: the built engine (`out/main/engine.js`). Throws nothing: a process that cannot start ends, and says so by `onExit`. */
export const forkEngine =
  (entry: string): StartEngine =>
  (): EngineLink => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      // Nothing but messages comes from the engine; what libraries print goes to standard error of the host when asked for.
      stdio: ['ignore', 'ignore', process.env['LACUNA_DEBUG'] ? 'inherit' : 'ignore', 'ipc'],
      // The engine needs none of the host's flags (a debugger's port, a loader).
      execArgv: [],
    })
    let told = false
    const exits: ((reason: string) => void)[] = []
    const exit = (reason: string) => {
      if (told) return
      told = true
      for (const listener of exits) listener(reason)
    }
    child.on('exit', (code, signal) => exit(signal ? `ended by ${signal}` : `ended with code ${code}`))
    child.on('error', (error) => exit(error.message))
    return {
      pid: child.pid,
      post: (message) => {
        // A message to a process that has just died is lost; its end is reported and the task sent again.
        if (child.connected) child.send(message, () => undefined)
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => exits.push(listener),
      kill: () => child.kill('SIGKILL'),
    }
  }
