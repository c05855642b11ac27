import type { Locator, Page } from '@playwright/test'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { axe, App, chart, expect, lacuna, overflowing, photo, serve, test as base } from './studio.js'

const SIZE = { width: 240, height: 180 }
const DONE = { timeout: 180_000 }
const fixture = (name: string): string => resolve(import.meta.dirname, '../fixtures/models', name)

/** A studio with a model that enlarges, added by the person. */
const test = base.extend({
  home: async ({ home }, use) => {
    await cp(fixture('tiny-upscaler'), join(home, 'data/models/tiny-upscaler'), { recursive: true })
    await use(home)
  },
})

/** One that comes with the program goes before the others, unless another is chosen. */
async function choose(settings: Locator, name: string): Promise<void> {
  const model = settings.getByRole('combobox', { name: 'Model' })
  await model.click()
  await settings.page().getByRole('option', { name, exact: true }).click()
  await expect(model).toHaveValue(name)
}

class Upscaling {
  readonly page: Page
  readonly panel: Locator
  readonly line: Locator
  readonly patch: Locator
  readonly apply: Locator

  constructor(readonly app: App) {
    this.page = app.page
    this.panel = app.page.getByRole('region', { name: 'Upscale' })
    this.line = app.page.getByTestId('prediction')
    this.patch = app.page.getByTestId('patch')
    this.apply = this.panel.getByRole('button', { name: /^Apply/ })
  }

  async open(file: string): Promise<void> {
    await this.app.open(file)
    await this.app.settled()
    await this.page.keyboard.press('Shift+S')
    await expect(this.page.getByRole('tab', { name: 'Upscale' })).toHaveAttribute('aria-selected', 'true')
    await choose(this.panel, 'tiny-upscaler')
  }

  way(name: string): Promise<void> {
    return this.panel.getByText(name, { exact: true }).click()
  }

  field(name: string): Locator {
    return this.panel.getByRole('textbox', { name, exact: true })
  }

  /** Until the pixels of the patch are there: its part of the result. */
  async looked(): Promise<{ left: number; top: number; width: number; height: number }> {
    await expect(this.patch).toHaveAttribute('data-ready', 'true', { timeout: 180_000 })
    const [left = 0, top = 0, width = 0, height = 0] = ((await this.patch.getAttribute('data-rect')) ?? '')
      .split(',')
      .map(Number)
    return { left, top, width, height }
  }

  async drag(dx: number, dy: number): Promise<void> {
    const box = await this.patch.boundingBox()
    if (box === null) throw new Error('no patch')
    const [x, y] = [box.x + box.width / 2 + 20, box.y + box.height / 2 + 20]
    await this.page.mouse.move(x, y)
    await this.page.mouse.down()
    await this.page.mouse.move(x + dx / 2, y + dy / 2, { steps: 3 })
    await this.page.mouse.move(x + dx, y + dy)
    await this.page.mouse.up()
  }

  /** The pixels on screen around the middle of the patch's right half, and which part of the result they are. */
  async seen(): Promise<{ pixels: Buffer; part: { left: number; top: number; width: number; height: number } }> {
    const rect = await this.looked()
    const box = await this.patch.boundingBox()
    if (box === null) throw new Error('no patch')
    const part = { left: rect.left + Math.round(rect.width * 0.7), top: rect.top + Math.round(rect.height / 2) }
    const clip = { x: box.x + part.left - rect.left, y: box.y + part.top - rect.top, width: 20, height: 20 }
    const pixels = await sharp(await this.page.screenshot({ clip }))
      .removeAlpha()
      .raw()
      .toBuffer()
    return { pixels, part: { ...part, width: 20, height: 20 } }
  }
}

test('what is before is enlarged by a cubic filter, as its words say, not by straight lines', async ({ app, home }) => {
  const file = join(home, 'step.png')
  const [width, height, edge] = [200, 160, 80]
  const data = Buffer.from(Array.from({ length: width * height }, (_, i) => (i % width < edge ? 100 : 200)))
  await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(file)
  const upscaling = new Upscaling(app)
  await upscaling.open(file)
  await upscaling.way('4×')
  const rect = await upscaling.looked()
  await expect(upscaling.patch).toContainText('Before, bicubic')
  const box = await upscaling.patch.boundingBox()
  if (box === null) throw new Error('no patch')
  const clip = { x: box.x + 4 * edge - rect.left - 12, y: box.y + rect.height / 2, width: 24, height: 1 }
  const row = await sharp(await upscaling.page.screenshot({ clip }))
    .greyscale()
    .raw()
    .toBuffer()
  // Beside an edge it goes beyond what is on either side (Mitchell and Netravali: 96 and 204).
  expect(Math.abs(Math.min(...row) - 96)).toBeLessThanOrEqual(2)
  expect(Math.abs(Math.max(...row) - 204)).toBeLessThanOrEqual(2)
})

