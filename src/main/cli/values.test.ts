import { describe, expect, it } from 'vitest'
import english from '../../../resources/locales/en.json'
import { LacunaError } from '../../shared/errors.js'
import { createWords } from '../../shared/words.js'
import { longFlag, type OptionName } from './options.js'
import { checkValues, values } from './values.js'

const words = createWords(english)
const names = Object.keys(values) as OptionName[]
const check = (given: Record<string, unknown>) => checkValues(given, words)

describe('values of options are what they say', () => {
  const cases: [OptionName, string, unknown][] = [
    ['sigma', 'auto', 'auto'],
    ['sigma', '25', 25],
    ['sigma', '0', 0],
    ['strength', '1.5', 1.5],
    ['detail', '.5', 0.5],
    ['blend', '+1', 1],
    ['seed', '4294967295', 4294967295],
    ['tile', '256', 256],
    ['quality', '92', 92],
    ['depth', '16', 16],
    ['depth', 'keep', 'keep'],
    ['format', 'avif', 'avif'],
    ['provider', 'webgpu', 'webgpu'],
    ['memory', '4GB', 4 * 2 ** 30],
    ['memory', '1.5g', 1.5 * 2 ** 30],
    ['memory', '512 MiB', 512 * 2 ** 20],
    ['memory', '1000000000', 1e9],
    ['name', '{name}_clean', '{name}_clean'],
    ['port', '0', 0],
    ['width', '3840', 3840],
    ['width', '30cm', { length: 30, unit: 'cm' }],
    ['height', '11.7 in', { length: 11.7, unit: 'in' }],
    ['dpi', '300', 300],
  ]
  for (const [name, text, value] of cases) {
    it(`${longFlag(name)} ${text}`, () => expect(check({ [name]: text })).toEqual({ [name]: value }))
  }

  it('leaves out what was not given', () => expect(check({})).toEqual({}))
})

describe('a wrong value says what was expected and what was got', () => {
  const cases: [OptionName, string][] = [
    ['sigma', '76'],
    ['sigma', '-1'],
    ['sigma', 'Auto'],
    ['sigma', ''],
    ['sigma', 'NaN'],
    ['strength', '2.01'],
    ['strength', '1,5'],
    ['detail', '1e0'],
    ['blend', '0x1'],
    ['blend', 'Infinity'],
    ['seed', '1.5'],
    ['seed', '4294967296'],
    ['tile', '63'],
    ['tile', '100.5'],
    ['memory', '4XB'],
    ['memory', '1MB'],
    ['memory', '-4GB'],
    ['format', 'gif'],
    ['quality', '0'],
    ['quality', '101'],
    ['depth', '12'],
    ['provider', 'gpu'],
    ['overwrite', 'yes'],
    ['name', 'a/b'],
    ['name', ''],
    ['port', '65536'],
    ['output', ''],
  ]
  for (const [name, text] of cases) {
    it(`${longFlag(name)} ${JSON.stringify(text)}`, () => {
      const error = thrownBy(() => check({ [name]: text }))
      expect(error.code).toBe('usage')
      const expected = `${longFlag(name)} expects ${words.t(`cli.expected.${name}`)}, but got ${JSON.stringify(text)}.`
      expect(words.errorSentence(error)).toBe(expected)
    })
  }
})

describe('every option is described', () => {
  for (const name of names) {
    it(longFlag(name), () => {
      for (const key of [`cli.option.${name}`, `cli.expected.${name}`]) expect(words.t(key)).not.toBe(key)
    })
  }
})

function thrownBy(work: () => unknown): LacunaError {
  try {
    work()
  } catch (error) {
    if (error instanceof LacunaError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
