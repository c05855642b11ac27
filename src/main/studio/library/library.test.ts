import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type StudioPaths, studioPaths } from '../paths.js'
import { closest } from './closest.js'
import { openLibrary } from './library.js'

let home: string
let paths: StudioPaths
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lacuna-library-'))
  paths = studioPaths({ dataDir: home })
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const bundled = (): string => join(paths.bundledModels, 'lacuna-denoise')
const addModel = (folder: string, change: Record<string, unknown> = {}): void => {
  const target = join(paths.userModels, folder)
  mkdirSync(target, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(bundled(), 'model.json'), 'utf8')) as Record<string, unknown>
  writeFileSync(join(target, 'model.json'), JSON.stringify({ ...manifest, ...change }))
}

describe('the library of models', () => {
  it('lists what came with the program, without looking into folders that are no models', async () => {
    const library = await openLibrary(paths)
    const model = library.resolve('lacuna-denoise')
    expect(model).toMatchObject({ bundled: true, ref: { id: 'lacuna-denoise', folder: bundled() } })
    expect(library.list().map(({ manifest }) => manifest.id)).not.toContain('training')
    const { model: network } = model.manifest.kind === 'denoiser' ? model.manifest.files : { model: null }
    expect(model.bytes).toBeGreaterThan(network?.bytes ?? Infinity)
  })

  it('lists those of the person too, and prefers theirs where the id is the same', async () => {
    addModel('mine', { id: 'mine' })
    addModel('lacuna-denoise', { name: 'Trained further' })
    const library = await openLibrary(paths)
    expect(library.resolve('mine').bundled).toBe(false)
    expect(library.resolve('lacuna-denoise').manifest.name).toBe('Trained further')
  })

  it('names the known ids and the closest one for an id that is not there', async () => {
    const library = await openLibrary(paths)
    const error = { code: 'model.notFound', params: { model: 'lacuna-denoize', suggestion: 'lacuna-denoise' } }
    expect(() => library.resolve('lacuna-denoize')).toThrow(expect.objectContaining({ code: error.code }) as Error)
    try {
      library.resolve('lacuna-denoize')
    } catch (thrown) {
      expect(thrown).toMatchObject(error)
      expect((thrown as { params: { known: string } }).params.known).toContain('lacuna-denoise')
    }
  })

  it('reports a broken manifest when it is asked for, and serves the others', async () => {
    addModel('broken', { id: 'broken', multipleOf: 0 })
    mkdirSync(join(paths.userModels, 'half'), { recursive: true })
    writeFileSync(join(paths.userModels, 'half', 'model.json'), '{"id": "ha')
    const library = await openLibrary(paths)
    expect(library.resolve('lacuna-denoise')).toBeDefined()
    expect([...library.broken().keys()].sort()).toEqual(['broken', 'half'])
    for (const id of ['broken', 'half']) {
      expect(() => library.resolve(id)).toThrow(
        expect.objectContaining({
          code: 'model.invalid',
          params: expect.objectContaining({ model: id }) as object,
        }) as Error,
      )
    }
  })

  it('lists a network of the person’s own that fills holes', async () => {
    const fixture = join(import.meta.dirname, '../../../../tests/fixtures/models/lama-contract')
    cpSync(fixture, join(paths.userModels, 'lama'), { recursive: true })
    const { manifest, bytes } = (await openLibrary(paths)).resolve('lama-contract')
    expect([manifest.task, manifest.kind]).toEqual(['inpaint', 'inpainter'])
    expect(bytes).toBe(statSync(join(fixture, 'model.onnx')).size)
  })

  it('does not load a model to list it', async () => {
    cpSync(bundled(), join(paths.userModels, 'hollow'), { recursive: true, filter: (path) => !path.endsWith('.onnx') })
    await expect(openLibrary(paths)).resolves.toBeDefined()
  })
})

describe('what was probably meant', () => {
  it.each([
    ['lacuna-denoize', 'lacuna-denoise'],
    ['Lacuna-Denoise', 'lacuna-denoise'],
    ['lacuna-denois-fast', 'lacuna-denoise-fast'],
    ['something else', null],
    ['', null],
  ])('%s: %s', (word, meant) => {
    expect(closest(word, ['lacuna-denoise', 'lacuna-denoise-fast'])).toBe(meant)
  })
})