test.describe('a picture is enlarged', () => {
  test('2×: the patch is dragged, applied, undone and done again, and the file is the command line’s', async ({
    app,
    home,
  }) => {
    const { page } = app
    const file = await photo(join(home, 'a.png'), SIZE.width, SIZE.height)
    const other = join(home, 'command-line.png')
    lacuna(home, 'upscale', file, '--model', 'tiny-upscaler', '--scale', '2', '-o', other)
    const upscaling = new Upscaling(app)
    await upscaling.open(file)
    await expect(upscaling.line).toContainText('240 × 180 becomes 480 × 360 px, 0.17 MP.')
    await expect(upscaling.line).toContainText(/File about \d+ kB/)

    const { pixels, part } = await upscaling.seen()
    expect(Buffer.compare(pixels, await sharp(other).removeAlpha().extract(part).raw().toBuffer())).toBe(0)
    const before = await upscaling.looked()
    await upscaling.drag(-40, -30)
    const after = await upscaling.looked()
    // The canvas is at 100 % of the picture, which is half of the result's.
    expect([after.left - before.left, after.top - before.top]).toEqual([-80, -52])
    const moved = await upscaling.seen()
    expect(Buffer.compare(moved.pixels, await sharp(other).removeAlpha().extract(moved.part).raw().toBuffer())).toBe(0)

    await app.apply()
    await expect(app.history()).toHaveCount(2, DONE)
    await expect(app.history().first()).toContainText('480 × 360')
    await expect(page.getByTestId('file-line')).toContainText('480 × 360')
    // It would be enlarged once more.
    await expect(upscaling.patch).toHaveCount(0)
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(page.getByTestId('file-line')).toContainText('240 × 180')
    await expect(upscaling.patch).toBeVisible()
    await page.keyboard.press('ControlOrMeta+Shift+Z')
    await expect(page.getByTestId('file-line')).toContainText('480 × 360')

    await page.keyboard.press('ControlOrMeta+E')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await expect(dialog.getByTestId('export-plan')).toContainText('about')
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Download' }).click()
    const saved = await (await download).path()
    expect(Buffer.compare(await readFile(saved), await readFile(other))).toBe(0)
  })

  test('before and after are as large: split, side by side, and while the key is held', async ({ app, home }) => {
    const { page } = app
    const upscaling = new Upscaling(app)
    await upscaling.open(await chart(join(home, 'chart.png'), 512, 384))
    await page.keyboard.press('ControlOrMeta+1')
    const start = await app.view()
    await app.apply()
    await expect(app.history()).toHaveCount(2, DONE)
    await app.settled()
    // Nothing jumps: what was at 100 % is seen as large, at half of the result's.
    const view = await app.view()
    expect(view).toEqual({ zoom: start.zoom / 2, x: start.x * 2, y: start.y * 2 })

    const box = await app.canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    const middle = { x: Math.round(box.width / 2), y: Math.round(box.height / 2) }
    // In the middle of squares of one colour, left and right of the divider.
    const places = [-144, -80, 80, 144].map((dx) => ({ x: middle.x + dx, y: middle.y + 16 }))
    const colours = async () => await Promise.all(places.map(({ x, y }) => app.colour(x, y)))
    await expect(page.getByText('Compare slider')).toBeVisible()
    const split = await colours()
    await page.keyboard.down('`')
    await expect(page.getByText('Original', { exact: true }).first()).toBeVisible()
    await app.settled()
    const held = await colours()
    await page.keyboard.up('`')
    for (const [i, colour] of split.entries())
      for (const [c, value] of colour.entries()) expect(Math.abs(value - (held[i]?.[c] ?? 999))).toBeLessThanOrEqual(1)

    await page.keyboard.press('c')
    await expect(page.getByText('Compare side by side')).toBeVisible()
    await app.settled()
    const [left, right] = [Math.floor((box.width - 1) / 2), Math.floor(box.width / 2)]
    const y = middle.y + 16
    for (const dx of [-80, 48, 80]) {
      const one = await app.colour(Math.round(left / 2) + dx, y)
      const two = await app.colour(right + Math.round(left / 2) + dx, y)
      for (const [c, value] of one.entries()) expect(Math.abs(value - (two[c] ?? 999))).toBeLessThanOrEqual(1)
    }
    await page.keyboard.press('ControlOrMeta+Z')
    expect(await app.view()).toEqual(start)
  })

  test('by centimetres at a resolution; what cannot be is said, and not begun', async ({ app, home }) => {
    const { page } = app
    const upscaling = new Upscaling(app)
    await upscaling.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await upscaling.way('Other')
    await expect(upscaling.field('Width')).toHaveValue('480 px')
    await upscaling.way('cm')
    await upscaling.field('Resolution').fill('150')
    await upscaling.field('Width').fill('6')
    // 6 cm at 150 pixels an inch.
    await expect(upscaling.line).toContainText('240 × 180 becomes 354 × 266 px')
    await expect(upscaling.field('Height')).toHaveValue('4.5 cm')
    await upscaling.looked()

    await upscaling.field('Width').fill('50')
    await expect(upscaling.panel.getByRole('alert')).toContainText('more than 8 times the picture (240 x 180)')
    await expect(upscaling.apply).toBeDisabled()
    await expect(upscaling.patch).toHaveCount(0)
    await upscaling.field('Width').fill('1')
    await expect(upscaling.panel.getByRole('alert')).toContainText('smaller than the picture itself')
    await upscaling.field('Width').fill('')
    await expect(upscaling.line).toContainText('Type a size')
    await page.keyboard.press('Escape')
    await app.apply()
    await expect(app.history()).toHaveCount(1)

    await upscaling.field('Width').fill('6')
    await expect(upscaling.apply).toBeEnabled()
    await upscaling.apply.click()
    await expect(app.history()).toHaveCount(2, DONE)
    await expect(page.getByTestId('file-line')).toContainText('354 × 266')
  })
})

