import { describe, expect, it } from 'vitest'
import english from '../../../../resources/locales/en.json'
import { createWords } from '../../../shared/words.js'
import { bytes, table } from './table.js'
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

describe('tables', () => {
  it('align their columns and end no line with spaces', () => {
    const rows = [
      ['a', 'long cell', 'x'],
      ['longer', '', 'y'],
      ['b', 'c', ''],
    ]
    expect(table(rows).split('\n')).toEqual(['  a       long cell  x', '  longer             y', '  b       c'])
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
