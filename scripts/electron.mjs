/**
 * Whether the desktop app can start here. Electron's runtime is not a part of its package: it is fetched at first use,
 * which this project tries once, for 20 seconds at most, and remembers when it failed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, say } from './project.mjs'

const folder = join(root, 'node_modules/electron')
/** Inside node_modules, so that a fresh install tries again. */
const failure = join(root, 'node_modules/.cache/lacuna/electron-failed')
const fetchLimitMs = 20_000

/** The runtime's executable, or null while it is not here. */
export function electronBinary() {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const binary = join(dist, readFileSync(pathFile, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

function version() {
  const manifest = join(folder, 'package.json')
  return existsSync(manifest) ? String(JSON.parse(readFileSync(manifest, 'utf8')).version) : null
}

/** Why no window can be opened here, or null when one can. */
export function noDisplayReason(env = process.env, platform = process.platform, uid = process.getuid?.()) {
  if (platform !== 'linux') return null
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display'
  if (uid === 0) return "Electron's sandbox does not run as root"
  return null
}

/**
 * The runtime's executable, fetched when it is missing.
 *
 * @param {boolean} again Try although it failed before.
 * @returns {{ binary: string } | { reason: string }}
 */
export function findElectron(again) {
  const there = electronBinary()
  if (there) return { binary: there }
  const wanted = version()
  if (wanted === null) return { reason: 'the electron package is not installed' }
  if (!again && existsSync(failure) && readFileSync(failure, 'utf8') === wanted) {
    return { reason: "Electron's runtime could not be fetched (npm start -- --desktop tries again)" }
  }
  say(`Fetching Electron's runtime (${fetchLimitMs / 1000} seconds at most).`)
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    cwd: root,
    stdio: 'ignore',
    timeout: fetchLimitMs,
    killSignal: 'SIGKILL',
  })
  const fetched = electronBinary()
  if (fetched) return { binary: fetched }
  mkdirSync(dirname(failure), { recursive: true })
  writeFileSync(failure, wanted)
  return { reason: "Electron's runtime could not be fetched (npm start -- --desktop tries again)" }
}
