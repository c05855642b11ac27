/**
 * What every script needs first: the packages installed and the sources built, each only when something changed.
 * Plain Node, for it runs before anything is installed. All that is said goes to standard error, because standard
 * output belongs to the program that is started.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const cli = join(root, 'out/main/cli.js')

/** @param {string} sentence */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** A failure that is told in one sentence, without a stack. */
export class ScriptError extends Error {}

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockEntry */
/** @param {string} path @returns {Record<string, LockEntry>} */
const lockEntries = (path) => JSON.parse(readFileSync(path, 'utf8')).packages

/** Whether node_modules holds what package-lock.json names: npm keeps a list of what it installed. */
export function isInstalled(folder = root) {
  const installed = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  const there = lockEntries(installed)
  return Object.entries(lockEntries(join(folder, 'package-lock.json'))).every(
    ([path, wanted]) =>
      path === '' || wanted.link || there[path]?.version === wanted.version || (wanted.optional && !there[path]),
  )
}

export function ensureInstalled(folder = root) {
  if (isInstalled(folder)) return
  const packages = join(folder, 'node_modules')
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci follows the link and empties what it finds there, which is some other clone's.
    throw new ScriptError(
      `node_modules is a link to ${readlinkSync(packages)}, which does not hold what package-lock.json names, ` +
        'and installing would empty that folder: remove the link, or bring the packages there up to date.',
    )
  }
  say('Installing the packages (npm ci): this takes a minute or two the first time.')
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) throw new ScriptError('The packages could not be installed: see the messages of npm above.')
}

const sources = ['src', 'resources/locales', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.json']

/** One hash over the path and content of every file that the build reads. */
export function sourceHash(folder = root) {
  const hash = createHash('sha256')
  /** @param {string} path */
  const add = (path) => {
    const full = join(folder, path)
    if (!existsSync(full)) return
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(`${path}/${name}`)
    } else if (!/\.test\.tsx?$/.test(path)) {
      hash.update(`${path}\0`).update(readFileSync(full)).update('\0')
    }
  }
  for (const path of sources) add(path)
  return hash.digest('hex')
}

const stamp = join(root, 'out/.sources')

/** @param {string} hash */
function isBuilt(hash) {
  return existsSync(cli) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

export function ensureBuilt() {
  // Taken before the build: what is changed while it runs is built the next time.
  const hash = sourceHash()
  if (isBuilt(hash)) return
  say('Building.')
  rmSync(stamp, { force: true })
  const done = spawnSync(
    process.execPath,
    [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: root, stdio: ['ignore', 2, 2] },
  )
  if (done.status !== 0) throw new ScriptError('The build failed: see the messages above.')
  writeFileSync(stamp, hash)
}
