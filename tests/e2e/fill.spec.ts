import type { Locator, Page } from '@playwright/test'
import { join } from 'node:path'
import sharp from 'sharp'
import type { App } from './studio.js'
import { axe, expect, photo, test } from './studio.js'

/** Drawing a small hole takes a second or two on an idle machine. */
const DRAWN = { timeout: 180_000 }
const SIZE = { width: 360, height: 260 }

class Filling {
  readonly page: Page
  readonly strip: Locator
  readonly thumbs: Locator
  /** The hole in words, before it is filled. */
  readonly line: Locator
  readonly current: Locator

  constructor(readonly app: App) {
    this.page = app.page
    this.strip = app.page.getByTestId('fill-strip')
    this.thumbs = this.strip.getByRole('radio')
    this.line = app.page.getByTestId('prediction')
    this.current = app.page.getByRole('region', { name: 'History' }).locator('[aria-current]')
  }

  /** The middle of the canvas, where the picture's lies, in CSS pixels of the page. */
  async middle(): Promise<{ x: number; y: number }> {
    const box = await this.app.canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }
  }

  /** A short stroke, so far from the middle. */
  async paint(dx = 0, dy = 0): Promise<void> {
    const { x, y } = await this.middle()
    await this.page.mouse.move(x + dx, y + dy)
    await this.page.mouse.down()
    await this.page.mouse.move(x + dx + 6, y + dy + 4, { steps: 3 })
    await this.page.mouse.up()
  }

  /** Until the line around what was painted is drawn. */
  async outlined(): Promise<void> {
    await expect(this.app.canvas).toHaveAttribute('data-hole', /\d/)
  }

  /** A small brush, and so many variations. */
  async ready(variations: number): Promise<void> {
    await this.page.keyboard.press('b')
    await expect(this.page.getByRole('tab', { name: 'Fill' })).toHaveAttribute('aria-selected', 'true')
    for (let i = 0; i < 12; i++) await this.page.keyboard.press('[')
    await this.page.getByRole('slider', { name: 'Variations' }).press('Home')
    for (let i = 1; i < variations; i++) await this.page.getByRole('slider', { name: 'Variations' }).press('ArrowRight')
  }

  async fill(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Enter')
    await expect(this.strip).toBeVisible()
  }

  async drawn(): Promise<void> {
    await expect(this.strip).toBeVisible(DRAWN)
    await expect(this.strip).not.toHaveAttribute('data-drawing', 'true', DRAWN)
    await expect(this.thumbs.first()).toBeVisible()
  }

  async kept(states: number): Promise<void> {
    await expect(this.app.history()).toHaveCount(states, DRAWN)
    await expect(this.strip).toHaveCount(0)
  }

  /** The state shown, as the studio exports it. */
  async pixels(): Promise<{ data: Buffer; width: number; height: number }> {
    const { page } = this
    await page.keyboard.press('ControlOrMeta+E')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await expect(dialog.getByTestId('export-plan')).toContainText('about')
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Download' }).click()
    const path = await (await download).path()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    return await pixelsOf(path)
  }

  /** What is on the screen around the middle of the canvas. */
  async seen(side = 24): Promise<string> {
    const { x, y } = await this.middle()
    // Beside the brush's outline.
    await this.page.mouse.move(x - 150, y - 150)
    const clip = { x: x - side / 2, y: y - side / 2, width: side, height: side }
    return (
      await sharp(await this.page.screenshot({ clip }))
        .removeAlpha()
        .raw()
        .toBuffer()
    ).toString('base64')
  }
}

async function pixelsOf(path: string): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** The smallest box around all pixels that differ; null when none does. */
function difference(
  a: Buffer,
  b: Buffer,
  width: number,
): { left: number; top: number; right: number; bottom: number } | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue
    const pixel = Math.floor(i / 3)
    left = Math.min(left, pixel % width)
    right = Math.max(right, pixel % width)
    top = Math.min(top, Math.floor(pixel / width))
    bottom = Math.max(bottom, Math.floor(pixel / width))
  }
  return right < 0 ? null : { left, top, right, bottom }
}

