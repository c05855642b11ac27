import { describe, expect, it } from 'vitest'
import english from '../../../../resources/locales/en.json'
import { LacunaError } from '../../../shared/errors.js'
import { createWords } from '../../../shared/words.js'
import { failedSentence } from './human.js'
import { InWork } from './in-work.js'
import { bytes, fileSize, table } from './table.js'
import { dateTime, duration } from './time.js'

const words = createWords(english)

describe('durations are read at a glance', () => {
  for (const [seconds, text] of [
    [0, '0.0 s'],
    [7.34, '7.3 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.9, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.6, '1 h 00 min'],
    [3840, '1 h 04 min'],
  ] as const) {
    it(`${seconds} s`, () => expect(duration(seconds, words)).toBe(text))
  }
})

describe('moments', () => {
  it('are local time to the minute', () =>
    expect(dateTime(new Date(2026, 2, 1, 9, 5).getTime())).toBe('2026-03-01 09:05'))
})

describe('a failure names its picture', () => {
  const sentence = (error: LacunaError) =>
    failedSentence(
      {
        input: '/photos/day 1/a.jpg',
        error: { ...error.toWire(), message: words.errorSentence(error) },
      },
      words,
    )

  it('by its path, where the sentence has its name', () =>
    expect(sentence(new LacunaError('file.empty', { name: 'a.jpg' }))).toBe(
      '/photos/day 1/a.jpg is empty (0 bytes): copy it again from where it came from.',
    ))

  it('before the sentence, where that is about the result', () =>
    expect(sentence(new LacunaError('output.exists', { name: 'a_denoised.jpg' }))).toMatch(
      /^\/photos\/day 1\/a\.jpg: a_denoised\.jpg already exists/,
    ))

  it('before the sentence, where that is about a model or a device, though the picture is among its parameters', () =>
    expect(sentence(new LacunaError('model.damaged', { name: 'a.jpg', model: 'mine' }))).toBe(
      '/photos/day 1/a.jpg: A file of the model mine is damaged: install the model again.',
    ))
})

describe('tables', () => {
  it('align their columns and end no line with spaces', () => {
    const rows = [
      ['a', 'long cell', 'x'],
      ['longer', '', 'y'],
      ['b', 'c', ''],
    ]
    expect(table(rows).split('\n')).toEqual(['  a       long cell  x', '  longer             y', '  b       c'])
  })
  it('count files in powers of 1000, as the studio does', () => {
    expect([0, 999, 1000, 9_338_420, 67e6, 2.4e9].map(fileSize)).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '9.3 MB',
      '67.0 MB',
      '2.4 GB',
    ])
  })
  it('count memory in powers of 1024', () => {
    expect([0, 512, 1024, 37.1 * 2 ** 20, 4 * 2 ** 30].map(bytes)).toEqual([
      '0 B',
      '512 B',
      '1.0 KB',
      '37.1 MB',
      '4.0 GB',
    ])
  })
})

describe('of pictures that overlap, the bar shows', () => {
  const at = (phase: string, fraction: number) => ({ phase, fraction, secondsLeft: null })

  it.each(['estimate', 'denoise', 'sample', 'fill', 'upscale'])(
    'the one that the model works on (%s), not the one that is read meanwhile',
    (phase) => {
      const work = new InWork()
      work.start(1, 'a.jpg')
      work.update(1, at(phase, 0.4))
      work.start(2, 'b.jpg')
      work.update(2, at('decode', 0.05))
      expect(work.shown).toMatchObject({ name: 'a.jpg', fraction: 0.4 })
    },
  )

  it('the next as soon as the model works on that, while the first is being written', () => {
    const work = new InWork()
    work.start(1, 'a.jpg')
    work.start(2, 'b.jpg')
    work.update(1, at('denoise', 0.92))
    work.update(2, at('estimate', 0.1))
    expect(work.shown?.name).toBe('b.jpg')
    work.update(1, at('encode', 0.95))
    expect(work.shown?.name).toBe('b.jpg')
  })

  it('what is left when one has ended, and nothing in the end', () => {
    const work = new InWork()
    work.start(1, 'a.jpg')
    work.start(2, 'b.jpg')
    work.update(2, at('denoise', 0.5))
    expect(work.end(2)).toBe(true)
    expect(work.shown?.name).toBe('a.jpg')
    expect([work.end(2), work.end(1), work.shown]).toEqual([false, true, null])
  })
})
