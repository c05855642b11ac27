/**
 * `npm test`: sets up what the tests need, runs the unit and integration tests (vitest) and then those in a real
 * browser (Playwright). What failed is named again at the end; the last line gives the sum of both: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemChromium } from './chromium.mjs'
import { ensureBuilt, ensureInstalled, root, say, ScriptError } from './project.mjs'
import { nothing, outcome, playwrightOutcome, skipReasons, vitestOutcome } from './reports.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'lacuna-test-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(args, env = {}) {
  return (
    spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0
  )
}

/** @type {string[]} */
const lengths = []

/**
 * Notes how long it took, for the end: this is to stay short.
 *
 * @template T
 * @param {string} what
 * @param {() => T} act
 */
function timed(what, act) {
  const began = performance.now()
  const done = act()
  lengths.push(`${what} ${Math.round((performance.now() - began) / 1000)} s`)
  return done
}

function unitTests() {
  const report = join(scratch, 'vitest.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const ok = run([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  return outcome('vitest', ok, report, (/** @type {import('./reports.mjs').VitestReport} */ read) =>
    vitestOutcome(read, root),
  )
}

function browserTests() {
  const report = join(scratch, 'playwright.json')
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  const ok = run([playwright, 'test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report })
  return outcome('Playwright', ok, report, (/** @type {import('./reports.mjs').PlaywrightReport} */ read) => {
    for (const [reason, count] of skipReasons(read)) say(`${count} skipped: ${reason}.`)
    return playwrightOutcome(read)
  })
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

/** @type {import('./reports.mjs').Outcome[]} */
const runs = []
try {
  ensureInstalled()
  timed('build', ensureBuilt)
  runs.push(timed('vitest', unitTests))
  await ensureChromium()
  runs.push(timed('Playwright', browserTests))
} catch (error) {
  if (!(error instanceof ScriptError)) throw error
  runs.push({ ...nothing(), failed: 1, failures: [{ test: 'npm test', error: error.message }] })
}

// Again, and last: of a long log people see the end.
for (const { test, error } of runs.flatMap(({ failures }) => failures)) console.log(`FAILED ${test}\n       ${error}`)

console.log(`Took: ${lengths.join(', ')}.`)
/** @param {'passed' | 'failed' | 'skipped'} key */
const sum = (key) => runs.reduce((total, one) => total + one[key], 0)
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
process.exitCode = sum('failed') === 0 ? 0 : 1
