import { describe, expect, it } from 'vitest'
import {
  checkNameLength,
  fillTemplate,
  isTemporaryName,
  NAME_LIMIT,
  nameKey,
  safeStem,
  temporaryName,
} from './names.js'

const values = { name: 'DSC_0412', ext: 'tif', model: 'lacuna-denoise' }

describe('a name template', () => {
  it.each([
    ['{name}_denoised', 'DSC_0412_denoised'],
    ['{name}', 'DSC_0412'],
    ['{model} of {name}.{ext}', 'lacuna-denoise of DSC_0412.tif'],
    ['{name}{name}', 'DSC_0412DSC_0412'],
    ['clean', 'clean'],
  ])('%s gives %s', (template, name) => {
    expect(fillTemplate(template, values)).toBe(name)
  })

  it('takes a name with braces and dollar signs as it is', () => {
    expect(fillTemplate('{name}_x', { ...values, name: '{ext} $& $1' })).toBe('{ext} $& $1_x')
  })

  it.each([
    ['{nam}', '{nam}'],
    ['{}', '{}'],
    ['{constructor}', '{constructor}'],
    ['out/{name}', '/'],
    ['..\\{name}', '\\'],
    ['', '""'],
    ['...', '...'],
    ['.', '.'],
  ])('is refused with the part that is wrong: %s', (template, part) => {
    expect(() => fillTemplate(template, values)).toThrow(
      expect.objectContaining({ code: 'output.nameTemplate', params: { template, part } }) as Error,
    )
  })
})

describe('names that every system can hold', () => {
  it.each([
    ['con', 'con_'],
    ['CON', 'CON_'],
    ['com1.backup', 'com1_.backup'],
    ['lpt9', 'lpt9_'],
    ['console', 'console'],
    ['my con', 'my con'],
    ['trailing. .', 'trailing'],
    ['a:b', 'a:b'],
  ])('%s becomes %s', (stem, safe) => {
    expect(safeStem(stem, 'linux')).toBe(safe)
  })

  it('replaces what Windows forbids, on Windows', () => {
    expect(safeStem('a:b<c>d"e|f?g*h', 'win32')).toBe('a_b_c_d_e_f_g_h')
  })

  it('counts bytes, not characters', () => {
    expect(() => checkNameLength('é'.repeat(127))).not.toThrow()
    expect(() => checkNameLength('é'.repeat(128))).toThrow(
      expect.objectContaining({ code: 'output.nameTooLong' }) as Error,
    )
  })
})

describe('names that are one name to some file systems', () => {
  it('have one key: without case, in either Unicode form', () => {
    expect(nameKey('Café.JPG'.normalize('NFD'))).toBe(nameKey('CAFÉ.jpg'.normalize('NFC')))
    expect(nameKey('a.jpg')).not.toBe(nameKey('b.jpg'))
  })
})

describe('the temporary name beside an output', () => {
  it('is hidden, holds the name and the job, and is known as ours', () => {
    const name = temporaryName('a_denoised.png', 'job1')
    expect(name).toBe('.a_denoised.png.job1.lacuna-tmp')
    expect(isTemporaryName(name)).toBe(true)
    expect(isTemporaryName('a.lacuna-tmp')).toBe(false)
  })

  it('fits the limit for the longest names, cut between characters', () => {
    for (const character of ['a', 'é', '日', '📷']) {
      const longest = character.repeat(Math.floor(NAME_LIMIT / Buffer.byteLength(character)))
      const name = temporaryName(longest, 'job1')
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(NAME_LIMIT)
      expect(name).not.toContain('\ufffd')
    }
  })
})
