import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, lacuna, photo, serve, App, test } from './studio.js'

test.describe('a photo is cleaned', () => {
  test('open, preview, apply, export: the same bytes as the command line', async ({ app, home }) => {
    const file = await photo(join(home, 'otter.jpg'))
    await app.open(file)
    await app.settled()
    const { page } = app
    await expect(page.getByRole('combobox', { name: 'Noise' })).toHaveValue(/Auto: σ \d+\.\d, \w+/, {
      timeout: 180_000,
    })
    await expect(page.getByTestId('prediction')).toContainText('MB')

    await app.apply()
    await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
    await expect(app.history().first()).toContainText(/Denoise.*σ \d/s)
    await expect(page.getByText('not exported yet')).toBeVisible()

    await page.keyboard.press('ControlOrMeta+E')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await expect(dialog.getByTestId('export-plan')).toContainText('JPEG, 8-bit, about')
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Download' }).click()
    const saved = join(home, 'browser.jpg')
    await (await download).saveAs(saved)
    await expect(dialog.getByText(/^Downloaded otter.*\.jpg/)).toBeVisible()
    await expect(page.getByText('saved', { exact: true })).toBeVisible()

    const other = join(home, 'command-line.jpg')
    lacuna(home, 'denoise', file, '-o', other)
    expect(Buffer.compare(await readFile(saved), await readFile(other))).toBe(0)
  })

  test('undo, redo and a click in the history show the states; zoom and place stay', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.jpg'), 240, 160))
    await app.settled()
    const { page } = app
    await page.keyboard.press('ControlOrMeta+2')
    const before = await app.view()
    await app.apply()
    await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
    expect(await app.view()).toEqual(before)
    const current = page.getByRole('region', { name: 'History' }).locator('[aria-current]')
    await expect(current).toContainText('Denoise')
    await page.keyboard.press('ControlOrMeta+Z')
    await expect(current).toContainText('Original')
    await page.keyboard.press('ControlOrMeta+Y')
    await expect(current).toContainText('Denoise')
    await page.keyboard.press('ControlOrMeta+Z')
    await page.keyboard.press('ControlOrMeta+Shift+Z')
    await expect(current).toContainText('Denoise')
    await page.getByRole('button', { name: /^Original/ }).click()
    await expect(current).toContainText('Original')
    expect(await app.view()).toEqual(before)
  })

  test('a run can be cancelled and leaves no trace', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.jpg'), 700, 400))
    await app.settled()
    const { page } = app
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('slider', { name: 'Detail' }).press('End')
    await app.apply()
    await expect(page.getByTestId('job-progress')).toBeVisible()
    await page.keyboard.press('Shift+X')
    await expect(page.getByTestId('job-progress')).toHaveCount(0, { timeout: 20_000 })
    await expect(app.history()).toHaveCount(1)
    await page.keyboard.press('4')
    await expect(page.getByText('cancelled')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Try again/ })).toBeVisible()
  })
})

