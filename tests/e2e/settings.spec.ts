import type { Locator, Page } from '@playwright/test'
import { join } from 'node:path'
import { axe, App, expect, photo, serve, test } from './studio.js'

async function settings(page: Page, section: 'Work' | 'Files' | 'Look' | 'Keys and wheel'): Promise<Locator> {
  await page.keyboard.press('ControlOrMeta+,')
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab', { name: section }).click()
  return dialog
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

const jobsView = (page: Page): Locator => page.getByRole('region', { name: 'Jobs' })

test.describe('keys', () => {
  test('a new key works at once, in place of the old one', async ({ app: { page } }) => {
    const dialog = await settings(page, 'Keys and wheel')
    await dialog.getByRole('textbox', { name: 'Find an action or a key' }).fill('jobs view')
    await expect(dialog.getByRole('listitem')).toHaveCount(1)
    await dialog.getByRole('button', { name: /^Jobs view: 4\./ }).click()
    await page.keyboard.press('j')
    await expect(dialog.getByRole('button', { name: /^Jobs view: J\./ })).toBeVisible()
    await close(page)
    await page.keyboard.press('4')
    await expect(jobsView(page)).toHaveCount(0)
    await page.keyboard.press('j')
    await expect(jobsView(page)).toBeVisible()
  })

  test('a key in use names its action; taken over, that one is left without until it is reset', async ({
    app: { page },
  }) => {
    const dialog = await settings(page, 'Keys and wheel')
    await dialog.getByRole('button', { name: /^Models view: 3\./ }).click()
    await page.keyboard.press('4')
    await expect(dialog.getByRole('alert')).toContainText('4 is the key of: Jobs view.')
    // From the key to what is offered about it.
    await page.keyboard.press('Tab')
    await expect(dialog.getByRole('button', { name: 'Use it here' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('button', { name: /^Models view: 4\./ })).toBeVisible()
    await expect(dialog.getByRole('button', { name: /^Jobs view: no key\./ })).toBeVisible()
    await close(page)
    await page.keyboard.press('4')
    await expect(page.getByRole('region', { name: 'Models' })).toBeVisible()
    const again = await settings(page, 'Keys and wheel')
    await again.getByRole('button', { name: 'Back to the default key: Models view' }).click()
    await expect(again.getByRole('button', { name: /^Models view: 3\./ })).toBeVisible()
    await expect(again.getByRole('button', { name: /^Jobs view: 4\./ })).toBeVisible()
  })

  test('what belongs to the browser is refused with a word, Esc keeps the old key and the dialog', async ({
    app: { page },
  }) => {
    const dialog = await settings(page, 'Keys and wheel')
    const key = dialog.getByRole('button', { name: /^Export: / })
    await key.click()
    await page.keyboard.press('ControlOrMeta+Shift+T')
    await expect(dialog.getByRole('alert')).toContainText('belongs to the browser')
    await page.keyboard.press('Escape')
    await expect(dialog.getByRole('alert')).toHaveCount(0)
    await expect(dialog.getByRole('button', { name: /^Export: Ctrl E\./ })).toBeVisible()
  })

  test('all go back to the defaults together; the list of keys is the same table', async ({ app: { page } }) => {
    await page.keyboard.press('Shift+?')
    const list = page.getByRole('dialog', { name: 'Keys' })
    for (const [action, pressed] of [
      ['Jobs view', 'j'],
      ['Models view', 'm'],
    ] as const) {
      await list.getByRole('button', { name: new RegExp(`^${action}: `) }).click()
      await page.keyboard.press(pressed)
      await expect(
        list.getByRole('button', { name: `${action}: ${pressed.toUpperCase()}. Change the key` }),
      ).toBeVisible()
    }
    await close(page)
    const dialog = await settings(page, 'Keys and wheel')
    await expect(dialog.getByRole('button', { name: /^Jobs view: J\./ })).toBeVisible()
    await dialog.getByRole('button', { name: 'All back to default' }).click()
    await expect(dialog.getByRole('button', { name: /^Jobs view: 4\./ })).toBeVisible()
    await expect(dialog.getByRole('button', { name: /^Models view: 3\./ })).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'All back to default' })).toBeDisabled()
  })
})

