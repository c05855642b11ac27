/** What vitest's and Playwright's JSON reports say: how many tests, and what failed, in words. */
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {{ test: string, error: string }} Failure the test's file and name; the first line of its error
 * @typedef {{ passed: number, failed: number, skipped: number, failures: Failure[] }} Outcome
 */

/** @returns {Outcome} */
export const nothing = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] })

/**
 * A run that failed without a failed test (it could not start, or an error escaped all tests) counts as one failure.
 *
 * @template R
 * @param {string} name of the runner
 * @param {boolean} ok
 * @param {string} report
 * @param {(report: R) => Outcome} read
 * @returns {Outcome}
 */
export function outcome(name, ok, report, read) {
  const seen = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : nothing()
  if (ok || seen.failed > 0) return seen
  const error = 'it ended with an error that belongs to no test: see its messages above.'
  return { ...seen, failed: 1, failures: [{ test: name, error }] }
}

/** @param {string | undefined} message */
const firstLine = (message) =>
  stripVTControlCharacters(message ?? '')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '') ?? 'no message'

/**
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] | null }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} TestFile
 * @typedef {{ testResults: TestFile[], numPassedTests: number, numFailedTests: number, numPendingTests: number,
 *   numTodoTests: number }} VitestReport
 */

/**
 * @param {VitestReport} report
 * @param {string} root the folder that files are named from
 * @returns {Outcome}
 */
export function vitestOutcome(report, root) {
  /** @type {Failure[]} */
  const failures = []
  for (const file of report.testResults) {
    const path = relative(root, file.name)
    const failed = file.assertionResults.filter((one) => one.status === 'failed')
    for (const { fullName, failureMessages } of failed) {
      failures.push({ test: `${path} › ${fullName}`, error: firstLine(failureMessages?.[0]) })
    }
    // A file that could not be loaded, or whose hooks failed: its tests did not run, and none of them is counted.
    if (file.status === 'failed' && failed.length === 0) failures.push({ test: path, error: firstLine(file.message) })
  }
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  }
}

/**
 * @typedef {{ status: string, errors: { message?: string }[] }} Attempt
 * @typedef {{ status: string, annotations: { type: string, description?: string }[], results: Attempt[] }} PlaywrightTest
 * @typedef {{ title: string, file: string, tests: PlaywrightTest[] }} Spec
 * @typedef {{ title: string, file?: string, suites?: Suite[], specs: Spec[] }} Suite
 * @typedef {{ stats: { expected: number, flaky: number, unexpected: number, skipped: number }, suites: Suite[],
 *   errors?: { message?: string }[] }} PlaywrightReport
 */

/** @param {Suite[]} suites @param {string[]} [above] @returns {{ name: string, spec: Spec }[]} */
const specsOf = (suites, above = []) =>
  suites.flatMap((suite) => {
    const names = [...above, suite.title]
    const own = suite.specs.map((spec) => ({ name: [...names, spec.title].join(' › '), spec }))
    return [...own, ...specsOf(suite.suites ?? [], names)]
  })

/** @param {PlaywrightReport} report @returns {Outcome} */
export function playwrightOutcome({ stats, suites, errors = [] }) {
  const failures = specsOf(suites).flatMap(({ name, spec }) =>
    spec.tests
      .filter((test) => test.status === 'unexpected')
      .map((test) => ({ test: name, error: firstLine(test.results.at(-1)?.errors[0]?.message) })),
  )
  // Errors outside of tests: a file that could not be loaded.
  for (const { message } of errors) failures.push({ test: 'Playwright', error: firstLine(message) })
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    failures,
  }
}

/** Why tests were skipped, with how many each reason skipped. @param {PlaywrightReport} report */
export function skipReasons({ suites }) {
  /** @type {Map<string, number>} */
  const reasons = new Map()
  for (const { type, description = '' } of specsOf(suites).flatMap(({ spec }) =>
    spec.tests.flatMap((test) => test.annotations),
  )) {
    if (type === 'skip') reasons.set(description, (reasons.get(description) ?? 0) + 1)
  }
  return reasons
}
