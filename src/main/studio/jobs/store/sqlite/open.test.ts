/** The database file: how it is opened, and what happens to an older, newer or damaged one. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LacunaError } from '../../../../../shared/errors.js'
import { thisProcess } from '../../../owner.js'
import { type StudioPaths, studioPaths } from '../../../paths.js'
import { newJob, photo, photos, request, resultOf } from '../testing.js'
import { Database } from './database.js'
import { databaseFile, openJobStore } from './index.js'
import { migrations } from './migrations/index.js'
import { openDatabase } from './open.js'
import { SqliteStore } from './store.js'

/** As on a disk: a file that goes with a journal. */
const fixture = `PRAGMA journal_mode = WAL;\n${readFileSync(new URL('fixtures/version-1.sql', import.meta.url), 'utf8')}`

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

let home: string
let paths: StudioPaths
let file: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lacuna-database-'))
  paths = studioPaths({ dataDir: home })
  file = databaseFile(paths)
  mkdirSync(paths.data, { recursive: true })
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function make(sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

/** What `body` finds in the file, opened without any of our care. */
function look<T>(path: string, body: (database: Database) => T): T {
  const database = new Database(path)
  try {
    return body(database)
  } finally {
    database.close()
  }
}
const version = (path: string): number => look(path, (database) => database.userVersion)
const names = async (): Promise<string[]> => {
  await using store = await openJobStore(paths)
  return (await store.jobs()).map(({ name }) => name)
}

describe('the database of jobs', () => {
  it('keeps what was put in after it was closed', async () => {
    {
      await using store = await openJobStore(paths)
      await store.enqueue(newJob({ name: 'kept' }), photos(2))
    }
    expect(await names()).toEqual(['kept'])
  })

  it.skipIf(process.platform === 'win32')('is readable by this user alone, with its journal', async () => {
    writeFileSync(file, '', { mode: 0o644 })
    await using store = await openJobStore(paths)
    await store.enqueue(newJob(), [])
    expect(readdirSync(paths.data).sort()).toEqual(['jobs.sqlite', 'jobs.sqlite-shm', 'jobs.sqlite-wal'])
    for (const name of readdirSync(paths.data)) expect(statSync(join(paths.data, name)).mode & 0o777, name).toBe(0o600)
  })

  it('has every commit on the disk before it returns, on every open', async () => {
    for (let opened = 0; opened < 2; opened++) {
      const { database } = await openDatabase(file)
      expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' })
      expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 })
      expect(database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 })
      database.close()
    }
  })

  it('says what is wrong when its folder cannot be used', async () => {
    rmSync(paths.data, { recursive: true })
    writeFileSync(paths.data, 'a file')
    await expect(openJobStore(paths)).rejects.toMatchObject({ code: 'store.failed', params: { name: file } })
  })

  it('says that the disk is full, and keeps nothing of what did not fit', async () => {
    const { database, problem } = await openDatabase(file)
    await using store = new SqliteStore(database, { problem, now: Date.now })
    const id = await store.enqueue(newJob(), photos(1))
    database.exec(`PRAGMA max_page_count = ${Number(database.get('PRAGMA page_count')?.['page_count']) + 2}`)
    await expect(store.enqueue(newJob(), photos(5000))).rejects.toMatchObject({ code: 'output.diskFull' })
    await expect(store.append(id, photos(5000))).rejects.toMatchObject({ code: 'output.diskFull' })
    expect(await store.jobs()).toHaveLength(1)
    expect(await store.countItems(id)).toBe(1)
    database.exec('PRAGMA max_page_count = 1000000')
    await store.append(id, photos(5000))
    expect(await store.countItems(id)).toBe(5001)
  })

  it('does not take a record for what it is not', async () => {
    await using store = await openJobStore(paths)
    const id = await store.enqueue(newJob(), photos(1))
    look(file, (database) => database.exec(`UPDATE items SET output = '{"format":"bmp"}'`))
    await expect(store.items(id)).rejects.toMatchObject({ code: 'store.failed', params: { name: file } })
    look(file, (database) => database.exec(`UPDATE requests SET request = '{'; UPDATE jobs SET owner = 'nobody'`))
    await expect(store.job(id)).rejects.toMatchObject({ code: 'store.failed' })
  })
})