test.describe('filling what was painted over', () => {
  test('paint, fill, look through the variations, keep: nothing else changes, and undo brings the mask back', async ({
    app,
    home,
  }) => {
    const file = await photo(join(home, 'a.png'), SIZE.width, SIZE.height)
    await app.open(file)
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await filling.ready(4)
    const before = await app.view()
    const previews: string[] = []
    page.on('request', (request) => request.url().includes('/preview/') && previews.push(request.url()))
    const plain = await filling.seen()
    await filling.paint()
    await expect(filling.line).toContainText(/Hole of \d+ × \d+ px/)
    await filling.outlined()
    const painted = await filling.seen()
    await filling.fill()
    await filling.drawn()
    expect(previews.filter((url) => url.includes('/media/fill/')).length).toBeGreaterThan(0)
    const count = await filling.thumbs.count()
    expect(count).toBeGreaterThan(1)
    await expect(filling.strip).toContainText(`1 of ${count}`)
    const first = await filling.seen()
    expect(first).not.toBe(painted)
    await page.keyboard.press('ArrowRight')
    await expect(filling.strip).toContainText(`2 of ${count}`)
    await expect(filling.thumbs.nth(1)).toHaveAttribute('aria-checked', 'true')
    await expect.poll(() => filling.seen()).not.toBe(first)
    const second = await filling.seen()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => filling.seen()).toBe(first)
    await filling.thumbs.nth(1).click()
    await expect.poll(() => filling.seen()).toBe(second)
    await page.keyboard.down('`')
    await expect.poll(() => filling.seen()).toBe(plain)
    await page.keyboard.up('`')
    await expect.poll(() => filling.seen()).toBe(second)

    await page.keyboard.press('Enter')
    await filling.kept(2)
    await expect(filling.current).toContainText('Fill')
    expect(await filling.seen()).toBe(second)
    expect(await app.view()).toEqual(before)
    const kept = await filling.pixels()
    const box = difference(kept.data, (await pixelsOf(file)).data, SIZE.width)
    if (box === null) throw new Error('nothing was filled')
    // A short stroke about the middle, grown by 4 and feathered by 6.
    expect(box.left).toBeGreaterThan(SIZE.width / 2 - 24)
    expect(box.right).toBeLessThan(SIZE.width / 2 + 30)
    expect(box.top).toBeGreaterThan(SIZE.height / 2 - 24)
    expect(box.bottom).toBeLessThan(SIZE.height / 2 + 28)

    await page.keyboard.press('ControlOrMeta+Z')
    await expect(filling.current).toContainText('Original')
    await expect.poll(() => filling.seen()).toBe(painted)
    await expect(filling.line).toContainText(/Hole of \d+ × \d+ px/)
  })

  test('a line shows the hole that will be filled, as it grows and feathers', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    const { page, canvas } = app
    const { x, y } = await filling.middle()
    await page.keyboard.press('u')
    await page.mouse.move(x - 20, y - 10)
    await page.mouse.down()
    await page.mouse.move(x + 20, y + 10, { steps: 3 })
    await page.mouse.up()
    await expect(filling.line).toContainText('Hole of 40 × 20 px')
    const hole = async (): Promise<number[]> => ((await canvas.getAttribute('data-hole')) ?? '').split(' ').map(Number)
    await filling.outlined()
    const [left = 0, top = 0, right = 0, bottom = 0] = await hole()
    // It grows by 4.
    expect([right - left, bottom - top]).toEqual([48, 28])
    const expectGrown = (by: number) =>
      expect.poll(hole).toEqual([left + 4 - by, top + 4 - by, right - 4 + by, bottom - 4 + by])
    const set = async (name: 'Grow' | 'Feather', value: string): Promise<void> => {
      await page.getByRole('button', { name: new RegExp(`^${name} `) }).click()
      // What explains it would lie over it.
      await expect(page.getByRole('tooltip')).toHaveCount(0)
      await page.getByRole('textbox', { name }).fill(value)
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('textbox', { name })).toHaveCount(0)
    }
    await set('Grow', '10')
    await expectGrown(10)
    await set('Grow', '-4')
    await expectGrown(-4)
    // The same numbers in the panel, whatever was changed in the bar.
    await page.getByRole('button', { name: 'More' }).click()
    await expect(page.getByRole('textbox', { name: 'Grow' })).toHaveValue('-4 px')
    await expect(page.getByRole('textbox', { name: 'Feather' })).toHaveValue('6 px')
    await page.getByRole('textbox', { name: 'Feather' }).fill('20')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: /^Feather / })).toHaveText('Feather 20 px')
    await page.getByRole('tab', { name: 'Denoise' }).click()
    await expect(canvas).not.toHaveAttribute('data-hole', /./)
  })

  test('Esc discards and leaves the mask; again draws from another seed; while it is drawn Esc cancels', async ({
    app,
    home,
  }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await filling.ready(1)
    const seed = page.getByRole('textbox', { name: 'Seed' })
    await filling.paint()
    await filling.outlined()
    const painted = await filling.seen()
    await filling.fill()
    await filling.drawn()
    const first = await filling.seen()
    await page.keyboard.press('ControlOrMeta+Shift+Enter')
    await expect(seed).not.toHaveValue('0')
    await expect(filling.strip).toHaveAttribute('data-drawing', 'true')
    await filling.drawn()
    expect(await filling.seen()).not.toBe(painted)
    await page.keyboard.press('Escape')
    await expect(filling.strip).toHaveCount(0)
    await expect.poll(() => filling.seen()).toBe(painted)
    await expect(app.history()).toHaveCount(1)

    await filling.fill()
    await expect(page.getByTestId('job-progress')).toContainText('%')
    await page.keyboard.press('Escape')
    await expect(filling.strip).toHaveCount(0, { timeout: 20_000 })
    await expect(filling.line).toContainText('Hole of')
    expect(first).not.toBe(painted)
  })

  test('the next stroke keeps what is shown, and belongs to the state that comes of it', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await filling.ready(1)
    await filling.paint()
    await expect(filling.line).toContainText('Hole of')
    await filling.fill()
    await filling.drawn()
    await filling.paint(-80, -60)
    await filling.kept(2)
    await expect(filling.current).toContainText('Fill')
    await expect(filling.line).toContainText('Hole of')
    // Its own stroke goes first, then the fill.
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(filling.line).toContainText('Paint over what should go')
    await expect(filling.current).toContainText('Fill')
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(filling.current).toContainText('Original')
    await expect(filling.line).toContainText('Hole of')
  })

  test('quick: a lifted brush fills and keeps; undo brings picture and mask back; it is remembered', async ({
    app,
    home,
  }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await filling.ready(4)
    const before = await filling.seen()
    const quick = page.getByRole('switch', { name: 'Quick fill' })
    await quick.click()
    await expect(quick).toBeChecked()
    await filling.paint()
    await filling.kept(2)
    await expect.poll(() => filling.seen()).not.toBe(before)
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(filling.current).toContainText('Original')
    await expect(filling.line).toContainText('Hole of')
    await page.reload()
    await expect(page.getByRole('tab', { name: 'Fill' })).toHaveAttribute('aria-selected', 'true')
    await expect(quick).toBeChecked()
  })

  test('a fill that changed nothing says so, also where it would have been kept by itself', async ({ app, home }) => {
    const file = join(home, 'flat.png')
    await sharp({ create: { ...SIZE, channels: 3, background: '#8090a0' } })
      .png()
      .toFile(file)
    await app.open(file)
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await filling.ready(1)
    await page.keyboard.press('q')
    await filling.paint()
    await expect(filling.strip).toContainText('Nothing changed', DRAWN)
    await expect(app.history()).toHaveCount(1)
    await page.keyboard.press('Escape')
    await expect(filling.strip).toHaveCount(0)
    await expect(filling.line).toContainText('Hole of')
  })

  test('a variation can be kept while others are still drawn', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    await filling.ready(8)
    await filling.paint()
    await filling.fill()
    await expect(filling.thumbs.first()).toBeVisible(DRAWN)
    await app.page.keyboard.press('Enter')
    await filling.kept(2)
    await expect(filling.current).toContainText('variation 1 of 8')
    await expect(app.page.getByRole('region', { name: 'Fill', exact: true }).getByRole('alert')).toHaveCount(0)
  })

  test('works without a mouse', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await page.keyboard.press('b')
    await app.canvas.focus()
    for (let i = 0; i < 60; i++) await page.keyboard.press('[')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await expect(filling.line).toContainText('Hole of')
    const before = await app.view()
    await filling.fill()
    await filling.drawn()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await filling.kept(2)
    expect(await app.view()).toEqual(before)
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(filling.current).toContainText('Original')
  })

  test('what is wrong is said in the panel', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const { page } = app
    await page.keyboard.press('Shift+F')
    await page.keyboard.press('ControlOrMeta+Enter')
    const panel = page.getByRole('region', { name: 'Fill', exact: true })
    await expect(panel.getByRole('alert')).toContainText('Nothing is marked in a.png')
    await panel.getByRole('button', { name: 'Dismiss' }).click()
    await expect(panel.getByRole('alert')).toHaveCount(0)
  })
})

