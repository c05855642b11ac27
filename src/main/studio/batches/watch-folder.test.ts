import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DenoiseEdit } from '../../../shared/edit.js'
import { JobRequest } from '../../../shared/job.js'
import { OutputSettings } from '../../../shared/picture.js'
import { temporaryName } from '../files/names.js'
import { watchFolders, type WatchOptions } from './watch-folder.js'

/** Shorter than the real one, so that tests are quick; writers below pause for less. */
const STABLE = 600

let dir: string
let stop: AbortController
let watching: Promise<void>
let told: string[]
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'lacuna-watch-')))
  mkdirSync(join(dir, 'in'))
  stop = new AbortController()
  told = []
})
afterEach(async () => {
  stop.abort()
  await watching
  rmSync(dir, { recursive: true, force: true })
})

function watch(change: Partial<JobRequest> = {}, options: WatchOptions = {}): void {
  const request = JobRequest.parse({
    edit: DenoiseEdit.parse({ kind: 'denoise' }),
    output: OutputSettings.parse({}),
    inputs: [join(dir, 'in')],
    target: join(dir, 'in_denoised'),
    template: '{name}',
    watch: true,
    ...change,
  })
  const onFile = async (path: string): Promise<void> => void told.push(relative(dir, path))
  watching = watchFolders(request, stop.signal, onFile, { stableMs: STABLE, ...options })
}

function put(name: string, content = 'x'): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), content)
}

const whenTold = (...names: string[]): Promise<void> =>
  expect.poll(() => [...told].sort(), { timeout: 15_000 }).toEqual([...names].sort())

describe('a watched folder', () => {
  it('tells what is there and what comes, into sub-folders that come, each once', async () => {
    put('in/there.jpg')
    watch()
    await whenTold('in/there.jpg')
    put('in/new.jpg')
    put('in/sub/deep/newer.png')
    await whenTold('in/there.jpg', 'in/new.jpg', 'in/sub/deep/newer.png')
    put('in/new.jpg', 'written anew')
    put('in/last.jpg')
    await whenTold('in/there.jpg', 'in/new.jpg', 'in/sub/deep/newer.png', 'in/last.jpg')
  })

  it('waits until a file has stopped growing, also one that has its length from the start', async () => {
    watch()
    put('in/growing.jpg')
    put('in/filled.jpg', 'xxxxxxxxxxxxxxxxxxxx')
    for (let i = 0; i < 12; i++) {
      await sleep(STABLE / 4)
      appendFileSync(join(dir, 'in/growing.jpg'), 'x')
      // Some programs take the room first and fill it then: the length stays, the time of change does not.
      utimesSync(join(dir, 'in/filled.jpg'), new Date(), new Date())
    }
    expect(told).toEqual([])
    await whenTold('in/growing.jpg', 'in/filled.jpg')
  })

  it('leaves out what is hidden, foreign, temporary, a link, excluded, or known', async () => {
    put('elsewhere/x.jpg')
    watch({ excluded: [join(dir, 'in/out.jpg')] }, { known: (path) => path.endsWith('known.jpg') })
    for (const name of [
      '.hidden.jpg',
      '.git/a.jpg',
      'notes.txt',
      'README',
      temporaryName('a.jpg', 'job'),
      'out.jpg',
      'known.jpg',
    ])
      put(`in/${name}`)
    symlinkSync(join(dir, 'elsewhere/x.jpg'), join(dir, 'in/link.jpg'))
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'in/linked'))
    put('in/good.jpg')
    await whenTold('in/good.jpg')
    await sleep(2 * STABLE)
    expect(told).toEqual(['in/good.jpg'])
  })

  it('tells of raw and HEIC files, which a person would miss', async () => {
    watch()
    put('in/a.NEF')
    put('in/b.heic')
    await whenTold('in/a.NEF', 'in/b.heic')
  })

  it('leaves out the folder of the results inside it', async () => {
    watch({ target: join(dir, 'in/denoised') })
    put('in/denoised/a.jpg')
    put('in/denoised/sub/b.jpg')
    put('in/a.jpg')
    await whenTold('in/a.jpg')
    await sleep(2 * STABLE)
    expect(told).toEqual(['in/a.jpg'])
  })

  it('stays in the folder itself when that was asked for', async () => {
    watch({ recursive: false })
    put('in/sub/b.jpg')
    put('in/a.jpg')
    await whenTold('in/a.jpg')
    await sleep(2 * STABLE)
    expect(told).toEqual(['in/a.jpg'])
  })

  it('forgets a file that goes before it is whole, and tells of the name it gets', async () => {
    watch()
    put('in/part.jpg')
    await sleep(STABLE / 2)
    renameSync(join(dir, 'in/part.jpg'), join(dir, 'in/whole.jpg'))
    await whenTold('in/whole.jpg')
  })

  it('is called by the name it was given, also by a link', async () => {
    symlinkSync(join(dir, 'in'), join(dir, 'link'))
    watch({ inputs: [join(dir, 'link')] })
    put('in/a.jpg')
    await whenTold('link/a.jpg')
  })

  it('ends with the signal, and passes on what goes wrong with a file', async () => {
    watch()
    stop.abort()
    await watching
    const other = new AbortController()
    const request = { inputs: [join(dir, 'in')], target: null, recursive: true } as unknown as JobRequest
    put('in/a.jpg')
    const failing = watchFolders(request, other.signal, () => Promise.reject(new Error('no')), { stableMs: 10 })
    await expect(failing).rejects.toThrow('no')
  })
})
