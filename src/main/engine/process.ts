/**
 * Entry of the engine process. The same file is started by Node's `child_process.fork` and by Electron's
 * `utilityProcess`, which differ only in their channel. When the host is gone, so is the engine.
 */
import { coordinate, type EngineChannel } from './coordinator.js'

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

function channel(): EngineChannel {
  const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort
  if (parentPort)
    return {
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    }
  if (!process.send) throw new Error('the engine is started by its host, not by hand')
  // Not process.exit: that waits for the worker, which is deaf while onnxruntime runs, maybe for minutes.
  const end = (): boolean => process.kill(process.pid, 'SIGKILL')
  process.on('disconnect', end)
  // A host that died while this was being loaded has disconnected already, and nobody would tell of it again.
  if (!process.connected) end()
  return {
    post: (message) => {
      if (process.connected) process.send?.(message)
    },
    onMessage: (listener) => process.on('message', listener),
  }
}

// Ctrl+C in a terminal reaches the whole process group; the host decides what becomes of the engine.
process.on('SIGINT', () => undefined)

coordinate(channel(), new URL('./inference-worker.js', import.meta.url))