describe('a database of version 1', () => {
  beforeEach(() => make(fixture))

  it('is what this program makes, too', async () => {
    const schema = (path: string): unknown =>
      look(path, (database) => database.all('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name'))
    const fresh = join(home, 'fresh.sqlite')
    const { database } = await openDatabase(fresh, migrations.slice(0, 1))
    database.close()
    expect(schema(file)).toEqual(schema(fresh))
  })

  it('opens with all that it held', async () => {
    await using store = await openJobStore(paths)
    expect(store.problem).toBeNull()
    expect(await store.jobs()).toMatchObject([
      { id: 'hday23', name: 'holiday', state: 'paused', owner: null, counts: { waiting: 1, running: 1, done: 1 } },
      { id: 'smmr24', name: 'Sommer 🌞', origin: 'cli', state: 'paused', request, counts: { skipped: 1, failed: 1 } },
      { id: 'draf25', state: 'draft', request: { target: null } },
    ])
    expect(await store.items('smmr24')).toMatchObject([
      photo("l'été 写真"),
      { state: 'skipped', skip: 'foreign', target: null },
      { state: 'failed', error: { code: 'file.unsupportedRaw', params: { name: 'raw.nef' } } },
    ])
    expect(await store.item('hday23', 1)).toMatchObject({ state: 'done', result: resultOf('aa11') })
    expect(await store.made('/results/p1_denoised.jpg')).toMatchObject({ key: 'key-of-p1', sha256: 'aa11' })
    const identity = { path: '/photos/p1.jpg', dev: '66306', ino: '131', size: 1000, mtimeNs: '1790000000000000001' }
    expect(await store.contentHash(identity)).toBe('cc33')
  })

  it('is worked on where it was left', async () => {
    await using store = await openJobStore(paths)
    const lease = (await store.claim(thisProcess(), () => true))!
    expect(await store.inFlight(lease)).toMatchObject([{ item: 2, key: 'key-of-p2', result: resultOf('bb22') }])
    await store.complete(lease, 2, resultOf('bb22'))
    expect(await store.start(lease, { alone: false, temp: () => null })).toMatchObject({ item: 3 })
  })
})

describe('migrations', () => {
  const second = 'ALTER TABLE jobs ADD COLUMN note TEXT'
  const data = (path: string): unknown => look(path, (database) => database.all('SELECT id, name FROM jobs'))
  beforeEach(() => make(fixture))

  it('go on from the version that is there, after a copy of the file', async () => {
    const before = data(file)
    const { database } = await openDatabase(file, [...migrations, second])
    expect(database.get('SELECT note FROM jobs')).toEqual({ note: null })
    database.close()
    expect(version(file)).toBe(migrations.length + 1)
    expect(data(file)).toEqual(before)
    const copy = `${file}.version-1`
    expect(version(copy)).toBe(1)
    expect(data(copy)).toEqual(before)
    expect(look(copy, (kept) => kept.all('PRAGMA integrity_check'))).toEqual([{ integrity_check: 'ok' }])
    if (process.platform !== 'win32') expect(statSync(copy).mode & 0o777).toBe(0o600)
  })

  it('change nothing when a step fails in the middle', async () => {
    const before = data(file)
    const broken = [...migrations, `${second}; UPDATE jobs SET name = ''; SELECT nonsense`]
    await expect(openDatabase(file, broken)).rejects.toMatchObject({ code: 'store.failed' })
    expect(version(file)).toBe(migrations.length)
    expect(data(file)).toEqual(before)
    // And they can be tried again.
    const { database } = await openDatabase(file, [...migrations, second])
    database.close()
    expect(version(file)).toBe(migrations.length + 1)
  })

  it('are not needed by a new file, of which no copy is made', async () => {
    const fresh = join(home, 'fresh.sqlite')
    const { database } = await openDatabase(fresh, [...migrations, second])
    database.close()
    expect(version(fresh)).toBe(migrations.length + 1)
    expect(readdirSync(home).filter((name) => name.includes('.version-'))).toEqual([])
  })
})

describe('a database of a newer version', () => {
  it('is refused with a sentence and left as it is', async () => {
    make(`${fixture}; PRAGMA user_version = ${migrations.length + 1}`)
    const before = readFileSync(file)
    await expect(openJobStore(paths)).rejects.toMatchObject({ code: 'store.newer', params: { name: file } })
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(paths.data).filter((name) => /damaged|version/.test(name))).toEqual([])
  })

  it('is not written to by a program that had opened it before', async () => {
    await using store = await openJobStore(paths)
    look(file, (database) => database.exec(`PRAGMA user_version = ${migrations.length + 1}`))
    await expect(store.enqueue(newJob(), [])).rejects.toMatchObject({ code: 'store.newer' })
  })
})

describe('a damaged database', () => {
  const damages: [string, () => void][] = [
    [
      'something else entirely',
      () => writeFileSync(file, 'This is no database, but it is longer than a header.'.repeat(9)),
    ],
    ['the database of another program', () => make('CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES (1)')],
    [
      'overwritten in the middle',
      () => {
        make(fixture)
        const bytes = readFileSync(file)
        bytes.fill(0xa5, 4096, bytes.length - 4096)
        writeFileSync(file, bytes)
      },
    ],
    [
      'cut short',
      () => {
        make(fixture)
        const bytes = readFileSync(file)
        writeFileSync(file, bytes.subarray(0, bytes.length / 2))
      },
    ],
  ]

  it.each(damages)('(%s) is kept under another name, and an empty one is begun', async (_what, damage) => {
    damage()
    const before = readFileSync(file)
    let kept: string
    {
      await using store = await openJobStore(paths)
      expect(store.problem).toMatchObject({ code: 'store.damaged', params: { name: file } })
      kept = String((store.problem as LacunaError).params['kept'])
      expect(await store.jobs()).toEqual([])
      await store.enqueue(newJob({ name: 'new' }), photos(1))
      // Whatever is left of the damaged file's connection goes, and takes nothing of the new file with it.
      collectGarbage()
      expect(await names()).toEqual(['new'])
    }
    expect(readFileSync(kept).equals(before)).toBe(true)
    await using again = await openJobStore(paths)
    expect(again.problem).toBeNull()
    expect(await names()).toEqual(['new'])
  })
})
