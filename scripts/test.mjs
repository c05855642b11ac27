/**
 * `npm test`: sets up what the tests need, runs the unit and integration tests (vitest) and then those in a real
 * browser (Playwright). The last line gives the sum of both: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemChromium } from './chromium.mjs'
import { ensureBuilt, ensureInstalled, root, say, ScriptError } from './project.mjs'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ testResults: { status: string, assertionResults: unknown[] }[], numPassedTests: number,
 *   numFailedTests: number, numPendingTests: number, numTodoTests: number }} VitestReport
 * @typedef {{ stats: { expected: number, flaky: number, unexpected: number, skipped: number }, suites: Suite[] }} PlaywrightReport
 */

const scratch = mkdtempSync(join(tmpdir(), 'lacuna-test-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(args, env = {}) {
  return (
    spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0
  )
}

/**
 * A run that failed without a failed test (it could not start, or an error escaped all tests) counts as one failure.
 *
 * @template R
 * @param {boolean} ok
 * @param {string} report
 * @param {(report: R) => Counts} read
 * @returns {Counts}
 */
function counted(ok, report, read) {
  const counts = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 }
  return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function unitTests() {
  const report = join(scratch, 'vitest.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const ok = run([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  return counted(ok, report, (/** @type {VitestReport} */ vitestReport) => {
    const brokenFiles = vitestReport.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length
    return {
      passed: vitestReport.numPassedTests,
      failed: vitestReport.numFailedTests + brokenFiles,
      skipped: vitestReport.numPendingTests + vitestReport.numTodoTests,
    }
  })
}

function browserTests() {
  const report = join(scratch, 'playwright.json')
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  const ok = run([playwright, 'test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report })
  return counted(ok, report, (/** @type {PlaywrightReport} */ { stats, suites }) => {
    for (const [reason, count] of skipReasons(suites)) say(`${count} skipped: ${reason}.`)
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
  })
}

/**
 * @typedef {{ annotations: { type: string, description?: string }[] }} PlaywrightTest
 * @typedef {{ suites?: Suite[], specs: { tests: PlaywrightTest[] }[] }} Suite
 * @param {Suite[]} suites
 * @param {Map<string, number>} [reasons]
 */
function skipReasons(suites, reasons = new Map()) {
  for (const suite of suites) {
    skipReasons(suite.suites ?? [], reasons)
    for (const { type, description = '' } of suite.specs.flatMap((spec) =>
      spec.tests.flatMap((test) => test.annotations),
    )) {
      if (type === 'skip') reasons.set(description, (reasons.get(description) ?? 0) + 1)
    }
  }
  return reasons
}

async function ensureChromium() {
  if (systemChromium()) return
  const { chromium } = await import('@playwright/test')
  if (existsSync(chromium.executablePath())) return
  say('No Chromium was found: installing the one of Playwright.')
  if (run([join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'])) return
  throw new ScriptError(
    'The tests in a browser cannot run, because there is no Chromium and it could not be downloaded: ' +
      'install Chromium or Chrome, or name its executable in LACUNA_CHROMIUM.',
  )
}

/** @type {Counts[]} */
const runs = []
try {
  ensureInstalled()
  ensureBuilt()
  runs.push(unitTests())
  await ensureChromium()
  runs.push(browserTests())
} catch (error) {
  if (!(error instanceof ScriptError)) throw error
  say(error.message)
  runs.push({ passed: 0, failed: 1, skipped: 0 })
}

/** @param {keyof Counts} key */
const sum = (key) => runs.reduce((total, counts) => total + counts[key], 0)
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
process.exitCode = sum('failed') === 0 ? 0 : 1
