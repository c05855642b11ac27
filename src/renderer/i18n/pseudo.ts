/**
 * A language that is English with accents and 40 % more length: what does not fit in it would not fit in German,
 * and what is not accented on screen is not in the catalogue.
 */
import type { Catalogue } from '../../shared/words.js'

const accents: Record<string, string> = {
  a: 'á',
  c: 'ç',
  e: 'ê',
  i: 'ï',
  n: 'ñ',
  o: 'ø',
  u: 'ü',
  y: 'ÿ',
  A: 'Å',
  C: 'Ç',
  E: 'É',
  I: 'Î',
  N: 'Ñ',
  O: 'Ö',
  S: 'Š',
  U: 'Û',
}
const LONGER = 0.4

export function pseudoText(text: string): string {
  // Placeholders and what i18next reads ($t, plural keys) must stay as they are.
  const pieces = text.split(/(\{\{[^}]*\}\})/)
  const letters = pieces
    .filter((piece) => !piece.startsWith('{{'))
    .join('')
    .replace(/[^a-z]/gi, '').length
  const accented = pieces.map((piece) =>
    piece.startsWith('{{') ? piece : piece.replace(/[a-zA-Z]/g, (letter) => accents[letter] ?? letter),
  )
  const padding = '~'.repeat(Math.ceil(letters * LONGER))
  return letters === 0 ? text : `${accented.join('')}${padding}`
}

export const pseudoCatalogue = (catalogue: Catalogue): Catalogue =>
  Object.fromEntries(
    Object.entries(catalogue).map(([key, value]) => [
      key,
      typeof value === 'string' ? pseudoText(value) : pseudoCatalogue(value),
    ]),
  )
