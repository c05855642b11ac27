import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestFault, modelFiles, modelIdentity, ModelManifest } from './model.js'

const folder = resolve(import.meta.dirname, '../../tests/fixtures/models/lama-contract')
const written = (change: Record<string, unknown> = {}): unknown => ({
  ...(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as object),
  ...change,
})
const read = (change: Record<string, unknown> = {}): ModelManifest => ModelManifest.parse(written(change))

describe('a model.json that cannot be used says where and what is expected', () => {
  const faults: [string, Record<string, unknown>, string][] = [
    ['a misspelt key', { Blends: true }, 'Unrecognized key: "Blends"'],
    ['one input of two', { inputs: { image: 'image' } }, 'inputs: it must be { image, mask }, or { stacked, order }'],
    ['a stack of two pictures', { inputs: { stacked: 'x', order: ['image', 'image'] } }, 'inputs: it must be'],
    ['a bare size', { size: 512 }, 'size: it must be { width, height }, or { multipleOf, least, most }, in pixels'],
    [
      'no size between',
      { size: { multipleOf: 64, least: 65, most: 127 } },
      'size: no multiple lies between least and most',
    ],
    [
      'a range turned around',
      { range: { image: [1, 0], output: [0, 1] } },
      'range.image: its first number must be the lower',
    ],
    ['bytes from 0 to 1', { elements: { image: 'uint8' } }, 'range.image: a picture in uint8 goes from 0 to 255'],
    ['half a byte', { elements: { mask: 'uint8' }, mask: { known: 0, hole: 0.5 } }, 'mask: uint8 holds whole numbers'],
    ['a mask that says nothing', { mask: { known: 1, hole: 1 } }, 'mask: known and hole must be different numbers'],
    ['another task', { task: 'denoise' }, 'task: '],
    [
      'a file in another folder',
      { files: { model: { path: '../x.onnx', sha256: 'a'.repeat(64), bytes: 1 } } },
      'files.model.path: ',
    ],
    [
      'an unknown kind',
      { kind: 'upscaler' },
      "kind: Invalid discriminator value. Expected 'denoiser' | 'patches' | 'inpainter'",
    ],
  ]
  it.each(faults)('%s', (_what, change, fault) => {
    const { error } = ModelManifest.safeParse(written(change))
    expect(manifestFault(error)).toContain(fault)
    expect(manifestFault(error)).not.toContain('\n')
  })
})

describe('what tells a model from every other', () => {
  it('is its graph, and how that is described, but not what it is called', () => {
    const identity = modelIdentity(read())
    expect(modelIdentity(read({ name: 'Another name', summary: 'In other words.' }))).toBe(identity)
    expect(modelIdentity(read({ mask: { known: 1, hole: 0 } }))).not.toBe(identity)
    const files = { model: { path: 'model.onnx', sha256: 'b'.repeat(64), bytes: 854 } }
    expect(modelIdentity(read({ files }))).not.toBe(identity)
  })

  it('the weights beside the graph count, too', () => {
    const weights = (digit: string) => ({ path: 'model.onnx.data', sha256: digit.repeat(64), bytes: 10 })
    const of = (digit: string) => read({ files: { model: weights('a'), data: weights(digit) } })
    expect(modelIdentity(of('1'))).not.toBe(modelIdentity(of('2')))
    expect(modelFiles(of('1'))).toHaveLength(2)
  })
})
