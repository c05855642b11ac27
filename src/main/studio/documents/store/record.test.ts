import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NewerRecord, parseRecord, writeRecord } from './record.js'

const file = readFileSync(join(import.meta.dirname, 'fixtures/document-1.json'), 'utf8')
const fixture = JSON.stringify(JSON.parse(file))

describe('the record of a document', () => {
  it('of version 1 is read, every hash at its place', () => {
    const { name, path, current, states } = parseRecord(fixture, 'in.png')
    expect([name, path, current]).toEqual(['in.png', null, 1])
    expect(states.map(({ id, edit, exported }) => [id, edit.kind, exported])).toEqual([
      ['f00dfeed0001', 'denoise', true],
      ['f00dfeed0002', 'inpaint', false],
    ])
    expect(states.map(({ pixels, thumb }) => [...pixels.tiles, thumb].map((hash) => hash.slice(0, 3)))).toEqual([
      ['0aa', '1bb', '2cc'],
      ['0aa', '2cc', '1bb'],
    ])
    expect(states[0]?.pixels).toMatchObject({ width: 600, height: 400, bands: 3, depth: 8, profile: null })
  })

  it('comes back as it was written, with what is shared written once', () => {
    const document = { ...parseRecord(fixture, 'in.png'), path: '/photos/in.png' }
    const text = writeRecord(document)
    expect(parseRecord(text, 'in.png')).toEqual(document)
    expect(text.match(/[0-9a-f]{64}/g)).toHaveLength(3)
  })

  it('of a newer program is told from a damaged one', () => {
    expect(() => parseRecord(fixture.replace('"version":1', '"version":2'), 'in.png')).toThrow(NewerRecord)
  })

  it.each([
    ['cut short', fixture.slice(0, 400)],
    ['empty', ''],
    ['of no version', '{}'],
    ['with a hash too few', fixture.replace('"tiles":[0,2]', '"tiles":[0,9]')],
    ['that shows a state that is not there', fixture.replace('"current":1', '"current":3')],
  ])('that is damaged is refused with the picture’s name: %s', (_, text) => {
    expect(() => parseRecord(text, 'in.png')).toThrow(
      expect.objectContaining({ code: 'history.damaged', params: { name: 'in.png' } }) as Error,
    )
  })
})