test.describe('names of results', () => {
  test('an example follows the typing; what names no file is explained in place and not kept', async ({
    app: { page },
  }) => {
    const dialog = await settings(page, 'Files')
    const name = dialog.getByRole('textbox', { name: 'Name' })
    await name.fill('{name}-clean')
    await expect(dialog.getByRole('status')).toContainText('DSC_0412.tif becomes DSC_0412-clean.tif')
    await name.press('Enter')
    await name.fill('{nmae}-clean')
    await expect(dialog.getByRole('status')).toContainText('cannot be used, because of {nmae}')
    await expect(name).toHaveAttribute('aria-invalid', 'true')
    await name.press('Enter')
    await close(page)
    const again = await settings(page, 'Files')
    await expect(again.getByRole('textbox', { name: 'Name' })).toHaveValue('{name}-clean')
  })

  test('template, format and quality are what an export starts with', async ({ app, home }) => {
    const { page } = app
    const dialog = await settings(page, 'Files')
    await dialog.getByRole('combobox', { name: 'Format' }).click()
    await page.getByRole('option', { name: 'WebP' }).click()
    await dialog.getByRole('textbox', { name: 'Quality' }).fill('71')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('clean {name}')
    await dialog.getByRole('textbox', { name: 'Name' }).press('Enter')
    await close(page)
    await app.open(await photo(join(home, 'a.jpg'), 200, 140))
    await app.settled()
    await app.apply()
    await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
    await page.keyboard.press('ControlOrMeta+E')
    const form = page.getByRole('dialog', { name: 'Export' })
    await expect(form.getByTestId('export-plan')).toContainText('clean a.webp')
    await expect(form.getByRole('slider', { name: 'Quality' })).toHaveAttribute('aria-valuenow', '71')
  })
})

test('settings are there after a restart of the host', async ({ page, home }) => {
  const first = await serve(home)
  await page.goto(first.url)
  const app = new App(page)
  await app.online()
  const work = await settings(page, 'Work')
  await work.getByRole('textbox', { name: 'Memory' }).fill('1.5')
  await work.getByRole('textbox', { name: 'Tile size' }).fill('50')
  await work.getByRole('switch', { name: 'Start with the queue paused' }).click()
  await work.getByRole('tab', { name: 'Keys and wheel' }).click()
  await work.getByText('Moves', { exact: true }).click()
  await expect(work.getByRole('radio', { name: 'Moves' })).toBeChecked()
  await close(page)
  await first.stop()

  const second = await serve(home)
  try {
    await page.goto(second.url)
    await app.online()
    const dialog = await settings(page, 'Work')
    await expect(dialog.getByRole('textbox', { name: 'Memory' })).toHaveValue('1.5 GB')
    // The smallest that is allowed, since fewer were typed.
    await expect(dialog.getByRole('textbox', { name: 'Tile size' })).toHaveValue('64 px')
    await expect(dialog.getByRole('switch', { name: 'Start with the queue paused' })).toBeChecked()
    await close(page)
    await page.keyboard.press('4')
    await expect(jobsView(page).getByText('The queue is paused')).toBeVisible()
  } finally {
    await second.stop()
  }
})

test('axe finds nothing wrong with a clash, a refusal and a bad name', async ({ app: { page } }) => {
  const dialog = await settings(page, 'Keys and wheel')
  await dialog.getByRole('button', { name: /^Export: / }).click()
  await page.keyboard.press('ControlOrMeta+O')
  await expect(dialog.getByRole('alert')).toBeVisible()
  expect((await axe(page).analyze()).violations.map(({ id }) => id)).toEqual([])
  await dialog.getByRole('tab', { name: 'Files' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('a/b')
  await expect(dialog.getByRole('status')).toContainText('because of /')
  expect((await axe(page).analyze()).violations.map(({ id }) => id)).toEqual([])
})

test('what was typed on the command line for this run is said beside the setting that it holds instead of', async ({
  page,
  home,
}, testInfo) => {
  const served = await serve(home, ['--provider', 'cpu', '--tile', '256', '--memory', '900M'])
  try {
    await page.goto(served.url)
    await new App(page).online()
    const dialog = await settings(page, 'Work')
    for (const [setting, now] of [
      ['Device', 'CPU'],
      ['Memory', '900 MB'],
      ['Tile size', '256 px'],
    ] as const) {
      const line = dialog.locator('div', { has: page.getByText(setting, { exact: true }) }).last()
      await expect(line).toContainText(`For this run, as typed on the command line: ${now}.`)
    }
    await page.screenshot({ path: testInfo.outputPath('overrides.png') })
    const { violations } = await axe(page).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    // It is no setting: what is set is kept for the runs after this one, and the fields show it.
    const tile = dialog.getByRole('textbox', { name: 'Tile size' })
    await expect(tile).toHaveValue('')
    await tile.fill('512')
    await tile.press('Enter')
    await expect(dialog.getByText('For this run, as typed on the command line: 256 px.')).toBeVisible()
  } finally {
    await served.stop()
  }
})
