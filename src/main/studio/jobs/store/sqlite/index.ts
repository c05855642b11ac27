/** The job store on disk: `jobs.sqlite` in the data folder, shared by all processes of this user. */
import { join } from 'node:path'
import { makeFolders, type StudioPaths } from '../../../paths.js'
import type { JobStore } from '../store.js'
import { storeError } from './errors.js'
import { openDatabase } from './open.js'
import { SqliteStore } from './store.js'

export const databaseFile = (paths: StudioPaths): string => join(paths.data, 'jobs.sqlite')

/**
 * Opens it, making or migrating the database first where needed. One that is damaged is kept under another name, and
 * `problem` says so. Throws `store.newer` when a newer version of the program wrote it, `store.failed`, `output.diskFull`.
 */
export async function openJobStore(paths: StudioPaths, options: { now?: () => number } = {}): Promise<JobStore> {
  const file = databaseFile(paths)
  try {
    makeFolders(paths)
  } catch (error) {
    throw storeError(error, file)
  }
  const { database, problem } = await openDatabase(file)
  return new SqliteStore(database, { problem, now: options.now ?? Date.now })
}