test('scratches are found, what is none is painted away, and the rest is filled', async ({ app, home }) => {
  const scratch = '<svg width="360" height="260"><path d="M100 15 L130 245" stroke="#fff" stroke-width="2.5"/></svg>'
  const clean = await photo(join(home, 'clean.png'), SIZE.width, SIZE.height)
  const file = join(home, 'scratched.png')
  await sharp(clean)
    .composite([{ input: Buffer.from(scratch) }])
    .png()
    .toFile(file)
  await app.open(file)
  await app.settled()
  const filling = new Filling(app)
  const { page } = app
  await page.keyboard.press('b')
  await page.getByRole('slider', { name: 'Variations' }).press('Home')
  await page.getByRole('button', { name: 'Mask', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Find scratches…' }).click()
  const form = page.getByRole('dialog', { name: 'Find scratches' })
  await form.getByRole('button', { name: 'Find' }).click()
  await expect(form.getByRole('status')).toContainText('Found', DRAWN)
  await page.keyboard.press('Escape')
  await expect(form).toHaveCount(0)
  await expect(filling.line).toContainText(/Hole of \d+ × 2\d\d px/)
  // The lower half stays, whatever was found there: the right button takes away.
  const { x, y } = await filling.middle()
  for (let i = 0; i < 8; i++) await page.keyboard.press(']')
  await page.mouse.move(x - 175, y + 125)
  await page.mouse.down({ button: 'right' })
  await page.mouse.move(x + 175, y + 125, { steps: 4 })
  await page.mouse.up({ button: 'right' })
  await expect(filling.line).not.toContainText(/× 2\d\d px/)
  const painted = /× (\d+) px/.exec((await filling.line.textContent()) ?? '')
  expect(Number(painted?.[1])).toBeGreaterThan(20)
  await filling.fill()
  await filling.drawn()
  await page.keyboard.press('Enter')
  await filling.kept(2)
  const [kept, before] = [await filling.pixels(), await pixelsOf(file)]
  const box = difference(kept.data, before.data, SIZE.width)
  if (box === null) throw new Error('nothing was filled')
  expect(box.bottom).toBeLessThan(200)
  // Where the scratch was, no pixel is as white as it any more.
  const whites = (data: Buffer): number =>
    data
      .subarray(0, 60 * SIZE.width * 3)
      .filter((_, i, part) => i % 3 === 0 && Math.min(part[i] ?? 0, part[i + 2] ?? 0) > 245).length
  expect(whites(before.data)).toBeGreaterThan(20)
  expect(whites(kept.data)).toBeLessThan(whites(before.data) / 4)
})

test.describe('extending the canvas', () => {
  test('by pixels: outlined, filled, kept around the same picture; undo gives the old canvas back', async ({
    app,
    home,
  }) => {
    const file = await photo(join(home, 'a.png'), SIZE.width, SIZE.height)
    await app.open(file)
    await app.settled()
    const filling = new Filling(app)
    const { page } = app
    await page.keyboard.press('Shift+E')
    const outline = page.getByTestId('extend-outline')
    await expect(outline).toHaveCount(0)
    await page.getByRole('slider', { name: 'Variations' }).press('Home')
    await page.getByRole('textbox', { name: 'Left' }).fill('24')
    await expect(outline).toContainText('384 × 260')
    await expect(filling.line).toContainText('360 × 260 becomes 384 × 260 px')
    const box = await outline.boundingBox()
    expect(box?.width).toBe(384)
    await app.canvas.focus()
    await filling.fill()
    await filling.drawn()
    await page.keyboard.press('Enter')
    await filling.kept(2)
    await expect(filling.current).toContainText('Extend')
    await expect(page.getByTestId('file-line')).toContainText('384 × 260')
    await expect(page.getByRole('textbox', { name: 'Left' })).toHaveValue('0 px')
    const kept = await filling.pixels()
    expect([kept.width, kept.height]).toEqual([384, 260])
    const old = await sharp(kept.data, { raw: { width: kept.width, height: kept.height, channels: 3 } })
      .extract({ left: 24, top: 0, ...SIZE })
      .raw()
      .toBuffer()
    expect(difference(old, (await pixelsOf(file)).data, SIZE.width)).toBeNull()
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(page.getByTestId('file-line')).toContainText('360 × 260')
  })

  test('a stroke beside one that waits keeps it, and lies where it was painted, in what was added too', async ({
    app,
    home,
  }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const filling = new Filling(app)
    const { page, canvas } = app
    await page.keyboard.press('Shift+E')
    await page.getByRole('slider', { name: 'Variations' }).press('Home')
    await page.getByRole('textbox', { name: 'Left' }).fill('60')
    await page.getByRole('textbox', { name: 'Top' }).fill('40')
    await page.keyboard.press('Enter')
    const box = await page.getByTestId('extend-outline').boundingBox()
    if (box === null) throw new Error('no outline')
    await canvas.focus()
    await filling.fill()
    await filling.drawn()
    // From what was added into the picture, in pixels of the new canvas.
    await page.keyboard.press('u')
    await page.mouse.move(box.x + 20, box.y + 10)
    await page.mouse.down()
    for (let step = 1; step <= 8; step++) {
      await page.mouse.move(box.x + 20 + 10 * step, box.y + 10 + 8 * step)
      // Slowly: the new state comes up in the middle of it.
      await page.waitForTimeout(150)
    }
    await page.mouse.up()
    await filling.kept(2)
    await expect(filling.current).toContainText('Extend')
    await expect(filling.line).toContainText('Hole of 80 × 64 px')
    await filling.outlined()
    const hole = ((await canvas.getAttribute('data-hole')) ?? '').split(' ').map(Number)
    // Grown by 4.
    for (const [i, value] of [16, 6, 104, 78].entries()) expect(Math.abs((hole[i] ?? 0) - value)).toBeLessThanOrEqual(1)
    // A stroke that is quick is painted on what is still to come.
    await page.keyboard.press('ControlOrMeta+Z')
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(filling.current).toContainText('Original')
  })

  test('by per cent of a side, typed as such; the panel says what comes out', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const { page } = app
    await page.keyboard.press('Shift+E')
    const line = page.getByTestId('prediction')
    const left = page.getByRole('textbox', { name: 'Left' })
    await left.fill('15%')
    await expect(left).toHaveValue('15%')
    await expect(line).toContainText('360 × 260 becomes 414 × 260 px')
    // The sides that have nothing yet follow: the next number is meant in the same unit.
    await page.getByRole('textbox', { name: 'Top' }).fill('10')
    await expect(line).toContainText('360 × 260 becomes 414 × 286 px')
    await page.getByRole('textbox', { name: 'Bottom' }).fill('40 px')
    await expect(line).toContainText('360 × 260 becomes 414 × 326 px')
    await left.fill('nine')
    await expect(left).toHaveAttribute('aria-invalid', 'true')
    await left.press('Tab')
    await expect(left).toHaveValue('15 %')
    await left.press('ArrowUp')
    await expect(left).toHaveValue('16 %')
    await page.getByText('Pixels', { exact: true }).click()
    await expect(left).toHaveValue('16 px')
    await expect(line).toContainText('360 × 260 becomes 376 × 310 px')
  })

  test('to an aspect ratio, lying or standing, with the picture at either end', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
    await app.settled()
    const { page } = app
    await page.keyboard.press('Shift+E')
    const outline = page.getByTestId('extend-outline')
    await page.getByRole('combobox', { name: 'Aspect' }).click()
    await page.getByRole('option', { name: '16:9', exact: true }).click()
    await expect(outline).toContainText('462 × 260')
    const middle = await outline.boundingBox()
    await page.getByRole('combobox', { name: 'Picture' }).click()
    await page.getByRole('option', { name: 'left' }).click()
    // The whole stays in the middle of the canvas; the picture moves in it.
    await expect.poll(async () => (await outline.boundingBox())?.x).toBe(middle?.x)
    await page.getByRole('button', { name: 'Turn the aspect ratio' }).click()
    await expect(outline).toContainText('360 × 640')
  })
})

test('axe finds nothing in the panels and the strip, and neither is pushed out of the window', async ({
  app,
  home,
}) => {
  await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
  await app.settled()
  const filling = new Filling(app)
  const { page } = app
  const clean = async (what: string): Promise<void> => {
    await page.waitForTimeout(200)
    const { violations } = await axe(page).analyze()
    expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  }
  await page.keyboard.press('Shift+E')
  await page.getByRole('button', { name: 'More' }).click()
  await clean('extend')
  await filling.ready(2)
  await page.getByRole('button', { name: 'More' }).click()
  await clean('fill')
  await filling.paint()
  await filling.fill()
  await filling.drawn()
  await clean('strip')
  // Esc is the dialog's, and no answer to the fill behind it.
  await page.keyboard.press('ControlOrMeta+,')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toHaveCount(0)
  await expect(filling.strip).toBeVisible()
})
