import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isAlive, thisProcess } from './owner.js'

describe('the owner of something', () => {
  it('is alive while its process runs', () => expect(isAlive(thisProcess())).toBe(true))

  it('is alive for all that is known when it is on another machine', () =>
    expect(isAlive({ ...thisProcess(), host: 'another-machine.example' })).toBe(true))

  it.skipIf(process.platform !== 'linux')('is gone when another process has its number', () =>
    expect(isAlive({ ...thisProcess(), start: 'another boot 1' })).toBe(false),
  )

  it('is gone when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(isAlive({ host: hostname(), pid: child.pid ?? 0, start: null })).toBe(false)
  })

  it.skipIf(process.platform !== 'linux')('is alive while suspended, and gone when killed, reaped or not', async () => {
    // The shell becomes a `sleep`, which never asks how its child ended: the child stays a zombie.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    try {
      const pid = Number(String(((await once(parent.stdout, 'data')) as [Buffer])[0]))
      const until = async (...states: string[]): Promise<void> => {
        while (!states.includes(stateOf(pid))) await sleep(10)
      }
      const child = { host: hostname(), pid, start: null }
      process.kill(pid, 'SIGSTOP')
      await until('T')
      expect(isAlive(child)).toBe(true)
      process.kill(pid, 'SIGKILL')
      // Where children are reaped by the system itself there is no zombie to be seen.
      await until('Z', 'gone')
      expect(isAlive(child)).toBe(false)
    } finally {
      parent.kill('SIGKILL')
    }
  })
})

/** The letter that Linux gives a process's state; T is stopped, Z a zombie. */
function stateOf(pid: number): string {
  if (!existsSync(`/proc/${pid}`)) return 'gone'
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 'gone'
  } catch {
    // Gone between the two looks.
    return 'gone'
  }
}
