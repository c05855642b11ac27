import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from './project.mjs'

/** @param {string[]} args */
const start = (...args) =>
  spawnSync(process.execPath, [join(root, 'scripts/start.mjs'), ...args], { encoding: 'utf8', cwd: root })

/** @param {string[]} args */
const lacuna = (...args) =>
  spawnSync(process.execPath, [join(root, 'bin/lacuna.js'), ...args], { encoding: 'utf8', cwd: root })

describe('npm start with arguments is the command line', () => {
  // Builds if something changed; what follows is the second start.
  beforeAll(() => {
    start('--version')
  }, 120_000)

  it('a second start neither installs nor builds, and prints only what the command line prints', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const { stdout, stderr, status } = start('--version')
    expect({ stdout, stderr, status }).toEqual({ stdout: `${version}\n`, stderr: '', status: 0 })
  })

  it('arguments, output and exit code are those of the lacuna program', () => {
    for (const args of [
      ['--help'],
      ['denoise', '--help'],
      ['denoize', 'x.jpg'],
      ['denoise', '--sigma', '900', 'x.jpg'],
    ]) {
      const [a, b] = [start(...args), lacuna(...args)]
      expect({ stdout: a.stdout, stderr: a.stderr, status: a.status }).toEqual({
        stdout: b.stdout,
        stderr: b.stderr,
        status: b.status,
      })
    }
    expect(start('denoize', 'x.jpg').status).toBe(2)
  })
})
