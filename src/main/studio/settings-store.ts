/** The settings file: read once, written atomically, never overwritten when it cannot be understood. */
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { LacunaError } from '../../shared/errors.js'
import { checkTemplate } from '../../shared/name-template.js'
import { Settings, type SettingsChange } from '../../shared/settings.js'
import { syncFolder } from './files/fs.js'
import { makeFolders, type StudioPaths } from './paths.js'

const CURRENT = 2

/** From each version to the next; a fixture of every version is in the tests. */
const upcasters: Readonly<Record<number, (older: Record<string, unknown>) => Record<string, unknown>>> = {
  // Version 2 added names, formats and the start of the queue, which all have defaults.
  1: (v1) => ({ ...v1, version: 2 }),
}

export interface SettingsStore {
  readonly value: Settings
  /** What was wrong with the file on opening (`settings.damaged`); the defaults are used then. */
  readonly problem: LacunaError | null
  /** Changes some values and saves. Throws `request.invalid`, `output.nameTemplate`, or `output.*` when the file cannot be written. */
  set(change: SettingsChange): Promise<Settings>
  onChange(listener: (value: Settings) => void): () => void
}

/** Throws `settings.newer` when a newer version of the program wrote the file: an older one would lose what it says. */
export async function openSettings(paths: StudioPaths): Promise<SettingsStore> {
  const file = join(paths.config, 'settings.json')
  const read = await readSettings(file)
  let value = read.value
  let turn: Promise<unknown> = Promise.resolve()
  const listeners = new Set<(value: Settings) => void>()

  return {
    get value() {
      return value
    },
    problem: read.problem,
    set(change) {
      // One after another, each on top of what the file says by then: another host may have changed it.
      const changed = turn.then(async () => {
        if (change.template !== undefined) checkTemplate(change.template)
        const latest = await readSettings(file)
        const base = latest.problem === null && latest.found ? latest.value : value
        const next = Settings.safeParse({ ...base, ...change, version: CURRENT })
        if (!next.success) throw new LacunaError('request.invalid', { reason: z.prettifyError(next.error) }, next.error)
        await save(paths, file, `${JSON.stringify(next.data, null, 2)}\n`)
        value = next.data
        for (const listener of listeners) listener(value)
        return value
      })
      turn = changed.catch(() => undefined)
      return changed
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

async function save(paths: StudioPaths, file: string, text: string): Promise<void> {
  try {
    makeFolders(paths)
    await writeFileAtomic(file, text, { mode: 0o600 })
    await syncFolder(paths.config)
  } catch (error) {
    throw new LacunaError('output.failed', { name: file, reason: String(error) }, error)
  }
}

interface ReadSettings {
  value: Settings
  found: boolean
  problem: LacunaError | null
}

async function readSettings(file: string): Promise<ReadSettings> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { value: Settings.parse({}), found: false, problem: null }
    throw new LacunaError('file.unreadable', { name: file }, error)
  }
  let cause: unknown
  try {
    const value: unknown = JSON.parse(text)
    const version = z.looseObject({ version: z.number().int().positive() }).parse(value).version
    if (version > CURRENT) throw new LacunaError('settings.newer', { name: file })
    return { value: Settings.parse(upcast(value as Record<string, unknown>, version)), found: true, problem: null }
  } catch (error) {
    if (error instanceof LacunaError) throw error
    cause = error
  }
  const kept = `${file}.damaged-${Date.now()}`
  await rename(file, kept)
  return {
    value: Settings.parse({}),
    found: true,
    problem: new LacunaError('settings.damaged', { name: file, kept }, cause),
  }
}

function upcast(value: Record<string, unknown>, version: number): Record<string, unknown> {
  let current = value
  for (let from = version; from < CURRENT; from++) {
    const step = upcasters[from]
    if (step === undefined) throw new Error(`no upcaster from settings version ${from}`)
    current = step(current)
  }
  return current
}
