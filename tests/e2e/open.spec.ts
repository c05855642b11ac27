import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chart, chartColour, expect, photo, samples, serve, App, test } from './studio.js'

test.describe('an empty studio teaches', () => {
  test('what to drop, a sample with its credit, and the keys worth knowing', async ({ app: { page } }) => {
    const empty = page.getByTestId('empty')
    await expect(empty.getByText('Drop a photo here')).toBeVisible()
    await expect(empty.getByText('JPEG, PNG, TIFF')).toBeVisible()
    for (const key of ['Ctrl ⏎', '`', '?']) await expect(empty.locator('kbd', { hasText: key }).first()).toBeVisible()
    const sample = empty.getByRole('button', { name: 'Or try it with this photo' })
    await expect(sample).toContainText(/\w+: .+/)
    await sample.click()
    await new App(page).settled()
    await expect(page.getByTestId('file-line')).toContainText(/\d+ × \d+ · 8-bit/)
  })
})

test.describe('pictures come in', () => {
  test('by the file dialog, and the token leaves the address', async ({ app, home }) => {
    expect(app.page.url()).not.toContain('token')
    await app.open(join(samples, 'lake.jpg'))
    await app.settled()
    await expect(app.title).toHaveText('lake.jpg')
    await app.open(await photo(join(home, 'two.png')))
    await expect(app.title).toHaveText('two.png')
    await expect(
      app.page
        .getByRole('navigation', { name: 'Open pictures' })
        .getByRole('button', { name: /two.png|lake.jpg/ })
        .and(app.page.locator('[aria-label$="unchanged"]')),
    ).toHaveCount(2)
  })

  test('dropped anywhere', async ({ app: { page }, home }) => {
    const bytes = (await readFile(await photo(join(home, 'dropped.jpg')))).toString('base64')
    await page.evaluate((encoded) => {
      const data = new DataTransfer()
      data.items.add(
        new File([Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0))], 'dropped.jpg', { type: 'image/jpeg' }),
      )
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
    }, bytes)
    await expect(new App(page).title).toHaveText('dropped.jpg')
    await new App(page).settled()
  })

  test('pasted', async ({ app: { page }, home }) => {
    const bytes = (await readFile(await photo(join(home, 'p.png')))).toString('base64')
    await page.evaluate((encoded) => {
      const data = new DataTransfer()
      data.items.add(
        new File([Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0))], 'image.png', { type: 'image/png' }),
      )
      document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }))
    }, bytes)
    await expect(new App(page).title).toHaveText('image.png')
    await new App(page).settled()
  })

  test('from the folders that the host was given', async ({ page, home }) => {
    const photos = join(home, 'photos')
    await mkdir(join(photos, 'trip'), { recursive: true })
    await copyFile(join(samples, 'lake.jpg'), join(photos, 'trip/lake.jpg'))
    const served = await serve(home, ['--root', photos])
    try {
      await page.goto(served.url)
      await new App(page).online()
      await page.keyboard.press('ControlOrMeta+O')
      const dialog = page.getByRole('dialog', { name: 'Open pictures' })
      await dialog.getByRole('button', { name: /photos/ }).click()
      await dialog.getByRole('button', { name: /trip/ }).click()
      await dialog.getByRole('button', { name: /lake.jpg/ }).click()
      await dialog.getByRole('button', { name: 'Open 1 picture' }).click()
      await new App(page).settled()
      await expect(new App(page).title).toHaveText('lake.jpg')
    } finally {
      await served.stop()
    }
  })
})

