import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { axe, expect, lacuna, test } from './studio.js'

const imports = resolve(import.meta.dirname, '../fixtures/models/imports')
const network = (name: string): string => join(imports, `${name}.onnx`)

async function choose(page: Page, ...files: string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import a network' }).click()
  await (await chooser).setFiles(files)
}

test.describe('the Models view', () => {
  test.setTimeout(240_000)
  test.beforeEach(async ({ app: { page } }) => {
    await page.keyboard.press('3')
    await expect(page.getByRole('listitem', { name: 'Lacuna Denoise', exact: true })).toBeVisible()
  })

  test('a network is looked at, changed, tried again and imported; it is there for the command line, and can be removed', async ({
    app: { page },
    home,
  }) => {
    await choose(page, network('blue-first-unmarked'))
    const panel = page.getByRole('region', { name: 'Import', exact: true })
    // What was derived, and how it is known.
    await expect(panel.getByText('2×')).toBeVisible({ timeout: 180_000 })
    await expect(panel.getByLabel('Range in')).toHaveValue('0..1')
    await expect(panel.getByLabel('Colours')).toHaveValue('red first (RGB)')
    await expect(panel.getByText('Nothing tells whether red or blue comes first')).toBeVisible()
    await expect(panel.getByLabel('Margin of tiles')).toHaveValue(/^[1-4] px$/)
    // The patch before and after is there, the second twice as large.
    const sizes = () =>
      panel
        .locator('figure img')
        .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth))
    await expect.poll(sizes).toEqual([128, 256])

    // What is said otherwise is tried again.
    await panel.getByLabel('Colours').click()
    await page.getByRole('option', { name: 'blue first (BGR)' }).click()
    await expect(panel.getByText('Tried with other values than these')).toBeVisible()
    const before = await panel.getByRole('img', { name: 'after' }).getAttribute('src')
    await panel.getByRole('button', { name: 'Try again' }).click()
    await expect(panel.getByText('Tried with other values')).toHaveCount(0)
    await expect.poll(() => panel.getByRole('img', { name: 'after' }).getAttribute('src')).not.toBe(before)

    await panel.getByLabel('Name').fill('My enlarger')
    await panel.getByLabel('Id').fill('my-enlarger')
    await panel.getByLabel('Licence').fill('MIT')
    await panel.getByRole('button', { name: 'Import' }).click()
    const card = page.getByRole('listitem', { name: 'My enlarger' })
    await expect(card).toBeVisible({ timeout: 180_000 })
    await expect(panel).toHaveCount(0)
    await expect(card.getByText('installed')).toBeVisible()
    const manifest = JSON.parse(await readFile(join(home, 'data/models/my-enlarger/model.json'), 'utf8')) as object
    expect(manifest).toMatchObject({ channels: 'bgr', name: 'My enlarger', licence: 'MIT', task: 'upscale' })
    expect(lacuna(home, 'models', 'list')).toContain('my-enlarger')

    await card.getByRole('button', { name: 'Verify' }).click()
    await expect(card.getByText('Its files are whole')).toBeVisible({ timeout: 180_000 })
    await expect(card.getByText('CPU: runs as it should')).toBeVisible()

    // Removing asks first.
    await card.getByRole('button', { name: 'Remove…' }).click()
    await expect(card.getByRole('alert')).toHaveText('Remove My enlarger and its files?')
    await card.getByRole('button', { name: 'Keep' }).click()
    await expect(card).toBeVisible()
    await card.getByRole('button', { name: 'Remove…' }).click()
    await card.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(card).toHaveCount(0)
    expect(await readdir(join(home, 'data/models'))).toEqual([])
    expect(await readdir(join(home, 'data/importing'))).toEqual([])
  })

  test('what cannot be imported is said where it was asked for, and the studio goes on', async ({
    app: { page },
    home,
  }) => {
    const text = join(home, 'notes.onnx')
    await writeFile(text, 'These are notes.')
    await choose(page, text)
    const panel = page.getByRole('region', { name: 'Import', exact: true })
    const alert = panel.getByRole('alert')
    await expect(alert).toContainText('notes.onnx is not an ONNX file')
    await expect(alert).toContainText('Nothing was imported.')
    await choose(page, network('always-nan'))
    await expect(alert).toContainText('always-nan.onnx answers with numbers that are none (NaN)', { timeout: 180_000 })
    await choose(page, network('data-beside'))
    await expect(alert).toContainText('keeps its weights in data-beside.bin, which is not beside it')
    expect(await readdir(join(home, 'data/importing'))).toEqual([])
    // With its weights it is taken, in however many files they are.
    const weights = ['first', 'second'].map((name) => join(imports, `data-in-many.${name}.weight`))
    await choose(page, ...weights, network('data-in-many'))
    await expect(panel.getByText('1×')).toBeVisible({ timeout: 180_000 })
    await panel.getByRole('button', { name: 'Cancel' }).click()
    await expect(panel).toHaveCount(0)
    await expect.poll(() => readdir(join(home, 'data/importing'))).toEqual([])
  })

  test('the import can be used without a mouse, and has a name for everything', async ({ app: { page } }) => {
    await choose(page, network('to-255'))
    const panel = page.getByRole('region', { name: 'Import', exact: true })
    await expect(panel.getByLabel('Range in')).toHaveValue('0..255', { timeout: 180_000 })
    const { violations } = await axe(page).include('[aria-label="Models"]').analyze()
    expect(violations).toEqual([])
    await panel.getByLabel('Name').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('Typed 123')
    // Digits are typed here, and change no view.
    await expect(panel.getByLabel('Name')).toHaveValue('Typed 123')
    await panel.getByRole('button', { name: 'Cancel' }).press('Enter')
    await expect(panel).toHaveCount(0)

    // A network that fills holes: which input is what, and which number of the mask is the hole.
    await choose(page, resolve(imports, '../nhwc-bgr-contract/model.onnx'))
    const mask = panel.getByLabel('Mask', { exact: true })
    await expect(mask).toHaveValue('255 to fill, 0 to keep', { timeout: 120_000 })
    await expect(panel.getByText('picture: image, mask: mask')).toBeVisible()
    await mask.click()
    await page.getByRole('option', { name: '0 to fill, 255 to keep' }).click()
    await expect(mask).toHaveValue('0 to fill, 255 to keep')
    await expect(panel.getByText('Tried with other values than these')).toBeVisible()
    await panel.getByRole('button', { name: 'Try again' }).press('Enter')
    await expect(panel.getByText('is unlike')).toBeVisible({ timeout: 120_000 })
    await panel.getByRole('button', { name: 'Cancel' }).press('Enter')
    await expect(panel).toHaveCount(0)
  })
})
