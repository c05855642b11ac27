import { resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import english from '../../../../resources/locales/en.json'
import { createWords } from '../../../shared/words.js'
import type { Values } from '../values.js'
import { canonicalRequest, requestOf } from './request.js'

const words = createWords(english)
const request = (values: Partial<Values> = {}, inputs = ['photos']) =>
  requestOf('denoise', inputs, { output: 'clean', ...values }, words)

describe('the request of what was typed', () => {
  it('is whole and absolute, so that it means the same in another folder and another year', () => {
    expect(request({ sigma: 25, format: 'jpeg', memory: 2 ** 30, seed: 7 })).toEqual({
      version: 1,
      edit: {
        version: 1,
        kind: 'denoise',
        model: 'lacuna-denoise',
        sigma: 25,
        strength: 1,
        detail: 0,
        blend: 0,
        steps: 6,
        seed: 7,
      },
      output: { format: 'jpeg', depth: 'keep', strip: false },
      count: 1,
      inputs: [resolve('photos')],
      target: resolve('clean'),
      template: '{name}_denoised',
      recursive: false,
      overwrite: 'never',
      watch: false,
      resume: false,
      run: { memoryBudget: 2 ** 30 },
    })
  })

  it('keeps the slash that makes a folder of a picture’s name', () => {
    expect(request({ output: 'a.png/' }).target).toBe(`${resolve('a.png')}${sep}`)
  })

  it('holds the mask of what is to be filled, a file for all or one beside each', () => {
    const fills = (values: Partial<Values>) => requestOf('inpaint', ['a.png'], { output: 'clean', ...values }, words)
    expect(fills({ mask: 'm.png', grow: 2 })).toMatchObject({
      edit: { kind: 'inpaint', model: 'lacuna-patch', grow: 2, feather: 0 },
      mask: { from: 'file', path: resolve('m.png'), fit: false },
      template: '{name}_inpainted',
    })
    expect(fills({ mask: 'beside', fitMask: true }).mask).toEqual({ from: 'beside', fit: true })
    expect(() => fills({})).toThrow('--mask')
    expect(canonicalRequest(fills({ mask: 'm.png' }))).not.toBe(canonicalRequest(fills({ mask: 'n.png' })))
  })

  it('counts a size on paper in pixels at its resolution, which the result then states', () => {
    const large = (values: Partial<Values>) =>
      requestOf('upscale', ['a.png'], { output: 'large', ...values }, words).edit
    expect(large({ width: { length: 30, unit: 'cm' }, dpi: 300 })).toMatchObject({
      target: { by: 'width', width: 3543 },
      dpi: 300,
    })
    expect(large({ width: { length: 297, unit: 'mm' }, height: { length: 8, unit: 'in' }, dpi: 100 })).toMatchObject({
      target: { by: 'fit', width: 1169, height: 800 },
    })
    expect(large({ scale: 2, dpi: 240 })).toMatchObject({ target: { by: 'scale', scale: 2 }, dpi: 240 })
    expect(large({ width: 3543 })).not.toHaveProperty('dpi')
    expect(() => large({ height: { length: 30, unit: 'cm' } })).toThrow('--dpi')
  })

  it('needs an output', () => expect(() => requestOf('denoise', ['a'], {}, words)).toThrow('--output'))
})

describe('--resume takes up a job', () => {
  const same = (a: Partial<Values>, b: Partial<Values>) => canonicalRequest(request(a)) === canonicalRequest(request(b))

  it('of the same request, however it was written', () => {
    expect(canonicalRequest(request({}, ['./photos/']))).toBe(canonicalRequest(request({}, ['x/../photos'])))
    expect(same({ strength: 1 }, {})).toBe(true)
  })
  it('also on another device, with another memory budget, and with --resume in only one of them', () => {
    expect(same({ provider: 'cpu', tile: 256, memory: 2 ** 30, resume: true }, { provider: 'webgpu' })).toBe(true)
  })
  const others: Partial<Values>[] = [
    { sigma: 25 },
    { seed: 1 },
    { model: 'other' },
    { format: 'png' },
    { quality: 80 },
    { depth: 16 },
    { strip: true },
    { name: '{name}' },
    { output: 'elsewhere' },
    { recursive: true },
    { overwrite: 'always' },
    { watch: true },
  ]
  for (const other of others) {
    it(`but not with other ${Object.keys(other).join()}`, () => expect(same(other, {})).toBe(false))
  }
  it('nor with other inputs', () =>
    expect(canonicalRequest(request({}, ['scans']))).not.toBe(canonicalRequest(request())))
})
