import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refused, satisfies, shippedPackages } from './notices.mjs'

const allowed = (/** @type {string} */ licence) => ['MIT', 'ISC'].includes(licence)

describe('a licence expression', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['GPL-3.0-only OR (GPL-2.0-only OR ISC)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR ISC) AND GPL-3.0-only', false],
    ['SEE LICENSE IN file', false],
    ['', false],
  ])('%s is taken: %s', (expression, expected) => {
    expect(satisfies(expression, allowed)).toBe(expected)
  })
})

describe('the licences that the product ships', () => {
  it('names packages of runtime dependencies, nested ones too, and none for development', () => {
    const packages = shippedPackages({
      packages: {
        '': {},
        'node_modules/a': { version: '1.0.0', license: 'MIT' },
        'node_modules/a/node_modules/@s/b': { version: '2.0.0', license: 'ISC' },
        'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
      },
    })
    expect(packages.map((one) => `${one.name} ${one.version}`)).toEqual(['@s/b 2.0.0', 'a 1.0.0'])
    expect(refused(packages)).toEqual([])
  })

  it('refuses a copyleft licence, but for libvips inside sharp', () => {
    const one = (/** @type {string} */ name) => ({
      name,
      version: '1.0.0',
      licence: 'LGPL-3.0-or-later',
      path: '',
      platform: true,
    })
    expect(refused([one('left')])).toEqual([expect.stringContaining('left 1.0.0 is under "LGPL-3.0-or-later"')])
    expect(refused([one('@img/sharp-libvips-linux-x64')])).toEqual([])
  })

  it("are all taken, by this project's own lock file", () => {
    const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'))
    expect(refused(shippedPackages(lock))).toEqual([])
  })
})
