import type { Page } from '@playwright/test'
import { join } from 'node:path'
import { axe, expect, overflowing, photo, serve, App, test } from './studio.js'

/** `aside`: a rule that says nothing here. */
async function clean(page: Page, what: string, aside: readonly string[] = []): Promise<void> {
  // What moves in would be measured half transparent.
  await page.waitForTimeout(200)
  const { violations } = await axe(page)
    .disableRules([...aside])
    .analyze()
  expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}

test.describe('the interface is accessible', () => {
  for (const theme of ['Dark', 'Light'] as const) {
    test(`axe finds nothing in any view, ${theme}`, async ({ app, home }) => {
      const { page } = app
      await page.keyboard.press('ControlOrMeta+,')
      const settings = page.getByRole('dialog')
      for (const section of ['Work', 'Files', 'Keys and wheel', 'Look']) {
        await settings.getByRole('tab', { name: section }).click()
        await clean(page, `settings: ${section}`)
      }
      await settings.getByText(theme, { exact: true }).click()
      await clean(page, `settings: Look, ${theme}`)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await clean(page, 'empty')
      await app.open(await photo(join(home, 'a.jpg'), 240, 160))
      await app.settled()
      await clean(page, 'edit')
      await page.keyboard.press('b')
      await clean(page, 'brush')
      await page.getByRole('button', { name: /^Brush \d/ }).press('Enter')
      await clean(page, 'brush size')
      await page.keyboard.press('Escape')
      for (const form of ['Find scratches…', 'Overlay…']) {
        await page.getByRole('button', { name: 'Mask', exact: true }).click()
        await expect(page.getByRole('menuitem', { name: form })).toBeVisible()
        // An open menu lies outside the landmarks, as dialogs do, of which the rule knows.
        await clean(page, 'mask menu', ['region'])
        await page.getByRole('menuitem', { name: form }).click()
        await clean(page, form)
        await page.keyboard.press('Escape')
      }
      await page.keyboard.press('v')
      await page.keyboard.press('ControlOrMeta+E')
      await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible()
      await clean(page, 'export')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Shift+?')
      await clean(page, 'keys')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await page.keyboard.press('3')
      await expect(page.getByText('MIT').first()).toBeVisible()
      await clean(page, 'models')
      await page.keyboard.press('4')
      await clean(page, 'jobs')
    })
  }

  test('the whole flow works without a mouse', async ({ app, home }) => {
    const { page } = app
    await app.open(await photo(join(home, 'a.jpg'), 240, 160))
    await app.settled()
    const strength = page.getByRole('slider', { name: 'Strength' })
    for (let i = 0; i < 60 && !(await strength.evaluate((node) => node === document.activeElement)); i++)
      await page.keyboard.press('Tab')
    await expect(strength).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(strength).toHaveAttribute('aria-valuenow', '101')
    await page.keyboard.press('Tab')
    await page.keyboard.type('90')
    await page.keyboard.press('Enter')
    await expect(strength).toHaveAttribute('aria-valuenow', '90')
    // Letters are silent while a number is typed.
    await page.keyboard.type('c')
    await expect(page.getByText('Compare slider')).toBeVisible()
    await page.keyboard.press('Escape')
    await app.canvas.focus()
    const before = await app.view()
    await page.keyboard.press('ControlOrMeta+3')
    await page.keyboard.press('ArrowRight')
    await expect.poll(async () => (await app.view()).x).toBeGreaterThan(before.x)
    await app.apply()
    await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
    await page.keyboard.press('ControlOrMeta+E')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await expect(dialog.getByTestId('export-plan')).toContainText('about')
    const button = dialog.getByRole('button', { name: 'Download' })
    for (let i = 0; i < 12 && !(await button.evaluate((node) => node === document.activeElement)); i++)
      await page.keyboard.press('Tab')
    const download = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    expect((await download).suggestedFilename()).toMatch(/^a.*\.jpg$/)
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  })

  test('keys can be changed, a clash is said, and the change is kept', async ({ app }) => {
    const { page } = app
    await page.keyboard.press('Shift+?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await dialog.getByRole('button', { name: /^Settings: / }).click()
    await page.keyboard.press('ControlOrMeta+O')
    await expect(dialog.getByRole('alert').first()).toContainText('is the key of: Open pictures')
    await page.keyboard.press('ControlOrMeta+J')
    await expect(dialog.getByRole('button', { name: 'Settings: Ctrl J. Change the key' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await page.reload()
    await expect(page.getByTestId('empty')).toBeVisible()
    // The page is there a moment before the settings that the host sends.
    await expect(async () => {
      await page.keyboard.press('ControlOrMeta+J')
      await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible({ timeout: 1_000 })
    }).toPass()
  })
})

test.describe('panels', () => {
  test('fold and unfold by their key, and stay so after a reload', async ({ app }) => {
    const { page } = app
    const panel = page.getByRole('complementary', { name: 'Settings of the edit' })
    const width = async () => (await panel.boundingBox())?.width ?? 0
    await expect.poll(width).toBeGreaterThan(250)
    await page.keyboard.press('f')
    await expect.poll(width).toBe(0)
    await expect(page.getByRole('navigation', { name: 'Open pictures' })).toHaveCount(0)
    await page.reload()
    await app.online()
    await expect.poll(width).toBe(0)
    await page.keyboard.press('f')
    await expect.poll(width).toBeGreaterThan(250)
    await expect(page.getByRole('navigation', { name: 'Open pictures' })).toBeVisible()
  })
})

test.describe('longer words fit', () => {
  test('with 40 % more letters nothing is cut off or pushed out of the window', async ({ page, home }) => {
    const served = await serve(home)
    try {
      await page.goto(served.url.replace('/#', '/?locale=pseudo#'))
      const app = new App(page)
      await app.online()
      expect(await overflowing(page)).toEqual([])
      await app.open(await photo(join(home, 'a.jpg'), 240, 160))
      await expect(app.canvas).toBeVisible()
      await expect(page.getByTestId('prediction')).toContainText('MB')
      expect(await overflowing(page)).toEqual([])
      for (const panel of ['Shift+F', 'Shift+E']) {
        await page.keyboard.press(panel)
        await page.getByRole('button', { name: /^M.r./ }).click()
        // Rows that unfold are cut until they are there.
        await page.waitForTimeout(200)
        expect(await overflowing(page)).toEqual([])
      }
      await page.keyboard.press('ControlOrMeta+E')
      await expect(page.getByTestId('export-plan')).toContainText('kB')
      expect(await overflowing(page)).toEqual([])
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await page.keyboard.press('ControlOrMeta+,')
      await expect(page.getByRole('dialog')).toBeVisible()
      expect(await overflowing(page)).toEqual([])
    } finally {
      await served.stop()
    }
  })
})
