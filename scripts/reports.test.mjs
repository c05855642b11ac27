import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './project.mjs'
import { outcome, playwrightOutcome, skipReasons, vitestOutcome } from './reports.mjs'

/** @type {string} */
let folder
/** @param {string} name @param {string} text */
const write = (name, text) => writeFileSync(join(folder, name), text)

/** The real runner on the tests written here. @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
const run = (program, args, env = {}) => {
  const clean = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST|NODE_ENV|PLAYWRIGHT|FORCE_COLOR)/.test(name),
  )
  const done = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(clean), ...env },
  })
  return done.status === 0
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lacuna-reports-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  write('package.json', '{ "type": "module" }')
  mkdirSync(join(folder, 'e2e'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Both runners start as whole programs, which takes them long where the cores are busy.
describe('what failed can be named at the end of the log', { timeout: 120_000 }, () => {
  it('of vitest: tests by file and name with the first line of the error; files that could not be loaded', () => {
    const head = "import { describe, expect, it } from 'vitest'\n"
    write(
      'one.test.js',
      `${head}describe('sums', () => {
      it('are right', () => expect(1 + 1).toBe(2))
      it('are wrong', () => expect(1 + 1).toBe(3))
      it.skip('are left out', () => {})
    })`,
    )
    write('broken.test.js', `${head}throw new Error('no such thing\\nand more')`)
    const report = join(folder, 'vitest.json')
    const ok = run('vitest/vitest.mjs', ['run', '--reporter=json', `--outputFile.json=${report}`])
    expect(outcome('vitest', ok, report, (read) => vitestOutcome(read, folder))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 1,
      failures: expect.arrayContaining([
        { test: 'one.test.js › sums are wrong', error: expect.stringMatching(/expected 2 to be 3/) },
        { test: 'broken.test.js', error: 'no such thing' },
      ]),
    })
  })

  it('of Playwright: tests by file and name with the first line of the error, without colours', () => {
    write(
      'e2e/one.spec.js',
      `import { expect, test } from '@playwright/test'
    test.describe('sums', () => {
      test('are right', () => expect(1 + 1).toBe(2))
      test('are wrong', () => expect(1 + 1).toBe(3))
      test('are left out', () => test.skip(true, 'they take long'))
    })`,
    )
    const report = join(folder, 'playwright.json')
    const ok = run('@playwright/test/cli.js', ['test', 'e2e', '--reporter=json'], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      FORCE_COLOR: '1',
    })
    const { failures, ...counts } = outcome('Playwright', ok, report, playwrightOutcome)
    expect(counts).toEqual({ passed: 1, failed: 1, skipped: 1 })
    expect(failures).toEqual([
      {
        test: 'e2e/one.spec.js › sums › are wrong',
        error: 'Error: expect(received).toBe(expected) // Object.is equality',
      },
    ])
    expect([...skipReasons(JSON.parse(readFileSync(report, 'utf8')))]).toEqual([['they take long', 1]])
  })

  it('a run that failed without a failed test is one failure, with or without a report', () => {
    const none = join(folder, 'none.json')
    expect(existsSync(none)).toBe(false)
    const { failed, failures } = outcome('vitest', false, none, playwrightOutcome)
    expect([failed, failures]).toEqual([1, [{ test: 'vitest', error: expect.stringMatching(/belongs to no test/) }]])
  })
})
