import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeFolders, studioPaths } from './paths.js'

const home = mkdtempSync(join(tmpdir(), 'lacuna-paths-'))
afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('where things live', () => {
  it('keeps data, config, cache and state apart, as the system wants it', () => {
    const { data, config, cache, state } = studioPaths({ environment: {} })
    expect(new Set([data, config, cache, state]).size).toBe(4)
    for (const folder of [data, config, cache, state]) expect(folder).toContain('lacuna-studio')
  })

  it('puts all of them into LACUNA_HOME, and a folder that was asked for wins over it', () => {
    const environment = { LACUNA_HOME: home }
    expect(studioPaths({ environment }).config).toBe(join(home, 'config'))
    const given = studioPaths({ environment, dataDir: join(home, 'given') })
    expect(given.cache).toBe(join(home, 'given', 'cache'))
    expect(given.userModels).toBe(join(home, 'given', 'data', 'models'))
  })

  it('finds the bundled models and resources beside the program, wherever the working directory is', () => {
    const { bundledModels, resources, version } = studioPaths()
    expect(existsSync(join(bundledModels, 'lacuna-denoise', 'model.json'))).toBe(true)
    expect(existsSync(join(resources, 'locales', 'en.json'))).toBe(true)
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
  })

  it.skipIf(process.platform === 'win32')('makes folders that no other user can look into', () => {
    const paths = studioPaths({ dataDir: home })
    makeFolders(paths)
    expect(statSync(paths.cache).mode & 0o077).toBe(0)
  })
})
