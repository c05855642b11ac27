/** The desktop host in Electron itself, where its runtime is: the same studio, locked down. */
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { electronBinary, noDisplayReason } from '../../scripts/electron.mjs'

const program = resolve(import.meta.dirname, '../..')
const binary = electronBinary()
const missing = binary === null ? "Electron's runtime is not here" : noDisplayReason()

test.skip(missing !== null, `the desktop app cannot start, because ${missing}`)

let home: string
let app: ElectronApplication
let page: Page

async function launch(...files: string[]): Promise<void> {
  app = await _electron.launch({
    executablePath: binary ?? '',
    args: [program, ...files],
    env: { ...(process.env as Record<string, string>), LACUNA_HOME: home },
  })
  page = await app.firstWindow()
}

test.beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lacuna-desktop-'))
})
test.afterEach(async () => {
  await app.close()
  await rm(home, { recursive: true, force: true })
})

test('the page is the studio, on its own scheme, and has two functions and no Node', async () => {
  await launch()
  await expect(page).toHaveURL('lacuna://studio/')
  const seen = await page.evaluate(() => ({
    bridge: Object.keys((window as unknown as { lacuna: object }).lacuna).sort(),
    node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
  }))
  expect(seen).toEqual({ bridge: ['connect', 'pathForFile'], node: [] })
})

test('a picture named at the start is opened and shown', async () => {
  const picture = join(home, 'grey.png')
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#808080' } })
    .png()
    .toFile(picture)
  await launch(picture)
  await expect(page.getByText('grey.png').first()).toBeVisible()
  await expect.poll(() => page.evaluate(() => document.images.length)).toBeGreaterThan(0)
})

test('the page can neither leave, open windows, ask for devices nor reach the network', async () => {
  await launch()
  await page.evaluate(() => {
    location.href = 'https://example.com/'
  })
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull()
  const tried = await page.evaluate(async () => ({
    network: await fetch('https://example.com/').then(
      () => 'answered',
      () => 'refused',
    ),
    camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'given',
      () => 'refused',
    ),
    clipboard: await navigator.clipboard.readText().then(
      () => 'given',
      () => 'refused',
    ),
  }))
  expect(tried).toEqual({ network: 'refused', camera: 'refused', clipboard: 'refused' })
  await expect(page).toHaveURL('lacuna://studio/')
  expect(app.windows()).toHaveLength(1)
})

test('a File that a script made opens nothing', async () => {
  await launch()
  const answer = await page.evaluate(() =>
    (window as unknown as { lacuna: { pathForFile(file: File): Promise<string> } }).lacuna
      .pathForFile(new File(['x'], 'x.png'))
      .then(
        () => 'given',
        () => 'refused',
      ),
  )
  expect(answer).toBe('refused')
})

test('the window comes back where it was', async () => {
  await launch()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1111, 777))
  await app.close()
  expect(JSON.parse(await readFile(join(home, 'state/window.json'), 'utf8'))).toMatchObject({
    width: 1111,
    height: 777,
  })
  await launch()
  const size = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize())
  expect(size).toEqual([1111, 777])
})
