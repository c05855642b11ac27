import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { App, chart, expect, photo, serve, test } from './studio.js'

/** What is masked, as the studio writes it: one byte a pixel. */
interface Saved {
  readonly width: number
  readonly height: number
  at(x: number, y: number): number
  readonly bytes: Buffer
}

/** The tools as a person has them. Places are pixels of the picture. */
class Masks {
  constructor(private readonly app: App) {}

  get page() {
    return this.app.page
  }

  /** Where a picture's pixel lies on the page. */
  async place(x: number, y: number): Promise<{ x: number; y: number }> {
    const box = await this.app.canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    const view = await this.app.view()
    return {
      x: box.x + box.width / 2 + (x - view.x) * view.zoom,
      y: box.y + box.height / 2 + (y - view.y) * view.zoom,
    }
  }

  async drag(button: 'left' | 'right', ...points: [number, number][]): Promise<void> {
    const [first, ...rest] = await Promise.all(points.map(([x, y]) => this.place(x, y)))
    if (first === undefined) return
    await this.page.mouse.move(first.x, first.y)
    await this.page.mouse.down({ button })
    for (const { x, y } of rest) await this.page.mouse.move(x, y, { steps: 3 })
    await this.page.mouse.up({ button })
  }

  async click(x: number, y: number): Promise<void> {
    const at = await this.place(x, y)
    await this.page.mouse.click(at.x, at.y)
  }

  async choose(item: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Mask', exact: true }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
    // While it fades it still has the keyboard.
    await expect(this.page.getByRole('menu')).toHaveCount(0)
  }

  async save(path: string): Promise<Saved> {
    const download = this.page.waitForEvent('download')
    await this.choose('Save mask…')
    await (await download).saveAs(path)
    const { data, info } = await sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
    expect(info.channels).toBe(1)
    return {
      width: info.width,
      height: info.height,
      bytes: data,
      at: (x, y) => data[y * info.width + x] ?? -1,
    }
  }

  /** "Hole of 164 × 132 px", or what is to be done when there is none. */
  async hole(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text).first()).toBeVisible()
  }

  async setNumber(field: RegExp, label: string, value: string): Promise<void> {
    await this.page.getByRole('button', { name: field }).click()
    const input = this.page.getByRole('textbox', { name: label })
    await input.fill(value)
    await input.press('Enter')
    await this.page.keyboard.press('Escape')
    await expect(input).toHaveCount(0)
  }
}

const empty = /Paint over what should go/

async function opened(app: App, file: string): Promise<Masks> {
  await app.open(file)
  await app.settled()
  return new Masks(app)
}

