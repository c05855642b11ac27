import { describe, expect, it } from 'vitest'
import english from '../../resources/locales/en.json' with { type: 'json' }
import { errorCodes, LacunaError, noteCodes } from './errors.js'
import { createWords } from './words.js'

const words = createWords(english)

describe('every code has one clear sentence', () => {
  for (const code of errorCodes) {
    it(`error ${code}`, () => {
      const text = words.errorSentence({ code, params: { name: 'a.png', reason: 'because', provider: 'webgpu' } })
      expectSentence(text, `error.${code}`)
    })
  }
  for (const code of noteCodes) {
    it(`note ${code}`, () =>
      expectSentence(words.noteSentence({ code, params: { format: 'PNG', device: 'CPU' } }), `note.${code}`))
  }

  it('has no sentence without a code', () => {
    expect(leaves(english.error).sort()).toEqual([...errorCodes].sort())
    expect(leaves(english.note).sort()).toEqual([...noteCodes].sort())
  })

  it('names the file in every sentence about a file or an output', () => {
    const ofFiles = errorCodes.filter((code) => /^(file|output)\./.test(code) && code !== 'output.nameTemplate')
    for (const code of ofFiles) {
      expect(words.errorSentence({ code, params: { name: 'été 写真.png' } })).toContain('été 写真.png')
    }
  })
})

describe('a sentence stays one sentence', () => {
  it('says so in words when the name or the reason is not known', () => {
    expect(words.errorSentence({ code: 'file.empty', params: {} })).toMatch(/^This picture is empty/)
    expect(words.errorSentence({ code: 'model.invalid', params: { name: 'x' } })).toContain('(no reason given)')
  })

  it('shows the first line of a stack trace', () => {
    const error = LacunaError.from(new Error('the disk went away.'))
    expect(words.errorSentence(error)).toContain('(Error: the disk went away)')
    expect(words.errorSentence(error)).not.toContain('\n')
  })

  it('shows names with placeholders, mark-up and control characters as they are, on one line', () => {
    expect(
      words.errorSentence({ code: 'file.empty', params: { name: '{{reason}} $t(error.usage) <b>&.png' } }),
    ).toMatch(/^\{\{reason\}\} \$t\(error\.usage\) <b>&\.png is empty/)
    expect(words.errorSentence({ code: 'file.empty', params: { name: 'a\nb\u001b[2J.png' } })).toMatch(
      /^a�b�\[2J\.png is empty/,
    )
  })

  it('adds what was probably meant', () => {
    expect(words.errorSentence({ code: 'model.notFound', params: { name: 'lakuna', suggestion: 'lacuna' } })).toMatch(
      / Did you mean lacuna\?$/,
    )
  })

  it('gives back a key it does not know', () => {
    expect(words.t('nothing.here')).toBe('nothing.here')
  })
})

function expectSentence(text: string, key: string): void {
  expect(text).not.toBe(key)
  expect(text).not.toMatch(/\{\{|undefined|!/)
  expect(text).toMatch(/^[^\n]+\.$/)
}

function leaves(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`
    return typeof value === 'object' && value !== null ? leaves(value, here) : [here]
  })
}