test.describe('the model is chosen by looking', () => {
  test('a strip shows the same patch by each; keys choose', async ({ home, page }) => {
    const second = join(home, 'data/models/other-upscaler')
    await cp(fixture('tiny-upscaler'), second, { recursive: true })
    const manifest = JSON.parse(await readFile(join(second, 'model.json'), 'utf8')) as Record<string, unknown>
    await writeFile(
      join(second, 'model.json'),
      JSON.stringify({ ...manifest, id: 'other-upscaler', name: 'Other upscaler' }),
    )
    const served = await serve(home)
    try {
      await page.goto(served.url)
      const app = new App(page)
      await app.online()
      const upscaling = new Upscaling(app)
      await upscaling.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
      const model = upscaling.panel.getByRole('combobox', { name: 'Model' })
      await choose(upscaling.panel, 'Other upscaler')
      await upscaling.panel.getByRole('button', { name: 'Choose the model by looking' }).press('Enter')
      const strip = page.getByRole('region', { name: 'The same patch by each model' })
      const looks = strip.getByRole('radio')
      await expect(strip.getByRole('radio', { name: /upscaler$/ })).toHaveCount(2)
      for (const look of await looks.all())
        await expect(look).toHaveAttribute('data-ready', 'true', { timeout: 180_000 })
      await strip.getByRole('radio', { name: 'Other upscaler' }).focus()
      await page.keyboard.press('ArrowRight')
      await expect(strip.getByRole('radio', { name: 'tiny-upscaler' })).toHaveAttribute('aria-checked', 'true')
      await expect(model).toHaveValue('tiny-upscaler')
      expect((await axe(page).analyze()).violations.map(({ id }) => id)).toEqual([])
      await strip.getByRole('button', { name: 'Close the strip of models' }).click()
      await expect(strip).toHaveCount(0)
    } finally {
      await served.stop()
    }
  })
})