test.describe('painting with a pointer', () => {
  test('the brush marks, the right button takes away, and each stroke is taken back by itself', async ({
    app,
    home,
  }) => {
    const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
    const { page } = app
    await page.keyboard.press('b')
    await masks.hole(empty)
    await masks.drag('left', [100, 100], [300, 100])
    await masks.hole('Hole of 264 × 64 px')
    await masks.drag('left', [240, 200], [240, 260])
    await masks.hole('Hole of 264 × 224 px')
    await masks.drag('right', [100, 100], [160, 100])

    const saved = await masks.save(join(home, 'one.png'))
    expect([saved.width, saved.height]).toEqual([480, 320])
    expect([saved.at(250, 100), saved.at(240, 230), saved.at(130, 100), saved.at(10, 10)]).toEqual([255, 255, 0, 0])
    // Hardness 80 %: the rim fades.
    expect(saved.at(250, 130)).toBeGreaterThan(0)
    expect(saved.at(250, 130)).toBeLessThan(255)

    await page.keyboard.press('ControlOrMeta+Z')
    expect((await masks.save(join(home, 'two.png'))).at(130, 100)).toBe(255)
    await page.keyboard.press('ControlOrMeta+Z')
    await masks.hole('Hole of 264 × 64 px')
    await page.keyboard.press('ControlOrMeta+Z')
    await masks.hole(empty)
    await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
    for (let count = 0; count < 3; count++) await page.keyboard.press('ControlOrMeta+Shift+Z')
    const again = await masks.save(join(home, 'three.png'))
    expect(Buffer.compare(again.bytes, saved.bytes)).toBe(0)
  })

  test('is seen at once, in the colour that was chosen, and can be hidden', async ({ app, home }) => {
    const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
    const { page } = app
    const overlay = app.canvas.locator('canvas').nth(2)
    const alpha = async (): Promise<number> => {
      const at = await masks.place(240, 160)
      const box = await app.canvas.boundingBox()
      return overlay.evaluate(
        (canvas: HTMLCanvasElement, [x, y]) =>
          canvas
            .getContext('2d')
            ?.getImageData((x ?? 0) * devicePixelRatio, (y ?? 0) * devicePixelRatio, 1, 1)
            .data.at(3) ?? -1,
        [at.x - (box?.x ?? 0), at.y - (box?.y ?? 0)],
      )
    }
    await page.keyboard.press('b')
    const at = await masks.place(240, 160)
    await page.mouse.move(at.x, at.y)
    expect(await alpha()).toBe(0)
    await page.mouse.down()
    await expect.poll(alpha).toBe(128)
    await page.mouse.up()
    await page.keyboard.press('o')
    await expect.poll(alpha).toBe(0)
    await page.keyboard.press('o')
    await masks.choose('Overlay…')
    await page.getByRole('slider', { name: 'Opacity' }).press('End')
    await expect.poll(alpha).toBe(255)
  })

  test('rectangle, ellipse, lasso and polygon; Esc gives up what is unfinished, Delete clears', async ({
    app,
    home,
  }) => {
    const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
    const { page } = app
    await page.keyboard.press('u')
    await masks.drag('left', [40, 40], [140, 90])
    await masks.hole('Hole of 100 × 50 px')
    await page.keyboard.press('Delete')
    await masks.hole(empty)
    await page.keyboard.press('Shift+U')
    await masks.drag('left', [40, 40], [160, 100])
    await masks.hole('Hole of 120 × 60 px')
    await page.keyboard.press('Delete')
    await page.keyboard.press('l')
    await masks.drag('left', [50, 50], [150, 50], [150, 120], [50, 120])
    await masks.hole('Hole of 100 × 70 px')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Shift+L')
    for (const [x, y] of [
      [60, 60],
      [160, 60],
      [160, 140],
    ] as const)
      await masks.click(x, y)
    await expect(page.getByText('Enter closes it')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByText('Enter closes it')).toHaveCount(0)
    await masks.hole(empty)
    await masks.click(60, 60)
    await masks.click(160, 60)
    await masks.click(160, 140)
    await page.keyboard.press('Enter')
    await masks.hole('Hole of 100 × 80 px')
  })

  test('brackets and the wheel change the brush, and the wheel does not zoom then', async ({ app, home }) => {
    const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
    const { page } = app
    await page.keyboard.press('b')
    const brush = page.getByRole('button', { name: /^Brush \d/ })
    await expect(brush).toHaveText('Brush 64 px')
    await page.keyboard.press(']')
    await expect(brush).toHaveText('Brush 74 px')
    await page.keyboard.press('[')
    await page.keyboard.press('[')
    await expect(brush).toHaveText('Brush 56 px')
    const view = await app.view()
    const at = await masks.place(240, 160)
    await page.mouse.move(at.x, at.y)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -120)
    await page.keyboard.up('Control')
    await expect(brush).toHaveText('Brush 71 px')
    expect(await app.view()).toEqual(view)
    await masks.setNumber(/^Hardness/, 'Hardness', '100')
    await expect(page.getByRole('button', { name: /^Hardness/ })).toHaveText('Hardness 100 %')
  })
})

test.describe('with fingers and a pen', () => {
  test.use({ hasTouch: true })

  test('a finger paints, two zoom and paint nothing, and a pen’s pressure makes the stroke thinner', async ({
    app,
    home,
  }) => {
    const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
    const { page } = app
    const cdp = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: touchPoints.map((at, id) => ({ ...at, id })) })
    await page.keyboard.press('b')
    const [from, to] = [await masks.place(100, 100), await masks.place(200, 100)]
    await touch('touchStart', from)
    for (const part of [0.3, 0.7, 1]) await touch('touchMove', { ...from, x: from.x + part * (to.x - from.x) })
    await touch('touchEnd')
    await masks.hole('Hole of 164 × 64 px')
    await page.keyboard.press('ControlOrMeta+Z')
    await masks.hole(empty)

    const before = await app.view()
    const [a, b] = [await masks.place(200, 160), await masks.place(280, 160)]
    await touch('touchStart', a)
    await touch('touchStart', a, b)
    await touch('touchMove', { ...a, x: a.x - 40 }, { ...b, x: b.x + 40 })
    await touch('touchEnd')
    expect((await app.view()).zoom / before.zoom).toBeCloseTo(2, 1)
    await masks.hole(empty)
    await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
    await page.keyboard.press('ControlOrMeta+0')

    // Set down and lifted, a finger makes a dot.
    await touch('touchStart', await masks.place(100, 100))
    await touch('touchEnd')
    await masks.hole('Hole of 64 × 64 px')
    await page.keyboard.press('ControlOrMeta+Z')

    const pen = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at: { x: number; y: number }, force: number) =>
      cdp.send('Input.dispatchMouseEvent', {
        ...{ type, ...at, force, button: 'left', clickCount: 1, pointerType: 'pen' },
        buttons: type === 'mouseReleased' ? 0 : 1,
      })
    await pen('mousePressed', await masks.place(100, 100), 0.5)
    for (const x of [130, 160, 200]) await pen('mouseMoved', await masks.place(x, 100), 0.5)
    await pen('mouseReleased', await masks.place(200, 100), 0)
    await masks.hole('Hole of 132 × 32 px')
  })
})