test.describe('before and after', () => {
  test('the live preview at 100 % changes the after side only; mixing it back asks for no new mean', async ({
    app,
    home,
  }) => {
    await app.open(await photo(join(home, 'a.png')))
    await app.settled()
    const { page, canvas } = app
    const box = await canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    const left = { x: Math.round(box.width / 2) - 60, y: Math.round(box.height / 2) }
    const right = { x: Math.round(box.width / 2) + 60, y: Math.round(box.height / 2) }
    await page.keyboard.press('p')
    await app.settled()
    const plain = [await app.colour(left.x, left.y), await app.colour(right.x, right.y)]
    await page.keyboard.press('p')
    await app.previewed()
    await expect.poll(() => app.colour(right.x, right.y), { timeout: 180_000 }).not.toEqual(plain[1])
    expect(await app.colour(left.x, left.y)).toEqual(plain[0])

    const asked: string[] = []
    page.on('request', (request) => request.url().includes('/media/preview/') && asked.push(request.url()))
    await page.getByRole('slider', { name: 'Keep grain' }).press('End')
    await app.previewed()
    await expect.poll(() => app.colour(right.x, right.y)).toEqual(plain[1])
    expect(asked.filter((url) => !url.includes('/original'))).toEqual([])

    const shown = await app.colour(right.x, right.y)
    await page.getByRole('slider', { name: 'Keep grain' }).press('Home')
    await expect.poll(() => app.colour(right.x, right.y)).not.toEqual(shown)
    await page.keyboard.down('`')
    await expect.poll(() => app.colour(right.x, right.y)).toEqual(plain[1])
    await expect(page.getByText('Original', { exact: true }).first()).toBeVisible()
    await page.keyboard.up('`')
    await expect.poll(() => app.colour(right.x, right.y)).not.toEqual(plain[1])
  })

  test('the divider is dragged and moved by keys; C goes round slider, side by side, off', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.jpg'), 240, 160))
    await app.settled()
    const { page } = app
    const divider = page.getByRole('slider', { name: 'Divider between before and after' })
    await expect(divider).toHaveAttribute('aria-valuenow', '50')
    const box = await divider.boundingBox()
    if (box === null) throw new Error('no divider')
    await page.mouse.move(box.x + 12, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + 12 + 60, box.y + 40, { steps: 3 })
    await page.mouse.up()
    await expect(divider).toHaveAttribute('aria-valuenow', '75')
    await divider.press('Shift+ArrowLeft')
    await divider.press('ArrowLeft')
    await expect(divider).toHaveAttribute('aria-valuenow', '64')
    await page.keyboard.press('c')
    await expect(divider).toHaveCount(0)
    await expect(page.getByText('side by side')).toBeVisible()
    await page.keyboard.press('c')
    await expect(page.getByText('Compare off')).toBeVisible()
    await page.keyboard.press('c')
    await expect(divider).toBeVisible()
    await page.getByRole('button', { name: 'Compare: slider' }).click()
    await page.getByRole('menuitemradio', { name: 'side by side' }).click()
    await expect(page.getByRole('button', { name: 'Compare: side by side' })).toBeVisible()
  })

  test('below 100 % the preview is a patch at 100 % that can be moved', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.jpg'), 800, 430))
    await app.page.setViewportSize({ width: 1024, height: 640 })
    await app.settled()
    const patch = app.page.getByRole('application', { name: /Preview patch/ })
    await expect(patch).toBeVisible()
    const before = (await patch.boundingBox())?.x ?? NaN
    await patch.press('ArrowRight')
    await expect.poll(async () => ((await patch.boundingBox())?.x ?? NaN) - before).toBeGreaterThan(28)
  })
})

test.describe('the line to the studio', () => {
  test('is opened again after the host was restarted, with the same cookie', async ({ page, home }) => {
    const first = await serve(home)
    await page.goto(first.url)
    await new App(page).online()
    await new App(page).open(await photo(join(home, 'a.jpg')))
    await new App(page).settled()
    const port = new URL(first.url).port
    await first.stop()
    await expect(page.getByText('reconnecting')).toBeVisible()
    const second = await serve(home, ['--port', port])
    try {
      await expect(page.getByText('reconnecting')).toHaveCount(0)
      await expect(new App(page).title).toHaveText('a.jpg')
      await new App(page).settled()
    } finally {
      await second.stop()
    }
  })

  test('shows the picture again that was looked at last, in this window and in another', async ({
    page,
    home,
    context,
  }) => {
    const first = await serve(home)
    await page.goto(first.url)
    const app = new App(page)
    await app.online()
    await app.open(...(await Promise.all(['a.jpg', 'b.jpg', 'c.jpg'].map((name) => photo(join(home, name))))))
    await expect(app.title).toHaveText('c.jpg')
    await page.getByRole('button', { name: /^b.jpg/ }).click()
    await expect(app.title).toHaveText('b.jpg')
    await app.settled()
    const port = new URL(first.url).port
    await first.stop()
    await expect(page.getByText('reconnecting')).toBeVisible()
    const second = await serve(home, ['--port', port])
    try {
      await expect(page.getByText('reconnecting')).toHaveCount(0)
      await expect(app.title).toHaveText('b.jpg')
      const other = await context.newPage()
      await other.goto(new URL(second.url).origin)
      await expect(new App(other).title).toHaveText('b.jpg')
      // A window that is open stays with its picture, whatever another one looks at.
      await other.getByRole('button', { name: /^a.jpg/ }).click()
      await expect(new App(other).title).toHaveText('a.jpg')
      await new App(other).settled()
      await expect(app.title).toHaveText('b.jpg')
    } finally {
      await second.stop()
    }
  })
})
