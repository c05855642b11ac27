/** docs/reliability.md names a test for each promise: each is one that there is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../support/engine.js'

const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8')

/** "`file`: name, name; `file`: name" in the last cell of a row. Names may hold commas: they are looked for as a whole first. */
function references(): { file: string; names: string }[] {
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

describe('docs/reliability.md', () => {
  const all = references()

  it('names tests of every promise and of every row', () => {
    const rows = page.split('\n').filter((line) => /^\| \d+ +\|/.test(line))
    expect(rows.map((row) => Number(row.split(' ')[1]))).toEqual([
      6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 32, 33, 34, 35, 43,
    ])
    for (const row of rows) expect(row).toMatch(/`[^`]+\.(?:test|spec)\.ts`: /)
    expect(all.length).toBeGreaterThan(rows.length)
  })

  it.each(all)('$file: $names', ({ file, names }) => {
    const source = readFileSync(join(root, file), 'utf8')
    expect(unknownNames(names, source)).toEqual([])
  })
})
