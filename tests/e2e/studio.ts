/** The studio as people have it: the built program serving a real browser, a folder of its own for each test. */
import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type Locator, type Page } from '@playwright/test'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'

const root = resolve(import.meta.dirname, '../..')
export const samples = join(root, 'resources/samples')
/** Another build than the one of `npm run build` can be tested by naming its program. */
export const program = process.env['LACUNA_PROGRAM'] ?? join(root, 'bin/lacuna.js')

export interface Served {
  readonly url: string
  stop(): Promise<void>
}

/** Hosts whose end was not seen yet: a test that fails half-way leaves its own running. */
const alive = new Map<ChildProcess, Promise<void>>()

async function stopAll(): Promise<void> {
  for (const [child, ended] of alive) {
    child.kill('SIGINT')
    await ended
  }
}

/** `lacuna serve` on a free port; resolves with the link that it prints. */
export async function serve(home: string, options: readonly string[] = []): Promise<Served> {
  const child = spawn(process.execPath, [program, 'serve', '--no-open', '--port', '0', ...options], {
    env: { ...process.env, LACUNA_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((done) =>
    child.once('exit', () => {
      alive.delete(child)
      done()
    }),
  )
  alive.set(child, ended)
  let said = ''
  const url = await new Promise<string>((found, failed) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString()
      const link = /http:\/\/\S+#token=\S+/.exec(said)
      if (link !== null) found(link[0])
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', (code) => failed(new Error(`lacuna serve ended with ${code}: ${said}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}

/** The command line, for comparison. Throws when it does not end with 0. */
export function lacuna(home: string, ...args: string[]): string {
  const run = spawnSync(process.execPath, [program, ...args], {
    env: { ...process.env, LACUNA_HOME: home },
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`lacuna ${args.join(' ')} ended with ${run.status}: ${run.stderr}`)
  return run.stdout
}

/** The opened page in the words and controls of a person. */
export class App {
  readonly canvas: Locator
  /** The name of the picture shown. */
  readonly title: Locator

  constructor(readonly page: Page) {
    this.canvas = page.locator('[data-canvas]')
    this.title = page.getByTestId('file-line').getByRole('heading')
  }

  async open(...files: string[]): Promise<void> {
    // A dialog that opens before the browser was told to hand it over answers nobody: the key is pressed again.
    await expect(async () => {
      const chooser = this.page.waitForEvent('filechooser', { timeout: 5_000 })
      await this.page.keyboard.press('ControlOrMeta+O')
      await (await chooser).setFiles(files)
    }).toPass({ timeout: 120_000 })
  }

  /** Until the studio answers. */
  async online(): Promise<void> {
    await expect(this.page.getByTestId('empty')).toBeVisible()
    await expect(this.page.getByTestId('engine')).toBeVisible()
  }

  /** Until all tiles in sight are there. */
  async settled(): Promise<void> {
    await expect(this.canvas).toBeVisible()
    await expect(this.page.getByText('Opening: this is a small version')).toHaveCount(0)
    await expect(this.canvas).not.toHaveAttribute('data-loading', 'tiles')
  }

  async previewed(): Promise<void> {
    await this.settled()
    await expect(this.canvas).not.toHaveAttribute('data-loading', /./, { timeout: 180_000 })
  }

  async view(): Promise<{ zoom: number; x: number; y: number }> {
    const [zoom, centre] = await Promise.all([
      this.canvas.getAttribute('data-zoom'),
      this.canvas.getAttribute('data-centre'),
    ])
    const [x = NaN, y = NaN] = (centre ?? '').split(',').map(Number)
    return { zoom: Number(zoom), x, y }
  }

  /** The colour on the canvas at a point given in CSS pixels from its corner. */
  colour(x: number, y: number): Promise<[number, number, number]> {
    return this.canvas
      .locator('canvas')
      .first()
      .evaluate(
        (canvas: HTMLCanvasElement, at) => {
          const data = canvas
            .getContext('2d')
            ?.getImageData(at.x * devicePixelRatio, at.y * devicePixelRatio, 1, 1).data
          return [data?.[0] ?? -1, data?.[1] ?? -1, data?.[2] ?? -1] as [number, number, number]
        },
        { x, y },
      )
  }

  history(): Locator {
    return this.page.getByRole('region', { name: 'History' }).getByRole('listitem')
  }

  async apply(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Enter')
  }
}

interface Fixtures {
  /** The studio's data folder, for one test. */
  home: string
  /** A running host; its link is not opened yet. */
  studio: Served
  /** Errors of the page and of its console, a broken line aside, and what it asks of others. What is still in it at the end fails the test. */
  complaints: string[]
  /** The studio, opened in the test's page. */
  app: App
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that one needs from its pattern
  home: async ({}, use) => {
    const home = await realpath(await mkdtemp(join(tmpdir(), 'lacuna-e2e-')))
    await use(home)
    await stopAll()
    await rm(home, { recursive: true, force: true })
  },
  studio: async ({ home }, use) => {
    const served = await serve(home)
    await use(served)
    await served.stop()
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        // A host that is gone and a file that cannot be read are told by the interface, and tested there.
        const told = /Failed to load resource|WebSocket connection|ERR_CONNECTION/.test(message.text())
        if (message.type() === 'error' && !told) complaints.push(message.text())
      })
      // Nothing leaves the machine.
      page.context().on('request', (request) => {
        const { protocol, hostname } = new URL(request.url())
        if (protocol.startsWith('http') && hostname !== '127.0.0.1') complaints.push(`asks ${hostname}`)
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
  app: async ({ studio, page }, use) => {
    await page.goto(studio.url)
    const app = new App(page)
    await app.online()
    await use(app)
  },
})

/** A small real photo with camera noise: a piece of a sample. */
export async function photo(path: string, width = 360, height = 260): Promise<string> {
  const piece = sharp(join(samples, 'otters-high-iso.jpg')).extract({ left: 380, top: 240, width, height })
  await (path.endsWith('.png') ? piece.png() : piece.jpeg({ quality: 95 })).toFile(path)
  return path
}

/** A picture whose colours say where they are: red grows with x, green with y, in steps of 32 pixels. */
export async function chart(path: string, width = 2048, height = 1536): Promise<string> {
  const bytes = width * 3
  const data = Buffer.alloc(bytes * height)
  for (let y = 0; y < height; y++) {
    // All rows of a step are the first of it.
    if (y % 32 > 0) data.copyWithin(y * bytes, (y - 1) * bytes, y * bytes)
    else for (let x = 0; x < width; x++) data.set(chartColour(x, y), y * bytes + x * 3)
  }
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(path)
  return path
}

export const chartColour = (x: number, y: number): [number, number, number] => [
  Math.floor(x / 32) * 4,
  Math.floor(y / 32) * 5,
  90,
]

/**
 * axe on the page. Within it: otherwise it opens another page each time to put together what it found in frames, of which
 * the studio has none.
 */
export const axe = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode()

/** Controls and words that reach out of the window or out of their own box. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(`the page is ${document.documentElement.scrollWidth} px wide`)
    for (const element of document.querySelectorAll<HTMLElement>('button, label, h1, h2, dt, dd, p, [role="tab"]')) {
      const box = element.getBoundingClientRect()
      if (
        box.width === 0 ||
        getComputedStyle(element).visibility === 'hidden' ||
        element.closest('[aria-hidden="true"]') !== null
      )
        continue
      // A file's name and a label may end in an ellipsis: they have a title or a tooltip with the whole.
      const shortened = getComputedStyle(element).textOverflow === 'ellipsis'
      if (box.right > innerWidth + 1 || box.left < -1) found.push(`outside: ${element.textContent}`)
      else if (!shortened && element.scrollWidth > element.clientWidth + 1) found.push(`cut: ${element.textContent}`)
    }
    return found
  })
}

export { expect }
