import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noDisplayReason } from './electron.mjs'
import { ensureInstalled, isInstalled, ScriptError, sourceHash } from './project.mjs'

/** @type {string} */
let folder

/** @param {string} path @param {unknown} content */
function write(path, content) {
  const full = join(folder, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lacuna-project-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('packages are installed only when they are not what package-lock.json names', () => {
  const wanted = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/only-on-windows': { version: '2.0.0', optional: true },
  }

  it('a clone without node_modules is not installed', () => {
    write('package-lock.json', { packages: wanted })
    expect(isInstalled(folder)).toBe(false)
  })

  it('the same versions are installed, and an optional package of another system may be missing', () => {
    write('package-lock.json', { packages: wanted })
    write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } })
    expect(isInstalled(folder)).toBe(true)
  })

  it('another version is not', () => {
    write('package-lock.json', { packages: wanted })
    write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '0.9.0' } } })
    expect(isInstalled(folder)).toBe(false)
  })

  it('never into a folder that node_modules only links to: that one would be emptied', () => {
    write('clone/package-lock.json', { packages: wanted })
    write('other/node_modules/kept.txt', 'somebody else’s')
    symlinkSync(join(folder, 'other/node_modules'), join(folder, 'clone/node_modules'), 'junction')
    const install = () => ensureInstalled(join(folder, 'clone'))
    expect(install).toThrow(ScriptError)
    expect(install).toThrow(/^node_modules is a link to .+ would empty that folder: /)
    expect(existsSync(join(folder, 'other/node_modules/kept.txt'))).toBe(true)
  })
})

describe('sources are built only when they changed', () => {
  beforeEach(() => {
    write('package-lock.json', '{}')
    write('src/main/cli/index.ts', 'one')
  })

  it('a changed, a new and a renamed file each change the hash', () => {
    const before = sourceHash(folder)
    write('src/main/cli/index.ts', 'two')
    const changed = sourceHash(folder)
    write('src/main/cli/other.ts', '')
    const added = sourceHash(folder)
    rmSync(join(folder, 'src/main/cli/other.ts'))
    write('src/main/cli/renamed.ts', '')
    expect(new Set([before, changed, added, sourceHash(folder)]).size).toBe(4)
  })

  it('a file written again with the same content, or a test, does not', () => {
    const before = sourceHash(folder)
    write('src/main/cli/index.ts', 'one')
    write('src/main/cli/index.test.ts', 'a test')
    expect(sourceHash(folder)).toBe(before)
  })
})

describe('the desktop app is started only where a window can open', () => {
  it('on Linux with a display and an ordinary user', () => {
    expect(noDisplayReason({ DISPLAY: ':0' }, 'linux', 1000)).toBeNull()
    expect(noDisplayReason({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 1000)).toBeNull()
    expect(noDisplayReason({}, 'linux', 1000)).toMatch(/display/)
    expect(noDisplayReason({ DISPLAY: ':0' }, 'linux', 0)).toMatch(/root/)
  })

  it('always on macOS and Windows', () => {
    expect(noDisplayReason({}, 'darwin', 501)).toBeNull()
    expect(noDisplayReason({}, 'win32', undefined)).toBeNull()
  })
})
