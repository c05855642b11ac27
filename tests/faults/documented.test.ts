/** docs/reliability.md and docs/peers.md name a test for each promise: each is one that there is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../support/engine.js'

const read = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8')
const reliability = read('reliability.md')
const peers = read('peers.md')

/** "`file`: name, name; `file`: name" in the last cell of a row. Names may hold commas: they are looked for as a whole first. */
function references(page: string): { file: string; names: string }[] {
  const cells = page.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.split(' | ').at(-1) ?? ''] : []))
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+\.(?:test|spec)\.ts)`: (.+?)(?=; `| \|$)/g)].map(([, file = '', names = '']) => ({
      file,
      names: names.trim(),
    })),
  )
}

/** Splits at the commas that divide names, not at those within one. */
function unknownNames(names: string, source: string): string[] {
  if (names === '') return []
  const parts = names.split(', ')
  for (let count = parts.length; count > 0; count--) {
    if (source.includes(parts.slice(0, count).join(', '))) return unknownNames(parts.slice(count).join(', '), source)
  }
  return [parts[0] ?? '', ...unknownNames(parts.slice(1).join(', '), source)]
}

const rowsOf = (page: string): Map<number, string> =>
  new Map(
    page.split('\n').flatMap((line) => {
      const number = /^\| (\d+) +\|/.exec(line)?.[1]
      return number === undefined ? [] : [[Number(number), line] as const]
    }),
  )

describe('docs/peers.md', () => {
  it('has every row, each with a test here or in docs/reliability.md', () => {
    const rows = rowsOf(peers)
    expect([...rows.keys()]).toEqual(Array.from({ length: 45 }, (_, at) => at + 1))
    const there = rowsOf(reliability)
    for (const [number, row] of rows)
      if (!/`[^`]+\.(?:test|spec)\.ts`: /.test(row)) expect(there.has(number), row).toBe(true)
  })

  it.each(references(peers))('$file: $names', ({ file, names }) => {
    expect(unknownNames(names, readFileSync(join(root, file), 'utf8'))).toEqual([])
  })
})

describe('docs/reliability.md', () => {
  const all = references(reliability)

  it('names tests of every promise and of every row', () => {
    const rows = rowsOf(reliability)
    expect([...rows.keys()]).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 32, 33, 34, 35, 43])
    for (const row of rows.values()) expect(row).toMatch(/`[^`]+\.(?:test|spec)\.ts`: /)
    expect(all.length).toBeGreaterThan(rows.size)
  })

  it.each(all)('$file: $names', ({ file, names }) => {
    const source = readFileSync(join(root, file), 'utf8')
    expect(unknownNames(names, source)).toEqual([])
  })
})
