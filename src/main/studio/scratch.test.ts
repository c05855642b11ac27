import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { programOf } from '../../../tests/support/program.js'
import { isAlive, thisProcess } from './owner.js'
import { openScratch, sweepScratch } from './scratch.js'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'lacuna-scratch-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A process that has ended, and whose number no one has yet. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

/** A folder as a process that died left it. */
async function leftBehind(id: string, temporaries: string[] = [], owner: object = {}): Promise<string> {
  const folder = join(dir, 'jobs', id)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'raster.v'), 'pixels')
  const dead = { host: hostname(), pid: await deadPid(), start: null, ...owner }
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ version: 1, owner: dead, temporaries }))
  return folder
}

describe('a scratch folder', () => {
  it('goes with everything in it and with the temporary files it knows of', async () => {
    const temp = join(dir, '.a.png.job1.lacuna-tmp')
    {
      await using scratch = await openScratch(join(dir, 'jobs'))
      await scratch.addTemporary(temp)
      writeFileSync(join(scratch.dir, 'raster.v'), 'pixels')
      writeFileSync(temp, 'half')
    }
    expect(readdirSync(join(dir, 'jobs'))).toEqual([])
    expect(existsSync(temp)).toBe(false)
  })

  it('is each its own, however many are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => openScratch(join(dir, 'jobs'))))
    expect(new Set(made.map((scratch) => scratch.dir)).size).toBe(20)
  })

  it('cannot be made below a file, which is said with its name', async () => {
    writeFileSync(join(dir, 'jobs'), '')
    await expect(openScratch(join(dir, 'jobs'))).rejects.toMatchObject({ code: 'output.failed' })
  })
})

describe('P5: after a crash', () => {
  it('sweeps the folder of a dead process and its half-written output', async () => {
    const temp = join(dir, '.a.png.job1.lacuna-tmp')
    writeFileSync(temp, 'half')
    const folder = await leftBehind('dead', [temp])
    await sweepScratch(join(dir, 'jobs'))
    expect([existsSync(folder), existsSync(temp)]).toEqual([false, false])
  })

  it('leaves the folder of a living process alone, this one included', async () => {
    const scratch = await openScratch(join(dir, 'jobs'))
    await sweepScratch(join(dir, 'jobs'))
    expect(existsSync(scratch.dir)).toBe(true)
  })

  it('leaves the folder of another machine alone', async () => {
    const folder = await leftBehind('far', [], { host: 'another-machine' })
    await sweepScratch(join(dir, 'jobs'))
    expect(existsSync(folder)).toBe(true)
  })

  it('deletes nothing but temporary files of ours, whatever the record names', async () => {
    const photo = join(dir, 'photo.png')
    writeFileSync(photo, 'dear')
    await leftBehind('dead', [photo])
    await sweepScratch(join(dir, 'jobs'))
    expect(readFileSync(photo, 'utf8')).toBe('dear')
  })

  it('sweeps a folder without a record only when it is not just being made', async () => {
    const young = join(dir, 'jobs', 'young')
    const old = join(dir, 'jobs', 'old')
    mkdirSync(young, { recursive: true })
    mkdirSync(old)
    utimesSync(old, new Date(0), new Date(0))
    await sweepScratch(join(dir, 'jobs'))
    expect(readdirSync(join(dir, 'jobs'))).toEqual(['young'])
  })

  it('sweeps at once what a process was making or removing when it died, and nothing of a living one', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    const jobs = join(dir, 'jobs')
    const [dead, living, elsewhere] = [
      `.one.${child.pid}@${hostname()}`,
      `.two.${process.pid}@${hostname()}`,
      '.three.1@x',
    ]
    for (const name of [dead, living, elsewhere]) mkdirSync(join(jobs, name), { recursive: true })
    await sweepScratch(jobs)
    expect(readdirSync(jobs).sort()).toEqual([elsewhere, living].sort())
  })

  it('leaves nothing of a process that is killed while it makes and removes folders', async () => {
    const jobs = join(dir, 'jobs')
    mkdirSync(jobs)
    const { path, remove } = await programOf(join(import.meta.dirname, 'testing-scratch.ts'))
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, [path, jobs])
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, round * 7))
      child.kill('SIGKILL')
      await once(child, 'close')
      await sweepScratch(jobs)
      expect(readdirSync(jobs)).toEqual([])
    }
    remove()
  })

  it('has nothing to do where nothing was', async () => {
    await expect(sweepScratch(join(dir, 'never'))).resolves.toBeUndefined()
  })
})

describe('an owner', () => {
  it('is alive while its process is', async () => {
    expect(isAlive(thisProcess())).toBe(true)
    expect(isAlive({ ...thisProcess(), pid: await deadPid() })).toBe(false)
  })

  it.runIf(process.platform === 'linux')('is not another process with the same number', () => {
    expect(isAlive({ ...thisProcess(), start: 'another boot 1' })).toBe(false)
  })
})
