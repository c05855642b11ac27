/** What was done outlives the program: steps, masks, and which pictures were open. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Page } from '@playwright/test'
import { App, expect, photo, serve, test } from './studio.js'

const SIZE = { width: 160, height: 120 }

async function started(page: Page, home: string, options: readonly string[] = []) {
  const served = await serve(home, options)
  await page.goto(served.url)
  return { served, app: new App(page) }
}

/** A rectangle in the middle of the canvas, where the picture's lies at 100 %. */
async function paint({ canvas, page }: App): Promise<void> {
  const box = await canvas.boundingBox()
  if (box === null) throw new Error('no canvas')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.keyboard.press('u')
  await page.mouse.move(x - 20, y - 15)
  await page.mouse.down()
  await page.mouse.move(x + 20, y + 15, { steps: 3 })
  await page.mouse.up()
  await expect(page.getByText(/Hole of \d+ × \d+ px/).first()).toBeVisible()
}

async function denoised(app: App): Promise<void> {
  await app.page.getByRole('tab', { name: 'Denoise' }).click()
  await app.apply()
  await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
}

/** The hole in words, with the state that it was painted on shown. */
async function expectMask(app: App): Promise<void> {
  await app.page.getByRole('tab', { name: 'Fill' }).click()
  await expect(app.page.getByText(/Hole of \d+ × \d+ px/).first()).toBeVisible()
}

const current = (app: App) => app.page.getByRole('region', { name: 'History' }).locator('[aria-current]')

for (const how of ['sent by the page', 'in a root'] as const)
  test(`edit, end the host, start it again: the picture is there with its steps and masks (${how})`, async ({
    page,
    home,
  }) => {
    const file = await photo(join(home, 'a.png'), SIZE.width, SIZE.height)
    const options = how === 'in a root' ? ['--root', home] : []
    const first = await started(page, home, options)
    await first.app.online()
    if (how === 'in a root') {
      await page.keyboard.press('ControlOrMeta+O')
      const dialog = page.getByRole('dialog', { name: 'Open pictures' })
      await dialog.getByRole('button', { name: new RegExp(basename(home)) }).click()
      await dialog.getByRole('button', { name: /a.png/ }).click()
      await dialog.getByRole('button', { name: 'Open 1 picture' }).click()
    } else await first.app.open(file)
    await first.app.settled()
    await denoised(first.app)
    await paint(first.app)
    await page.keyboard.press('ControlOrMeta+Z')
    await page.keyboard.press('ControlOrMeta+Shift+Z')
    // A moment after the last step it is with the studio.
    await page.waitForTimeout(800)
    await first.served.stop()

    const { served, app } = await started(page, home, options)
    try {
      await expect(app.title).toHaveText('a.png')
      await app.settled()
      await expect(app.history()).toHaveCount(2)
      await expect(current(app)).toContainText('Denoise')
      await expectMask(app)
      await page.keyboard.press('ControlOrMeta+Z')
      await expect(page.getByText('Paint over what should go').first()).toBeVisible()
      await page.keyboard.press('ControlOrMeta+Z')
      await expect(current(app)).toContainText('Original')
    } finally {
      await served.stop()
    }
  })

test('edit, close the document, end the host: after another start it can be reopened with its history', async ({
  page,
  home,
}) => {
  const first = await started(page, home)
  await first.app.online()
  await first.app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
  await first.app.settled()
  await denoised(first.app)
  await paint(first.app)
  await page.waitForTimeout(800)
  await page.keyboard.press('Shift+W')
  await expect(page.getByTestId('empty')).toBeVisible()
  await first.served.stop()

  const { served, app } = await started(page, home)
  try {
    await app.online()
    await page.keyboard.press('Shift+T')
    await expect(app.title).toHaveText('a.png')
    await app.settled()
    await expect(app.history()).toHaveCount(2)
    await expect(current(app)).toContainText('Denoise')
    await expectMask(app)
    // Dropped once more, it is the same picture.
    await app.open(join(home, 'a.png'))
    await app.settled()
    await expect(app.history()).toHaveCount(2)
  } finally {
    await served.stop()
  }
})

test('a step that cannot be stored is shown, says so, and is stored when it can be', async ({ app, home }) => {
  await app.open(await photo(join(home, 'a.png'), SIZE.width, SIZE.height))
  await app.settled()
  const { page } = app
  // Nothing can be written where a file is in the way.
  const folder = join(home, 'data', 'history')
  rmSync(folder, { recursive: true, force: true })
  writeFileSync(folder, '')
  await denoised(app)
  const panel = page.getByRole('region', { name: 'History' })
  const problem = panel.getByRole('alert')
  await expect(problem).toContainText('Your last steps on a.png could not be stored')
  await expect(current(app)).toContainText('Denoise')
  await panel.getByRole('button', { name: 'Store again' }).click()
  await expect(problem).toBeVisible()
  renameSync(folder, `${folder}-away`)
  await panel.getByRole('button', { name: 'Store again' }).click()
  await expect(problem).toHaveCount(0)
  await page.reload()
  await app.settled()
  await expect(app.history()).toHaveCount(2)
})
