import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../../package.json'
import { usualTemplates } from '../../../src/shared/usual-templates.js'
import { entry, openBench, type Bench } from './lacuna.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

describe('help', () => {
  it('lists the commands with examples, and ends with 0', async () => {
    const { code, stdout, stderr } = await bench.run(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    for (const text of [
      'Usage: lacuna',
      'denoise',
      'jobs',
      'doctor',
      'serve',
      'open',
      'Examples:',
      'lacuna denoise photo.jpg -o clean.png',
    ]) {
      expect(stdout).toContain(text)
    }
    expect(stdout).not.toMatch(/generate|cli\./)
  })

  it('of denoise names every option of the manual', async () => {
    const { code, stdout } = await bench.run(['denoise', '--help'])
    expect(code).toBe(0)
    const manual = readFileSync(resolve(import.meta.dirname, '../../../docs/command-line.md'), 'utf8')
    const documented = new Set(manual.match(/^\| `(?:-\w, )?(--[a-z-]+)/gm)?.map((row) => /--[a-z-]+/.exec(row)?.[0]))
    for (const flag of stdout.match(/^ +(?:-\w, )?--[a-z-]+/gm) ?? []) {
      expect([...documented, '--help']).toContain(/--[a-z-]+/.exec(flag)?.[0])
    }
    expect(stdout).not.toContain('cli.')
  })

  it('waits for no library: what parses and words it is built in', () => {
    expect([...staticImports(entry)]).toEqual([])
  })

  it('of jobs lists its commands, and each of them has help', async () => {
    const { code, stdout } = await bench.run(['jobs', '--help'])
    expect(code).toBe(0)
    for (const command of ['list', 'show', 'pause', 'resume', 'cancel', 'retry']) {
      expect(stdout).toMatch(new RegExp(`^ +${command} `, 'm'))
      const help = await bench.run(['jobs', command, '--help'])
      expect([help.code, help.stderr]).toEqual([0, ''])
      expect(help.stdout).not.toContain('cli.')
    }
  })

  it.each(['denoise', 'upscale', 'inpaint', 'extend'] as const)(
    'of %s names the template that it has',
    async (kind) => {
      const { stdout } = await bench.run([kind, '--help'])
      expect(stdout.replace(/\s+/g, ' ')).toContain(`(default: "${usualTemplates[kind]}")`)
    },
  )

  it('is there as a command, too, of the program and of each command', async () => {
    const [whole, one, inner] = [['--help'], ['denoise', '--help'], ['jobs', 'show', '--help']]
    expect(await bench.run(['help'])).toEqual(await bench.run(whole))
    expect(await bench.run(['help', 'denoise'])).toEqual(await bench.run(one))
    expect(await bench.run(['help', 'jobs', 'show'])).toEqual(await bench.run(inner))
    expect(await bench.run(['help', 'denoize'])).toMatchObject({ code: 2, stdout: '' })
  })

  it('is short for every command that the manual lists, and no other', async () => {
    const { stdout } = await bench.run(['--help'])
    const manual = readFileSync(resolve(import.meta.dirname, '../../../docs/command-line.md'), 'utf8')
    const listed = [...manual.matchAll(/^\| `lacuna \[?([a-z]+)/gm)].map(([, name]) => name)
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*\S {2,}[A-Z]|^ {2}([a-z]+) {2,}[A-Z]/gm)]
    const offered = commands.flatMap(([, withOptions, bare]) => withOptions ?? bare ?? [])
    expect([...new Set(listed)].sort()).toEqual([...new Set(offered)].sort())
  })

  it('goes with the version', async () => {
    expect(await bench.run(['--version'])).toEqual({ code: 0, stdout: version, stderr: '' })
  })
})

describe('what is typed wrongly is said, with what was probably meant, and ends with 2', () => {
  const cases: [string[], string][] = [
    [['denoize', 'a.jpg'], 'There is no command "denoize", and no file of that name. Did you mean denoise?'],
    [['docter'], 'Did you mean doctor?'],
    [['generate', 'a.jpg', '-o', 'b.jpg'], '"generate" is not part of this version yet.'],
    [
      ['jobs', 'canel', 'k3f'],
      'There is no command "jobs canel": choose one of list, show, pause, resume, cancel, retry, remove, clear. Did you mean cancel?',
    ],
    [['jobs', 'show'], 'No job was named'],
    [['jobs', 'show', 'k3f9x2'], 'There is no job k3f9x2: "lacuna jobs list" shows all of them.'],
    [['denoise', 'a.jpg', '-o', 'out', '--watch'], '--watch expects a folder among the inputs, and none was named.'],
    [['denoise', 'a.jpg', '-o', 'out', '--sgima', '3'], 'There is no option --sgima. Did you mean --sigma?'],
    [['serve', '--prot', '3'], 'There is no option --prot. Did you mean --port?'],
    [['denoise'], 'No picture or folder was named.'],
    [['denoise', 'a.jpg'], 'The option -o, --output is missing.'],
    [['denoise', 'a.jpg', '-o'], 'The option -o, --output <file|folder> needs a value.'],
    [
      ['denoise', 'a.jpg', '-o', 'out', '--sigma', '99'],
      '--sigma expects auto or a number from 0 to 75, but got "99".',
    ],
    [
      ['denoise', 'a.jpg', '-o', 'out', '--memory', 'lots'],
      '--memory expects a size of at least 256MB, such as 512MB or 4GB, but got "lots".',
    ],
    [['denoise', 'a.jpg', '-o', 'out', '--model', 'tiny-denoizer'], 'Did you mean tiny-denoiser?'],
    [['denoise', 'a.jpg', '-o', 'out', '--name', '{nmae}'], 'The name template {nmae} cannot be used'],
    [['doctor', 'a.jpg'], 'There are more arguments than this command takes.'],
    [['serve', '--host', '0.0.0.0', '--no-open'], 'can be reached from other machines'],
  ]
  for (const [args, sentence] of cases) {
    it(`lacuna ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await bench.run(args)
      expect(stderr).toContain(sentence)
      expect(stderr).toMatch(/Run "lacuna.* --help" for help\.$/)
      expect([code, stdout]).toEqual([2, ''])
    })
  }
})

describe('pictures to open that are not there are said before a studio is started, which ends with 1', () => {
  const notFound = 'nosuch.jpg was not found: check the path, or whether the file was moved or renamed.'
  it.each([
    [['open', 'nosuch.jpg', '--json'], [notFound]],
    [
      ['nosuch.jpg', '.'],
      [notFound, '. is a folder: name pictures in it'],
    ],
  ])('lacuna %j', async (args, sentences) => {
    const { code, stdout, stderr } = await bench.run(args)
    expect([code, stdout]).toEqual([1, ''])
    const lines = stderr.split('\n')
    expect(lines).toHaveLength(sentences.length)
    for (const [index, sentence] of sentences.entries()) expect(lines[index]).toContain(sentence)
  })
})

/** Packages that a built file and the chunks that it imports load before any of its code runs. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>()
  seen.add(file)
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^"'();]*["']([^"']+)["'];?$/gm,
  )) {
    if (name.startsWith('.')) {
      const chunk = resolve(dirname(file), name)
      if (!seen.has(chunk)) for (const found of staticImports(chunk, seen)) packages.add(found)
    } else if (!name.startsWith('node:')) packages.add(name)
  }
  return packages
}
