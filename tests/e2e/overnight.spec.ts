import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { App, expect, photo, test } from './studio.js'

/** A folder overnight: forty pictures, three of them bad, and a machine on which things die. */

const program = process.env['LACUNA_PROGRAM'] ?? join(resolve(import.meta.dirname, '../..'), 'bin/lacuna.js')
const GOOD = 37

/** A host that is killed rather than stopped. */
class Host {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly port: number,
  ) {}

  static async start(home: string, root: string, port: number): Promise<Host> {
    const args = ['serve', '--no-open', '--json', '--port', String(port), '--root', root]
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, LACUNA_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    const line = await new Promise<string>((found, failed) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('\n')) found(said.split('\n')[0] ?? '')
      })
      child.once('exit', (code) => failed(new Error(`lacuna serve ended with ${code}: ${said}`)))
    })
    const { url, port: taken } = JSON.parse(line) as { url: string; port: number }
    return new Host(child, url, taken)
  }

  /** The engine is the host's only child; null where the system does not tell, or while none runs. */
  enginePid(): number | null {
    const { pid } = this.child
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
      return children[0] === undefined ? null : Number(children[0])
    } catch {
      return null
    }
  }

  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = new Promise<void>((done) => this.child.once('exit', () => done()))
    this.child.kill(signal)
    await ended
  }
}

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const filesBelow = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.[a-z-]+$/i.test(name)).sort()

test('forty pictures, three of them bad, with engine and host killed in the middle, are all accounted for', async ({
  page,
  home,
}) => {
  test.skip(process.platform !== 'linux', 'the engine is found by /proc')
  test.setTimeout(300_000)
  page.setDefaultTimeout(15_000)
  const root = join(home, 'photos')
  const source = join(root, 'holiday')
  await mkdir(join(source, 'second day'), { recursive: true })
  for (let i = 0; i < GOOD; i++) {
    const folder = i % 5 === 4 ? join(source, 'second day') : source
    await photo(join(folder, `DSC_${400 + i}.jpg`), 200 + (i % 7) * 8, 160)
  }
  const whole = readFileSync(join(source, 'DSC_400.jpg'))
  await writeFile(join(source, 'DSC_500 cut short.jpg'), whole.subarray(0, Math.round(whole.length * 0.6)))
  await writeFile(join(source, 'IMG_2209.HEIC'), Buffer.from('000000186674797068656963000000006d69663168656963', 'hex'))
  await writeFile(join(source, 'not a picture.png'), 'a letter to the editor')
  await writeFile(join(source, 'notes.txt'), 'foreign')
  const inputs = filesBelow(source)
  const before = new Map(inputs.map((name) => [name, hash(join(source, name))]))

  let host = await Host.start(home, root, 0)
  try {
    await page.goto(host.url)
    await new App(page).online()
    await page.keyboard.press('2')
    await page.getByRole('button', { name: 'Add files or folders' }).click()
    const picker = page.getByRole('dialog', { name: 'Add to the batch' })
    await picker.getByRole('button', { name: 'photos' }).click()
    await picker.getByLabel('Choose holiday').click()
    await picker.getByRole('button', { name: 'Add 1' }).click()
    const run = page.getByRole('button', { name: /^Run \d+ pictures?/ })
    // The HEIC file is known to be unreadable by its name; the two others look like pictures.
    await expect(run).toHaveText(/Run 39 pictures/)
    await run.click()

    const done = page.getByTestId('batch-count')
    const doneSoFar = async (): Promise<number> => Number(/\d+/.exec((await done.textContent()) ?? '')?.[0] ?? 0)
    await expect.poll(doneSoFar, { timeout: 180_000 }).toBeGreaterThan(3)
    const engine = host.enginePid()
    expect(engine).not.toBeNull()
    process.kill(engine ?? 0, 'SIGKILL')

    const afterEngine = await doneSoFar()
    await expect.poll(doneSoFar, { timeout: 180_000 }).toBeGreaterThan(afterEngine + 2)
    await host.end('SIGKILL')
    await expect(page.getByText(/reconnect/i).first()).toBeVisible()
    host = await Host.start(home, root, host.port)

    // The open tab finds the host again and shows the truth, without being touched.
    await expect(page.getByTestId('batch-report')).toContainText(`${GOOD} done, 3 failed`, { timeout: 180_000 })

    const problems = page.getByRole('region', { name: /^Problems/ })
    await expect(problems).toContainText('DSC_500 cut short.jpg is damaged or cut short')
    await expect(problems).toContainText('IMG_2209.HEIC is a HEIC picture')
    await expect(problems).toContainText('not a picture.png is not a picture')
  } finally {
    await host.end('SIGINT')
  }

  const target = join(root, 'holiday_denoised')
  const results = filesBelow(target)
  expect(results).toHaveLength(GOOD)
  expect(results.filter((name) => name.includes('lacuna-tmp'))).toEqual([])
  expect(results).toContain(join('second day', 'DSC_404_denoised.jpg'))
  for (const name of results) expect((await sharp(join(target, name)).stats()).isOpaque).toBe(true)
  for (const [name, sha256] of before) expect(hash(join(source, name))).toBe(sha256)
  expect(existsSync(join(source, 'holiday_denoised'))).toBe(false)
  expect(filesBelow(source)).toEqual(inputs)
})