test.describe('what cannot be opened is said in words, where the picture would be', () => {
  test('a text file named .png, a truncated JPEG; the others are opened', async ({ app, home }) => {
    const text = join(home, 'notes.png')
    await writeFile(text, 'not a picture')
    const cut = join(home, 'cut.jpg')
    await writeFile(cut, (await readFile(join(samples, 'lake.jpg'))).subarray(0, 9000))
    const { page } = app
    await app.open(text)
    await expect(page.getByTestId('failed')).toContainText('notes.png is not a picture')
    await app.open(cut, await photo(join(home, 'good.jpg')))
    await expect(new App(page).title).toHaveText('good.jpg')
    await app.settled()
    await page.getByRole('button', { name: /^cut.jpg, could not be opened/ }).click()
    await expect(page.getByTestId('failed')).toContainText('cut.jpg is damaged or cut short')
    await page.getByTestId('failed').getByRole('button', { name: 'Close' }).click()
    await expect(page.getByRole('button', { name: /^cut.jpg/ })).toHaveCount(0)
  })
})

test.describe('closing can be undone', () => {
  test('nothing asks, and the picture comes back', async ({ app, home }) => {
    await app.open(await photo(join(home, 'a.jpg')))
    await app.settled()
    await app.page.keyboard.press('Shift+W')
    await expect(app.page.getByTestId('empty')).toBeVisible()
    await app.page.getByRole('button', { name: 'Undo' }).last().click()
    await app.settled()
    await expect(app.title).toHaveText('a.jpg')
  })
})

test.describe('the canvas shows the picture itself', () => {
  test('at 100 % each pixel where it belongs, read out with its colour', async ({ app, home }) => {
    await app.open(await chart(join(home, 'chart.png')))
    await app.settled()
    await app.page.keyboard.press('ControlOrMeta+1')
    await app.settled()
    const box = await app.canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    const view = await app.view()
    expect(view.zoom).toBe(1)
    const at = { x: Math.round(box.width / 2) + 100.5, y: Math.round(box.height / 2) - 60.5 }
    const pixel = { x: Math.floor(view.x + at.x - box.width / 2), y: Math.floor(view.y + at.y - box.height / 2) }
    expect(await app.colour(Math.floor(at.x), Math.floor(at.y))).toEqual(chartColour(pixel.x, pixel.y))
    await app.page.mouse.move(box.x + at.x, box.y + at.y)
    const hex = `#${chartColour(pixel.x, pixel.y)
      .map((value) => value.toString(16).padStart(2, '0'))
      .join('')}`
    await expect(app.page.getByTestId('pixel')).toContainText(hex)
    await expect(app.page.getByTestId('pixel')).toContainText(`x ${pixel.x}`)
  })

  test('the wheel zooms at the pointer, dragging moves, fit shows all', async ({ app, home }) => {
    await app.open(await chart(join(home, 'chart.png')))
    await app.settled()
    const { page, canvas } = app
    const box = await canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    const offset = { x: 150, y: -90 }
    const under = ({ zoom, x, y }: { zoom: number; x: number; y: number }) => ({
      x: x + offset.x / zoom,
      y: y + offset.y / zoom,
    })
    const fitted = await app.view()
    await page.mouse.move(box.x + box.width / 2 + offset.x, box.y + box.height / 2 + offset.y)
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -120)
    await expect.poll(async () => (await app.view()).zoom).toBeGreaterThan(fitted.zoom * 2)
    const zoomed = await app.view()
    expect(Math.abs(under(zoomed).x - under(fitted).x)).toBeLessThan(2)
    expect(Math.abs(under(zoomed).y - under(fitted).y)).toBeLessThan(2)

    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 + offset.x + 80, box.y + box.height / 2 + offset.y - 40, { steps: 4 })
    await page.mouse.up()
    const moved = await app.view()
    expect(moved.x).toBeCloseTo(zoomed.x - 80 / zoomed.zoom, 0)
    expect(moved.y).toBeCloseTo(zoomed.y + 40 / zoomed.zoom, 0)

    await page.keyboard.press('ControlOrMeta+0')
    await expect.poll(() => app.view()).toEqual(fitted)
    await page.keyboard.press('ControlOrMeta+4')
    await expect.poll(async () => (await app.view()).zoom).toBe(8)
  })
})
