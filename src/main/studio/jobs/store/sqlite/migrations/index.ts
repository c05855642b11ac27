import { jobs } from './0001-jobs.js'
import { variations } from './0002-variations.js'

/** The step from each version of the database to the next; the first from an empty one. Released steps never change. */
export const migrations: readonly string[] = [jobs, variations]
