import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../tests/support/engine.js'
import { isAlive } from '../owner.js'

/** Forks the engine, says its number, and dies after a while without a word to it. */
const host = `
  const engine = require('node:child_process').fork(process.argv[1], [], { serialization: 'advanced', stdio: 'ignore' })
  require('node:fs').writeSync(1, String(engine.pid))
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(process.argv[2]))
`

describe('an engine whose host is killed', () => {
  // Node starts, the engine is read, its worker starts, it is ready: the host dies in each of these.
  it.each([1, 15, 40, 80, 150, 400, 1000])('ends by itself, %i ms after it was started', async (after) => {
    const child = spawn(process.execPath, ['-e', host, join(root, 'out/main/engine.js'), String(after)])
    let said = ''
    child.stdout.on('data', (data: Buffer) => (said += data.toString()))
    await once(child, 'close')
    expect(child.signalCode).toBe('SIGKILL')
    const engine = { host: hostname(), pid: Number(said), start: null }
    expect(engine.pid).toBeGreaterThan(0)
    await expect.poll(() => isAlive(engine), { timeout: 20_000 }).toBe(false)
  })
})
