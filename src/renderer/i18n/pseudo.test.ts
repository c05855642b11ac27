import { describe, expect, it } from 'vitest'
import en from '../../../resources/locales/en.json'
import { pseudoCatalogue, pseudoText } from './pseudo.js'

describe('the pseudo language', () => {
  it('is 40 % longer and accented', () => expect(pseudoText('Strength')).toBe('Štrêñgth~~~~'))

  it('keeps placeholders', () => expect(pseudoText('Closed {{name}}')).toContain('{{name}}'))

  it('leaves what has no letters', () => expect(pseudoText('{{value}} %')).toBe('{{value}} %'))

  it('has every key of the catalogue', () => {
    const keys = (catalogue: object): string[] =>
      Object.entries(catalogue).flatMap(([key, value]: [string, unknown]) =>
        typeof value === 'object' && value !== null ? keys(value).map((inner) => `${key}.${inner}`) : [key],
      )
    expect(keys(pseudoCatalogue(en))).toEqual(keys(en))
  })
})
