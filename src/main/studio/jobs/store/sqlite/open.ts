/** Opening the database file: its settings, its version, and what happens when it is older, newer or damaged. */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LacunaError } from '../../../../../shared/errors.js'
import { errno, syncFolder } from '../../../files/fs.js'
import { Database } from './database.js'
import { Damaged, isDamage, storeError } from './errors.js'
import { migrations as ours } from './migrations/index.js'

/** "LACN": the file is ours. */
const APPLICATION_ID = 0x4c41434e

/** Larger files are not read through at each start (3 ms a megabyte); what is damaged in them is found when it is read. */
const CHECKED_BYTES = 64 * 1024 * 1024

export interface Opened {
  database: Database
  /** `store.damaged`: what was there is kept under another name. */
  problem: LacunaError | null
}

/** Throws `store.newer`, `store.failed`, `output.diskFull`. */
export async function openDatabase(file: string, migrations = ours): Promise<Opened> {
  let problem: LacunaError | null = null
  for (;;) {
    const before = identity(file)
    try {
      return { database: await openOnce(file, migrations), problem }
    } catch (error) {
      if (!isDamage(error) || problem !== null) throw storeError(error, file)
      // Another process may have found the same and put a new file there.
      if (identity(file) === before) problem = await setAside(file, error)
    }
  }
}

async function openOnce(file: string, migrations: readonly string[]): Promise<Database> {
  makeReadableByUserAlone(file)
  const database = new Database(file)
  try {
    await database.patiently(() => {
      checkFile(database, migrations.length)
      database.exec('PRAGMA journal_mode = WAL')
      // Of every connection, not of the file. FULL: a commit is on the disk when it returns, not only in order.
      database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 16777216')
    })
    await migrate(database, migrations)
    database.expectVersion(migrations.length)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** SQLite gives its `-wal` and `-shm` the mode of the file. */
function makeReadableByUserAlone(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
}

/** Throws {@link Damaged}, SQLite's own words for damage, or `store.newer`. */
function checkFile(database: Database, current: number): void {
  const version = database.userVersion
  const tables = Number(database.peek('count(*)', 'sqlite_schema')[0])
  if (tables === 0 && version === 0) return
  if (database.peek('application_id', 'pragma_application_id')[0] !== APPLICATION_ID)
    throw new Damaged('a database of another program')
  if (version > current) throw new LacunaError('store.newer', { name: database.file })
  if (statSync(database.file).size > CHECKED_BYTES) return
  const found = database.peek('quick_check', 'pragma_quick_check')
  if (found.join() !== 'ok') throw new Damaged(found.slice(0, 5).join('; '))
}

/** Each step in one transaction; another process may take it first. */
async function migrate(database: Database, migrations: readonly string[]): Promise<void> {
  const from = database.userVersion
  if (from > 0 && from < migrations.length) await backUp(database, from)
  for (const [version, step] of migrations.entries()) {
    if (version < database.userVersion) continue
    await database.write(() => {
      if (database.userVersion !== version) return
      database.exec(step)
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}`)
    })
  }
  if (database.userVersion > migrations.length) throw new LacunaError('store.newer', { name: database.file })
  if (from === 0) await syncFolder(dirname(database.file))
}

/** A whole copy beside the file, `jobs.sqlite.version-1`, for going back to the older program. */
async function backUp(database: Database, version: number): Promise<void> {
  const copy = `${database.file}.version-${version}`
  const temporary = `${copy}.${process.pid}`
  await rm(temporary, { force: true })
  closeSync(openSync(temporary, 'wx', 0o600))
  await database.patiently(() => database.exec(`VACUUM INTO '${temporary.replaceAll("'", "''")}'`))
  const handle = await open(temporary, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, copy)
  await syncFolder(dirname(copy))
}

/** The journal first: a new database may never find the old one's. */
async function setAside(file: string, cause: unknown): Promise<LacunaError> {
  const kept = `${file}.damaged-${Date.now()}`
  try {
    for (const suffix of ['-wal', '-shm', '']) {
      if (existsSync(file + suffix)) await rename(file + suffix, kept + suffix)
    }
    await syncFolder(dirname(file))
  } catch (error) {
    throw new LacunaError('store.failed', { name: file, reason: errno(error) ?? String(error) }, error)
  }
  return new LacunaError('store.damaged', { name: file, kept }, cause)
}

function identity(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev} ${found.ino}`
}
