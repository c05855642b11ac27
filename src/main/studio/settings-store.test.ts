import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SettingsChange } from '../../shared/settings.js'
import { type StudioPaths, studioPaths } from './paths.js'
import { openSettings } from './settings-store.js'

let home: string
let paths: StudioPaths
let file: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lacuna-settings-'))
  paths = studioPaths({ dataDir: home })
  file = join(paths.config, 'settings.json')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const write = (text: string): void => {
  mkdirSync(paths.config, { recursive: true })
  writeFileSync(file, text)
}

describe('settings', () => {
  it('are the defaults until something is changed, and nothing is written before', async () => {
    const { value, problem } = await openSettings(paths)
    expect(value).toMatchObject({ version: 2, provider: 'auto', theme: 'dark' })
    expect(problem).toBeNull()
    expect(() => readFileSync(file)).toThrow(/ENOENT/)
  })

  it('keep what was changed, and the rest as it was', async () => {
    const store = await openSettings(paths)
    await store.set(SettingsChange.parse({ theme: 'light', provider: 'cpu' }))
    await store.set(SettingsChange.parse({ wheel: 'pan' }))
    const { value } = await openSettings(paths)
    expect(value).toMatchObject({ theme: 'light', provider: 'cpu', wheel: 'pan', ground: 'theme' })
  })

  it('tell listeners of a change until they stop listening', async () => {
    const store = await openSettings(paths)
    const heard: string[] = []
    const stop = store.onChange(({ theme }) => heard.push(theme))
    await store.set({ theme: 'light' })
    stop()
    await store.set({ theme: 'system' })
    expect(heard).toEqual(['light'])
  })

  it('refuse a value that is none, and stay as they were', async () => {
    const store = await openSettings(paths)
    await expect(store.set({ tile: 7 })).rejects.toMatchObject({ code: 'request.invalid' })
    expect(store.value.tile).toBeNull()
  })

  it('refuse a name template that names no file', async () => {
    const store = await openSettings(paths)
    for (const template of ['{nmae}', 'sub/{name}', '..']) {
      await expect(store.set({ template })).rejects.toMatchObject({ code: 'output.nameTemplate', params: { template } })
    }
    await store.set({ template: '{name} ({model})' })
    expect((await openSettings(paths)).value.template).toBe('{name} ({model})')
  })

  it('keep what another host changed meanwhile', async () => {
    const [desktop, server] = [await openSettings(paths), await openSettings(paths)]
    await desktop.set({ theme: 'light' })
    await server.set({ wheel: 'pan' })
    expect((await openSettings(paths)).value).toMatchObject({ theme: 'light', wheel: 'pan' })
  })

  it('survive many changes at once: the last one is on the disk, whole', async () => {
    const store = await openSettings(paths)
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.set({ tile: 64 + i })))
    expect((await openSettings(paths)).value.tile).toBe(83)
  })
})

describe('a settings file that cannot be understood', () => {
  it.each([
    ['half a file', '{"version": 1, "theme": "da'],
    ['no object', '[]'],
    ['an unknown value', '{"version": 1, "theme": "pink"}'],
    ['no version', '{"theme": "dark"}'],
  ])('is kept aside, never overwritten: %s', async (_, text) => {
    write(text)
    const store = await openSettings(paths)
    expect(store.problem).toMatchObject({ code: 'settings.damaged', params: { name: file } })
    await store.set({ theme: 'light' })
    const kept = readdirSync(paths.config).find((name) => name.startsWith('settings.json.damaged-'))
    expect(readFileSync(join(paths.config, kept ?? ''), 'utf8')).toBe(text)
  })

  it('is refused and left in its place when a newer version wrote it', async () => {
    const text = '{"version": 3, "theme": "sepia"}'
    write(text)
    await expect(openSettings(paths)).rejects.toMatchObject({ code: 'settings.newer', params: { name: file } })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('is read whatever a version 1 file holds beside the known values', async () => {
    write('{"version": 1, "theme": "light", "unknown": true}')
    expect((await openSettings(paths)).value.theme).toBe('light')
  })
})

describe('files of every version are understood', () => {
  const fixture = (version: number): string =>
    readFileSync(new URL(`../../../tests/fixtures/settings/version-${version}.json`, import.meta.url), 'utf8')

  /** What both fixtures say. */
  const said = {
    provider: 'cpu',
    memoryBudget: 1_500_000_000,
    tile: 512,
    theme: 'light',
    ground: 'grey',
    language: 'en',
    wheel: 'pan',
    keys: { 'file.open': 'Mod+P' },
  } as const

  it('version 1 keeps what it said, and gets the defaults of what came later', async () => {
    write(fixture(1))
    const { value, problem } = await openSettings(paths)
    expect(problem).toBeNull()
    expect(value).toEqual({
      ...said,
      version: 2,
      template: '{name}_denoised',
      format: 'keep',
      quality: null,
      historyBudget: 10e9,
      startPaused: false,
    })
  })

  it('version 2 is read as it is', async () => {
    write(fixture(2))
    expect((await openSettings(paths)).value).toEqual({
      ...said,
      version: 2,
      template: '{name}_clean',
      format: 'tiff',
      quality: 88,
      historyBudget: 10e9,
      startPaused: true,
    })
  })

  it('reading one does not rewrite it; the first change does', async () => {
    write(fixture(1))
    const store = await openSettings(paths)
    expect(readFileSync(file, 'utf8')).toBe(fixture(1))
    await store.set({ startPaused: true })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...store.value, ...said, version: 2, startPaused: true })
  })
})