test('a folder is enlarged in the Batch view, as by the command line', async ({ home, page }) => {
  const photos = join(home, 'photos')
  await mkdir(join(photos, 'trip'), { recursive: true })
  const large = await photo(join(photos, 'trip/large.png'), 120, 90)
  await photo(join(photos, 'trip/small.png'), 60, 45)
  const served = await serve(home, ['--root', photos])
  try {
    await page.goto(served.url)
    await new App(page).online()
    await page.keyboard.press('2')
    await page.getByRole('button', { name: 'Add files or folders…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add to the batch' })
    await dialog.getByRole('button', { name: /photos$/ }).click()
    await dialog.getByRole('checkbox', { name: 'Choose trip' }).check()
    await dialog.getByRole('button', { name: 'Add 1', exact: true }).click()
    const run = page.getByRole('button', { name: /^Run \d+ picture/ })
    await expect(run).toHaveText(/^Run 2 pictures/)

    await page.getByRole('tab', { name: 'Upscale' }).click()
    const settings = page.getByRole('region', { name: 'What is done with each picture' })
    await choose(settings, 'tiny-upscaler')
    await expect(settings.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('{name}_upscaled')
    await settings.getByText('Other', { exact: true }).click()
    await expect(settings.getByText('Type a size')).toBeVisible()
    await settings.getByRole('textbox', { name: 'Width', exact: true }).fill('100')
    // The larger one has more than that already; said before anything starts.
    await expect(page.getByTestId('batch-check')).toContainText('smaller than the picture itself (120 x 90)')
    await expect(run).toHaveText(/^Run 1 picture/)
    await settings.getByText('%', { exact: true }).click()
    await settings.getByRole('textbox', { name: 'Scale', exact: true }).fill('900')
    await expect(settings.getByText('A scale goes from 100 to 800 %.')).toBeVisible()
    await settings.getByRole('textbox', { name: 'Scale', exact: true }).fill('150')
    await expect(run).toHaveText(/^Run 2 pictures/)
    // What was looked at for a moment keeps its settings.
    await page.getByRole('tab', { name: 'Denoise' }).click()
    await expect(settings.getByRole('slider', { name: 'Strength' })).toBeVisible()
    await page.getByRole('tab', { name: 'Upscale' }).click()
    await expect(settings.getByRole('textbox', { name: 'Scale', exact: true })).toHaveValue('150 %')
    expect((await axe(page).analyze()).violations.map(({ id }) => id)).toEqual([])

    await run.click()
    await expect(page.getByTestId('batch-report')).toContainText('2 done', DONE)
    const other = join(home, 'command-line.png')
    lacuna(home, 'upscale', large, '--model', 'tiny-upscaler', '--scale', '1.5', '-o', other)
    const made = await readFile(join(photos, 'trip_upscaled/large_upscaled.png'))
    expect(Buffer.compare(made, await readFile(other))).toBe(0)
  } finally {
    await served.stop()
  }
})

base('without a model that enlarges the panel says so, and shows the way', async ({ app, home, page }) => {
  const models = JSON.parse(lacuna(home, 'doctor', '--json')) as { models?: { id: string }[] }
  base.skip(models.models?.some(({ id }) => id === 'lacuna-upscale') === true, 'one comes with the program')
  await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
  await app.settled()
  await page.keyboard.press('Shift+S')
  await expect(page.getByTestId('no-upscaler')).toContainText('No model that enlarges is installed')
  await page.getByRole('button', { name: 'Show models' }).click()
  await expect(page.getByRole('region', { name: 'Models' })).toBeVisible()
})

test.describe('the Upscale panel', () => {
  for (const theme of ['Dark', 'Light'] as const)
    test(`axe finds nothing in it, ${theme}`, async ({ app, home, page }) => {
      await page.keyboard.press('ControlOrMeta+,')
      await page.getByRole('dialog').getByRole('tab', { name: 'Look' }).click()
      await page.getByRole('dialog').getByText(theme, { exact: true }).click()
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      const upscaling = new Upscaling(app)
      await upscaling.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
      await upscaling.way('Other')
      await upscaling.way('inch')
      await upscaling.panel.getByRole('button', { name: /^More/ }).click()
      await upscaling.looked()
      await page.waitForTimeout(200)
      const { violations } = await axe(page).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    })

  test('longer words fit', async ({ studio, home, page }) => {
    await page.goto(studio.url.replace('/#', '/?locale=pseudo#'))
    const app = new App(page)
    await app.online()
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await expect(app.canvas).toBeVisible()
    await page.keyboard.press('Shift+S')
    const panel = page.getByRole('tabpanel')
    await expect(page.getByTestId('patch')).toBeVisible()
    expect(await overflowing(page)).toEqual([])
    // The last of the three: a size that is typed; and the third unit, with a resolution.
    await panel.getByRole('radiogroup').first().locator('label').last().click()
    await panel.getByRole('radiogroup').nth(1).locator('label').nth(2).click()
    await panel.getByRole('button', { expanded: false }).first().click()
    await page.waitForTimeout(200)
    expect(await overflowing(page)).toEqual([])
  })

  test('works without a mouse: the size, the patch, Apply', async ({ app, home, page }) => {
    const upscaling = new Upscaling(app)
    await upscaling.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    const before = await upscaling.looked()
    for (let i = 0; i < 60 && !(await upscaling.patch.evaluate((node) => node === document.activeElement)); i++)
      await page.keyboard.press('Tab')
    await expect(upscaling.patch).toBeFocused()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Shift+ArrowDown')
    await expect.poll(async () => (await upscaling.looked()).left).toBe(before.left - 64)
    expect((await upscaling.looked()).top).toBe(before.top + 2)
    await app.apply()
    await expect(app.history()).toHaveCount(2, DONE)
  })
})