test('without a mouse: a key takes the tool, arrows move its cursor, Space paints', async ({ app, home }) => {
  const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
  const { page } = app
  await page.keyboard.press('b')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('keyboard-cursor')).toHaveCount(1)
  await page.keyboard.down('Space')
  for (let step = 0; step < 5; step++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.up('Space')
  await masks.hole('Hole of 115 × 65 px')
  const saved = await masks.save(join(home, 'mask.png'))
  expect([saved.at(241, 160), saved.at(291, 160), saved.at(345, 160), saved.at(200, 160)]).toEqual([255, 255, 0, 0])
  await page.keyboard.press('ControlOrMeta+Z')
  await masks.hole(empty)
})

test('the wand takes what has the colour; select similar takes it everywhere; invert turns all of it', async ({
  app,
  home,
}) => {
  const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
  const { page } = app
  await page.keyboard.press('w')
  await masks.setNumber(/^Tolerance/, 'Tolerance', '2')
  await masks.click(100, 100)
  await masks.hole('Hole of 32 × 32 px')
  await masks.choose('Invert')
  await masks.hole('Hole of 480 × 320 px')
  const saved = await masks.save(join(home, 'mask.png'))
  expect([saved.at(100, 100), saved.at(95, 100), saved.at(400, 300)]).toEqual([0, 255, 255])
  await masks.choose('Invert')
  await masks.hole('Hole of 32 × 32 px')
  await masks.choose('Clear')
  // Colours 4 apart in red and 5 in green: with 4, the row that the place lies in.
  await masks.setNumber(/^Tolerance/, 'Tolerance', '4')
  await masks.click(100, 100)
  await masks.hole('Hole of 96 × 32 px')
})

test('a mask stays with its state: over a reload, and through undo and redo of an edit', async ({ app, home }) => {
  const masks = await opened(app, await photo(join(home, 'a.png'), 160, 120))
  const { page } = app
  await page.keyboard.press('u')
  await masks.drag('left', [20, 20], [60, 50])
  await masks.drag('left', [40, 40], [100, 80])
  await masks.hole('Hole of 80 × 60 px')
  const before = await masks.save(join(home, 'before.png'))

  await page.reload()
  await app.settled()
  await page.getByRole('tab', { name: 'Fill' }).click()
  await masks.hole('Hole of 80 × 60 px')
  expect(Buffer.compare((await masks.save(join(home, 'after.png'))).bytes, before.bytes)).toBe(0)
  await page.keyboard.press('ControlOrMeta+Z')
  await masks.hole('Hole of 40 × 30 px')
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await masks.hole('Hole of 80 × 60 px')

  await page.getByRole('tab', { name: 'Denoise' }).click()
  await app.apply()
  await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
  await page.getByRole('tab', { name: 'Fill' }).click()
  await masks.hole(empty)
  await page.keyboard.press('ControlOrMeta+Z')
  await masks.hole('Hole of 80 × 60 px')
  await page.keyboard.press('ControlOrMeta+Z')
  await masks.hole('Hole of 40 × 30 px')
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await masks.hole('Hole of 80 × 60 px')
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await masks.hole(empty)
})

test('same mask again on the next picture; not on one of another size', async ({ app, home }) => {
  const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
  const { page } = app
  await page.keyboard.press('u')
  await masks.drag('left', [40, 40], [140, 90])
  await masks.hole('Hole of 100 × 50 px')
  const first = await masks.save(join(home, 'first.png'))
  // Another picture: the same bytes under another name would bring their own history with them.
  await app.open(await photo(join(home, 'b.png'), 480, 320))
  await expect(app.title).toHaveText('b.png')
  await app.settled()
  await masks.hole(empty)
  await masks.choose('Same mask again')
  await masks.hole('Hole of 100 × 50 px')
  expect(Buffer.compare((await masks.save(join(home, 'second.png'))).bytes, first.bytes)).toBe(0)
  await page.keyboard.press('ControlOrMeta+Z')
  await masks.hole(empty)

  await app.open(await chart(join(home, 'c.png'), 320, 200))
  await expect(app.title).toHaveText('c.png')
  await app.settled()
  await masks.choose('Same mask again')
  await expect(page.getByRole('alert')).toContainText('480 × 320 pixels and the picture has 320 × 200')
})

test('a mask that was saved and is loaded is the same; one of another size is stretched when asked', async ({
  app,
  home,
}) => {
  const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
  const { page } = app
  const load = async (file: string): Promise<void> => {
    const chooser = page.waitForEvent('filechooser')
    await masks.choose('Load mask image…')
    await (await chooser).setFiles(file)
  }
  await page.keyboard.press('u')
  await masks.drag('left', [40, 40], [140, 90])
  await masks.drag('left', [200, 100], [260, 300])
  const saved = await masks.save(join(home, 'mask.png'))
  await masks.choose('Clear')
  await masks.hole(empty)
  await load(join(home, 'mask.png'))
  await masks.hole('Hole of 220 × 260 px')
  expect(Buffer.compare((await masks.save(join(home, 'again.png'))).bytes, saved.bytes)).toBe(0)

  await masks.choose('Clear')
  await sharp({ create: { width: 240, height: 160, channels: 3, background: '#000' } })
    .composite([{ input: { create: { width: 50, height: 40, channels: 3, background: '#f00' } }, left: 10, top: 20 }])
    .png()
    .toFile(join(home, 'small.png'))
  await load(join(home, 'small.png'))
  await page.getByRole('alert').getByRole('button', { name: 'Stretch it over the picture' }).click()
  await masks.hole('Hole of 100 × 80 px')
  await load(await text(join(home, 'notes.png')))
  await expect(page.getByRole('alert')).toContainText('cannot be read as a mask')
})

test('a host with folders saves a mask into one, and asks before it replaces', async ({ page, home }) => {
  const photos = join(home, 'photos')
  await mkdir(photos)
  await chart(join(photos, 'a.png'), 480, 320)
  const served = await serve(home, ['--root', photos])
  try {
    await page.goto(served.url)
    const app = new App(page)
    await app.online()
    await page.keyboard.press('ControlOrMeta+O')
    const dialog = page.getByRole('dialog', { name: 'Open pictures' })
    await dialog.getByRole('button', { name: /photos/ }).click()
    await dialog.getByRole('button', { name: /a.png/ }).click()
    await dialog.getByRole('button', { name: 'Open 1 picture' }).click()
    await app.settled()
    const masks = new Masks(app)
    await page.keyboard.press('u')
    await masks.drag('left', [40, 40], [140, 90])
    await masks.hole('Hole of 100 × 50 px')
    await page.keyboard.press('ControlOrMeta+Shift+S')
    const form = page.getByRole('dialog', { name: 'Save mask' })
    await expect(form.getByRole('textbox')).toHaveValue(join(photos, 'a.mask.png'))
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form.getByRole('status')).toHaveText('a.mask.png is saved.')
    const [inside] = await sharp(join(photos, 'a.mask.png'))
      .extract({ left: 60, top: 60, width: 1, height: 1 })
      .raw()
      .toBuffer()
    expect(inside).toBe(255)
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form.getByRole('alert')).toContainText('a.mask.png already exists')
    await form.getByRole('button', { name: 'Replace' }).click()
    await expect(form.getByRole('status')).toHaveText('a.mask.png is saved.')
    await page.keyboard.press('Escape')
    await expect(form).toHaveCount(0)
  } finally {
    await served.stop()
  }
})

test('where a fill is taken from is painted with the same tools, and stays as well', async ({ app, home }) => {
  const masks = await opened(app, await chart(join(home, 'a.png'), 480, 320))
  const { page } = app
  await page.keyboard.press('u')
  await masks.drag('left', [40, 40], [140, 90])
  await page.getByRole('combobox', { name: 'Take from' }).click()
  await page.getByRole('option', { name: 'only from what I paint' }).click()
  await masks.drag('left', [300, 100], [400, 200])
  await masks.hole('Hole of 100 × 50 px')
  await page.keyboard.press('x')
  await expect(page.getByRole('button', { name: 'Paint hole' })).toBeVisible()
  await masks.drag('left', [40, 40], [240, 90])
  await masks.hole('Hole of 200 × 50 px')
  await page.keyboard.press('ControlOrMeta+Z')
  await masks.hole('Hole of 100 × 50 px')
  await masks.save(join(home, 'mask.png'))
  await page.reload()
  await app.settled()
  await expect(page.getByRole('combobox', { name: 'Take from' })).toHaveValue('only from what I paint')
})

/** A file that is no picture, whatever it is called. */
async function text(path: string): Promise<string> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(path, 'no picture at all')
  return path
}
