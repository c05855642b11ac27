import type { Locator, Page } from '@playwright/test'
import { unzipSync } from 'fflate'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { JobRequest } from '../../src/shared/job.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import { studioPaths } from '../../src/main/studio/paths.js'
import { axe, App, expect, photo, samples, serve, test as base, type Served } from './studio.js'

/** The Batch view in the words and controls of a person. */
class Batch {
  readonly grid: Locator
  readonly rows: Locator
  readonly problems: Locator
  readonly check: Locator
  readonly report: Locator
  readonly runButton: Locator

  constructor(readonly page: Page) {
    this.grid = page.getByRole('grid', { name: 'Files of the batch' })
    this.rows = this.grid.getByRole('rowgroup').getByRole('row')
    this.problems = page.getByRole('region', { name: 'Problems' })
    this.check = page.getByTestId('batch-check')
    this.report = page.getByTestId('batch-report')
    this.runButton = page.getByRole('button', { name: /^Run \d+ picture/ })
  }

  row(name: string): Locator {
    return this.rows.filter({ hasText: name })
  }

  /** Chooses folders or pictures of the only root. */
  async add(...names: string[]): Promise<void> {
    await this.page.getByRole('button', { name: 'Add files or folders…' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Add to the batch' })
    const root = dialog.getByRole('button', { name: /photos$/ })
    const up = dialog.getByRole('button', { name: 'Up one folder' })
    // It opens where it was left.
    await expect(root.or(up.and(this.page.locator(':enabled'))).first()).toBeVisible()
    if (await root.isVisible()) await root.click()
    for (const name of names) await dialog.getByRole('checkbox', { name: `Choose ${name}` }).check()
    await dialog.getByRole('button', { name: `Add ${names.length}`, exact: true }).click()
    await expect(dialog).toHaveCount(0)
  }

  async filter(option: RegExp): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Show files' }).click()
    await this.page.getByRole('option', { name: option }).click()
  }
}

interface Fixtures {
  /** The folder that the host was given. */
  photos: string
  /** The studio with that folder as its root, its Batch view open. */
  batch: Batch
}

const test = base.extend<Fixtures>({
  photos: async ({ home }, use) => {
    const photos = join(home, 'photos')
    await mkdir(photos)
    await use(photos)
  },
  batch: async ({ home, photos, page }, use) => {
    const served = await serve(home, ['--root', photos])
    await openBatchView(page, served)
    await use(new Batch(page))
    await served.stop()
  },
})

async function openBatchView(page: Page, served: Served): Promise<void> {
  await page.goto(served.url)
  await new App(page).online()
  await page.keyboard.press('2')
}

/** A folder of small photos, `days` deep. */
async function trip(folder: string, count: number, size = 96): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) =>
    index % 3 === 2 ? `day 2/${index + 1}.jpg` : `${index + 1}.jpg`,
  )
  await mkdir(join(folder, 'day 2'), { recursive: true })
  for (const name of names) await photo(join(folder, name), size, size)
  return names
}

async function cut(path: string): Promise<void> {
  const whole = await readFile(path)
  await writeFile(path, whole.subarray(0, whole.length / 2))
}

test.describe('an empty Batch view teaches', () => {
  test('what to drop, the keys, and the samples to try it with', async ({ batch: { page } }) => {
    const empty = page.getByTestId('batch-empty')
    await expect(empty.getByText('Drop a folder here')).toBeVisible()
    for (const key of ['Ctrl ⏎', 'Shift B', '?'])
      await expect(empty.locator('kbd', { hasText: key }).first()).toBeVisible()
    await empty.getByRole('button', { name: 'Or try it with 3 sample photos' }).click()
    await expect(new Batch(page).row('lake.jpg')).toContainText('ready')
  })
})

test.describe('a folder overnight', () => {
  test('chosen, checked, run, one file damaged: the report says what came of it, and the file is retried', async ({
    batch,
    photos,
  }) => {
    const { page } = batch
    const names = await trip(join(photos, 'trip'), 6)
    const good = await readFile(join(photos, 'trip/2.jpg'))
    await cut(join(photos, 'trip/2.jpg'))
    await writeFile(join(photos, 'trip/notes.txt'), 'not a picture')
    await writeFile(join(photos, 'trip/IMG_2209.HEIC'), 'unreadable')

    await batch.add('trip')
    await expect(batch.runButton).toHaveText(/^Run 6 pictures/)
    await expect(batch.check).toContainText('1.jpg → 1_denoised.jpg')
    await expect(batch.check).toContainText(/Needs .* at most; .* free\./)
    await expect(batch.check).toContainText('1 file will not be done')
    await expect(batch.problems).toContainText('IMG_2209.HEIC is a HEIC picture')
    await expect(batch.row('notes.txt')).toContainText('not a picture')
    await expect(batch.row('day 2/3.jpg')).toContainText('day 2/3_denoised.jpg')

    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(batch.report).toContainText('5 done, 2 failed, 1 left out', { timeout: 180_000 })
    await expect(batch.report).toContainText(/In \S+ \S+ on CPU/)
    await expect(batch.row('2.jpg').first()).toContainText('failed')
    await expect(batch.row('4.jpg')).toContainText(/done, \d/)
    await expect(batch.problems).toContainText('2.jpg is damaged or cut short')

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the report' }).click()
    const saved = join(photos, 'report.txt')
    await (await download).saveAs(saved)
    expect(await readFile(saved, 'utf8')).toMatch(/2\.jpg is damaged or cut short/)

    await writeFile(join(photos, 'trip/2.jpg'), good)
    await batch.problems.getByRole('button', { name: 'Retry 2.jpg' }).click()
    await expect(batch.report).toContainText('6 done, 1 failed', { timeout: 180_000 })
    await expect(batch.problems).not.toContainText('2.jpg is damaged')
    const target = await page.getByLabel('Save to').getAttribute('title')
    const made = await readdir(target ?? '', { recursive: true })
    for (const name of names) expect(made).toContain(name.replace('.jpg', '_denoised.jpg'))
  })

  test('a clash of names is shown before anything starts, and another template resolves it; its letters are no keys', async ({
    batch,
    photos,
  }) => {
    await mkdir(join(photos, 'trip'))
    await photo(join(photos, 'trip/a.jpg'), 96, 96)
    await photo(join(photos, 'trip/a.png'), 96, 96)
    await batch.add('trip')
    await expect(batch.runButton).toHaveText(/^Run 2 pictures/)
    await batch.page.getByRole('combobox', { name: 'Format' }).click()
    await batch.page.getByRole('option', { name: 'PNG' }).click()
    await expect(batch.problems).toContainText('would be the result of a.jpg too')
    await expect(batch.runButton).toHaveText(/^Run 1 picture/)
    const name = batch.page.getByLabel('Name', { exact: true })
    await name.fill('{name}_{ext}')
    await expect(batch.problems).toContainText('No problems')
    await expect(batch.check).toContainText('a.jpg → a_jpg.png')
    // Elsewhere this key goes to the Jobs view.
    await name.press('4')
    await expect(batch.check).toContainText('a.jpg → a_jpg4.png')
    await expect(batch.runButton).toHaveText(/^Run 2 pictures/)
  })

  test('settings are sent with the batch, those changed a moment before it was run, too', async ({ batch, photos }) => {
    await trip(join(photos, 'trip'), 1)
    await batch.add('trip')
    await expect(batch.runButton).toHaveText(/^Run 1 picture/)
    await batch.page.getByRole('slider', { name: 'Keep grain' }).press('End')
    await batch.page.keyboard.press('ControlOrMeta+Enter')
    await expect(batch.report).toContainText('1 done', { timeout: 180_000 })
    await expect(batch.page.getByRole('slider', { name: 'Keep grain' })).toHaveAttribute('aria-valuenow', '1')
  })

  test('is paused and goes on, is cancelled, and nothing asks', async ({ batch, photos }) => {
    const { page } = batch
    await trip(join(photos, 'trip'), 12, 240)
    await batch.add('trip')
    await expect(batch.runButton).toBeEnabled()
    await batch.runButton.click()
    await expect(page.getByTestId('batch-count')).toHaveText(/^[1-9]\d* of 12$/, { timeout: 180_000 })
    await page.keyboard.press('Shift+P')
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
    await expect(page.getByTestId('batch-run').getByText('paused')).toBeVisible({ timeout: 180_000 })
    const before = await page.getByTestId('batch-count').textContent()
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(page.getByTestId('batch-count')).not.toHaveText(before ?? '', { timeout: 180_000 })
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(batch.report).toContainText(/\d+ done, \d+ cancelled/, { timeout: 180_000 })
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('a draft stands beside a batch that runs; those that wait change places', async ({ batch, photos }) => {
    const { page } = batch
    for (const name of ['one', 'two', 'three']) {
      await trip(join(photos, name), name === 'one' ? 12 : 1, name === 'one' ? 400 : 96)
      if (name !== 'one') {
        await page.getByRole('button', { name: /^Batches:/ }).click()
        await page.getByRole('dialog', { name: 'Batches' }).getByRole('button', { name: 'New batch' }).click()
      }
      await batch.add(name)
      await expect(batch.runButton).toBeEnabled()
      await batch.runButton.click()
      await expect(batch.runButton).toHaveCount(0)
    }
    await page.getByRole('button', { name: /^Batches: three/ }).click()
    const list = page.getByRole('dialog', { name: 'Batches' })
    await expect(list.getByRole('listitem')).toHaveText([/^one/, /^two/, /^three/])
    await list.getByRole('button', { name: 'Move three up' }).click()
    await expect(list.getByRole('listitem')).toHaveText([/^one/, /^three/, /^two/])
    await list.getByRole('button', { name: 'Remove two from the list' }).click()
    await expect(list.getByRole('listitem')).toHaveCount(2)
    await list.getByRole('button', { name: /^one/ }).click()
    await expect(page.getByTestId('batch-count')).toHaveText(/of 12$/)
  })
})

test.describe('a batch that fills', () => {
  /** A white square in black, of the size of the pictures. */
  const square = (path: string): Promise<unknown> =>
    sharp({ create: { width: 96, height: 96, channels: 3, background: '#000000' } })
      .composite([
        { input: { create: { width: 24, height: 24, channels: 3, background: '#ffffff' } }, left: 30, top: 40 },
      ])
      .png()
      .toFile(path)

  test('three scans with a mask beside each: chosen in the panel, filled, and found by name', async ({
    batch,
    photos,
  }) => {
    test.setTimeout(240_000)
    const { page } = batch
    await mkdir(join(photos, 'scans'))
    for (const name of ['a', 'b', 'c']) await photo(join(photos, `scans/${name}.png`), 96, 96)
    for (const name of ['a', 'b']) await square(join(photos, `scans/${name}.mask.png`))
    await batch.add('scans')
    await page.getByRole('tab', { name: 'Fill' }).click()
    await expect(batch.check).toContainText('a.png → a_inpainted.png')
    await expect(page.getByRole('combobox', { name: 'Mask' })).toHaveValue('Beside each picture')
    await expect(batch.row('a.mask.png')).toContainText('left out')
    await expect(batch.check).toContainText('c.png has no mask beside it: put c.mask.png there')
    await clean(page, 'a fill')
    await square(join(photos, 'scans/c.mask.png'))

    await batch.runButton.click()
    await expect(batch.report).toContainText('3 done', { timeout: 180_000 })
    for (const name of ['a', 'b', 'c']) {
      const raw = (path: string) => sharp(join(photos, path)).raw().toBuffer()
      const [before, after] = [await raw(`scans/${name}.png`), await raw(`scans_inpainted/${name}_inpainted.png`)]
      const changed = [...before.keys()].filter((at) => before[at] !== after[at])
      const [x, y] = [
        changed.map((at) => Math.floor((at % (96 * 3)) / 3)),
        changed.map((at) => Math.floor(at / (96 * 3))),
      ]
      expect([Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)]).toEqual([30, 53, 40, 63])
    }
  })

  test('one mask for all is sent, said by its name, and stays when its stretching is changed', async ({
    batch,
    photos,
  }) => {
    const { page } = batch
    await trip(join(photos, 'trip'), 2)
    await square(join(photos, 'hole.png'))
    await batch.add('trip')
    await page.getByRole('tab', { name: 'Fill' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('combobox', { name: 'Mask' }).click()
    await page.getByRole('option', { name: 'One for all…' }).click()
    await (await chooser).setFiles([join(photos, 'hole.png')])
    await expect(page.getByRole('button', { name: 'Choose the mask for all pictures (now: hole.png)' })).toBeVisible()
    await page.getByRole('switch', { name: 'Stretch a mask of another size' }).click()
    await expect(page.getByRole('button', { name: /now: hole\.png/ })).toBeVisible()
    await page.getByRole('combobox', { name: 'Mask' }).click()
    await page.getByRole('option', { name: 'Find scratches' }).click()
    await expect(page.getByRole('slider', { name: 'Sensitivity' })).toBeVisible()
    // What was set for a fill is there again after a look at another edit.
    await page.getByRole('tab', { name: 'Denoise' }).click()
    await expect(batch.check).toContainText('1.jpg → 1_denoised.jpg')
    await page.getByRole('tab', { name: 'Fill' }).click()
    await expect(page.getByRole('slider', { name: 'Sensitivity' })).toBeVisible()
    await page.getByRole('tab', { name: 'Extend' }).click()
    await expect(page.getByText('Nothing would be added').first()).toBeVisible()
    await clean(page, 'an extension')
  })
})

test.describe('the filmstrip', () => {
  test('a selection goes to a batch in two actions', async ({ app, home }) => {
    const { page } = app
    await app.open(
      await photo(join(home, 'a.jpg'), 96, 96),
      await photo(join(home, 'b.jpg'), 96, 96),
      await photo(join(home, 'c.jpg'), 96, 96),
    )
    const strip = page.getByRole('navigation', { name: 'Open pictures' })
    await expect(strip.getByRole('button', { name: /^[abc]\.jpg, unchanged/ })).toHaveCount(3)
    await strip.getByRole('button', { name: /^a\.jpg/ }).click()

    await strip.getByRole('button', { name: /^b\.jpg/ }).click({ modifiers: ['Shift'] })
    await strip.getByRole('button', { name: 'Send 2 to a batch' }).click()

    const batch = new Batch(page)
    await expect(batch.rows).toHaveText([/a\.jpg/, /b\.jpg/])
    await page.keyboard.press('1')
    await expect(strip.getByRole('button', { name: /selected$/ })).toHaveCount(0)
  })

  test('by keys: arrows, Shift and arrows, Mod+A, and the key of the action', async ({ app, home }) => {
    const { page } = app
    await app.open(
      await photo(join(home, 'a.jpg'), 96, 96),
      await photo(join(home, 'b.jpg'), 96, 96),
      await photo(join(home, 'c.jpg'), 96, 96),
    )
    const strip = page.getByRole('navigation', { name: 'Open pictures' })
    const frames = strip.getByRole('button', { name: /^[abc]\.jpg, unchanged/ })
    await expect(frames).toHaveCount(3)
    await frames.last().focus()
    await page.keyboard.press('ArrowLeft')
    await expect(app.title).toHaveText('b.jpg')
    await expect(frames.nth(1)).toBeFocused()
    await page.keyboard.press('Shift+ArrowRight')
    await expect(strip.getByRole('button', { name: /selected$/ })).toHaveCount(2)
    await page.keyboard.press('Escape')
    await expect(strip.getByRole('button', { name: /selected$/ })).toHaveCount(0)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.press('Shift+B')
    await expect(new Batch(page).rows).toHaveCount(3)
  })
})

/** Drops a folder with these files, as the file system would give it to the page. */
async function dropFolder(page: Page, folder: string, files: Record<string, string>): Promise<void> {
  const contents = await Promise.all(
    Object.entries(files).map(async ([name, path]) => ({ name, bytes: (await readFile(path)).toString('base64') })),
  )
  await page.evaluate(
    ({ folder, contents }) => {
      const fileEntry = ({ name, bytes }: { name: string; bytes: string }) => ({
        name,
        isFile: true,
        isDirectory: false,
        file: (found: (file: File) => void) =>
          found(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name)),
      })
      const folderEntry = (name: string, children: unknown[]) => ({
        name,
        isFile: false,
        isDirectory: true,
        createReader: () => {
          const left = [...children]
          return { readEntries: (found: (entries: unknown[]) => void) => found(left.splice(0, 2)) }
        },
      })
      const inner = folderEntry('day 2', contents.filter(({ name }) => name.startsWith('inner')).map(fileEntry))
      const root = folderEntry(folder, [
        ...contents.filter(({ name }) => !name.startsWith('inner')).map(fileEntry),
        inner,
      ])
      const data = new DataTransfer()
      data.items.add(new File(['x'], folder))
      // A script cannot make the entry of a folder; everything after this call is the page's own.
      DataTransferItem.prototype.webkitGetAsEntry = () => root as unknown as FileSystemEntry
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
    },
    { folder, contents },
  )
}

test.describe('a host without folders of its own', () => {
  test('takes a dropped folder from any view, says so, and gives the results back as a ZIP', async ({ app, home }) => {
    const { page } = app
    const file = await photo(join(home, 'x.jpg'), 96, 96)
    await dropFolder(page, 'trip', { 'a.jpg': file, 'b.jpg': file, 'notes.txt': file, 'inner.jpg': file })
    await expect(page.getByText('The folder trip goes into a batch')).toBeVisible()
    const batch = new Batch(page)
    await expect(batch.rows.filter({ hasText: 'ready' })).toHaveCount(3)
    await expect(batch.row('inner.jpg')).toContainText('day 2')
    await expect(page.getByText('a download, when done')).toBeVisible()
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(batch.report).toContainText('3 done', { timeout: 180_000 })

    const zip = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download results as ZIP' }).click()
    const saved = join(home, 'results.zip')
    await (await zip).saveAs(saved)
    const inside = Object.keys(unzipSync(await readFile(saved)))
    for (const name of [/(^|\/)a_denoised\.jpg$/, /(^|\/)b_denoised\.jpg$/, /day 2\/inner_denoised\.jpg$/])
      expect(inside.filter((path) => name.test(path))).toHaveLength(1)

    // The report may be there a moment before the list has fetched its rows again.
    await expect(batch.row('a.jpg')).toContainText('done')
    const one = page.waitForEvent('download')
    await batch.row('a.jpg').dblclick()
    expect((await one).suggestedFilename()).toMatch(/^a_denoised\.jpg$/)
  })

  test('drops into the Batch view add to the draft; a row taken out is gone', async ({ app, home }) => {
    const { page } = app
    const file = await photo(join(home, 'x.jpg'), 96, 96)
    await page.keyboard.press('2')
    await dropFolder(page, 'one', { 'a.jpg': file })
    const batch = new Batch(page)
    await expect(batch.rows).toHaveCount(1)
    await dropFolder(page, 'two', { 'b.jpg': file, 'c.jpg': file })
    await expect(batch.rows).toHaveCount(3)
    await batch.row('b.jpg').click()
    await expect(batch.row('b.jpg')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Delete')
    await expect(batch.rows).toHaveText([/a\.jpg/, /c\.jpg/])
  })
})

/** A paused batch of 10,000 files, put into the store before the host starts; every tenth failed already. */
async function manyFiles(home: string, count: number): Promise<void> {
  const input = join(home, 'lake.jpg')
  await copyFile(join(samples, 'lake.jpg'), input)
  await using store = await openJobStore(studioPaths({ dataDir: home }))
  const output = { format: 'keep', depth: 'keep', strip: false } as const
  await store.enqueue(
    {
      name: 'archive',
      origin: 'browser',
      state: 'paused',
      request: JobRequest.parse({
        edit: { kind: 'denoise' },
        output,
        inputs: [home],
        target: join(home, 'clean'),
        template: '{name}_denoised',
      }),
    },
    Array.from({ length: count }, (_, index) => {
      const failed = index % 10 === 9
      return {
        input,
        label: `DSC_${index + 1}.jpg`,
        target: join(home, 'clean', `DSC_${index + 1}_denoised.jpg`),
        output,
        makeFolder: true,
        bytes: 12e6,
        state: failed ? ('failed' as const) : ('waiting' as const),
        skip: null,
        error: failed ? { code: 'file.empty' as const, params: { name: `DSC_${index + 1}.jpg` } } : null,
      }
    }),
  )
}

test.describe('ten thousand files', () => {
  test('are scrolled through to the last, few of them in the page at once; the place is kept', async ({
    home,
    page,
  }) => {
    await manyFiles(home, 10_000)
    const served = await serve(home)
    try {
      await openBatchView(page, served)
      const batch = new Batch(page)
      await expect(batch.grid).toHaveAttribute('aria-rowcount', '10001')
      await expect(batch.row('DSC_1.jpg')).toHaveAttribute('aria-rowindex', '2')
      expect(await batch.rows.count()).toBeLessThan(60)

      await batch.grid.focus()
      await page.keyboard.press('End')
      await expect(batch.row('DSC_10000.jpg')).toBeVisible()
      await expect(batch.row('DSC_10000.jpg')).toHaveAttribute('aria-rowindex', '10001')
      expect(await batch.rows.count()).toBeLessThan(60)
      await page.keyboard.press('PageUp')
      await page.keyboard.press('ArrowUp')
      const cursor = await batch.grid.getAttribute('aria-activedescendant')
      await expect(page.locator(`[id="${cursor}"]`)).toHaveAttribute('aria-selected', 'true')

      const most = await batch.grid.evaluate(async (grid) => {
        let most = 0
        for (let top = grid.scrollHeight; top > 0; top -= 9_000) {
          grid.scrollTop = top
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
          most = Math.max(most, grid.querySelectorAll('[role="row"]').length)
        }
        return most
      })
      expect(most).toBeLessThan(60)

      await batch.grid.evaluate((grid) => void (grid.scrollTop = 180_000))
      await expect(batch.row('DSC_5004.jpg')).toBeVisible()
      await page.keyboard.press('1')
      await page.keyboard.press('2')
      await expect(batch.row('DSC_5004.jpg')).toBeVisible()
      expect(await batch.grid.evaluate((grid) => grid.scrollTop)).toBe(180_000)

      await batch.filter(/^Failed/)
      await expect(batch.grid).toHaveAttribute('aria-rowcount', '1001')
      await expect(batch.row('DSC_10.jpg')).toContainText('DSC_10.jpg is empty')
      await expect(batch.problems).toContainText('Problems (1000)')
    } finally {
      await served.stop()
    }
  })
})

test.describe('the Batch view for everyone', () => {
  for (const theme of ['dark', 'light'] as const) {
    test(`axe finds nothing, empty, as a draft, and with a report, ${theme}`, async ({ batch, photos }) => {
      const { page } = batch
      if (theme === 'light') {
        await page.keyboard.press('ControlOrMeta+,')
        await page.getByRole('dialog').getByRole('tab', { name: 'Look' }).click()
        await page.getByRole('dialog').getByText('Light', { exact: true }).click()
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      }
      await clean(page, 'empty')
      await trip(join(photos, 'trip'), 3)
      await cut(join(photos, 'trip/2.jpg'))
      await writeFile(join(photos, 'trip/IMG_2209.HEIC'), 'unreadable')
      await batch.add('trip')
      await expect(batch.runButton).toBeEnabled()
      await clean(page, 'draft')
      await batch.runButton.click()
      await expect(batch.report).toContainText('2 done, 2 failed', { timeout: 180_000 })
      await clean(page, 'report')
      await page.getByRole('button', { name: /^Batches:/ }).click()
      await expect(page.getByRole('dialog', { name: 'Batches' })).toBeVisible()
      await clean(page, 'queue')
    })
  }

  test('words 40 % longer fit', async ({ page, home }) => {
    const served = await serve(home)
    try {
      await page.goto(served.url.replace('/#', '/?locale=pseudo#'))
      await new App(page).online()
      await page.keyboard.press('2')
      await expect(page.getByTestId('batch-empty')).toBeVisible()
      expect(await cutOff(page)).toEqual([])
      // By its pictures: it comes a moment after the others, when it is known which samples there are.
      await page
        .getByTestId('batch-empty')
        .locator('button', { has: page.locator('img') })
        .click()
      await expect(page.getByTestId('batch-check')).not.toBeEmpty()
      expect(await cutOff(page)).toEqual([])
      await page.keyboard.press('ControlOrMeta+Enter')
      await expect(page.getByTestId('batch-count')).toBeVisible()
      expect(await cutOff(page)).toEqual([])
    } finally {
      await served.stop()
    }
  })
})

async function clean(page: Page, what: string): Promise<void> {
  // What moves in would be measured half transparent.
  await page.waitForTimeout(200)
  const { violations } = await axe(page).analyze()
  expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}

/** Words that reach out of the window or of their own box; those that end in an ellipsis have a title or a tooltip. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    for (const element of document.querySelectorAll<HTMLElement>(
      'main button, main label, main h2, main h3, main p, main span',
    )) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || getComputedStyle(element).visibility === 'hidden') continue
      const shortened = [element, element.parentElement].some(
        (one) => one !== null && getComputedStyle(one).textOverflow === 'ellipsis',
      )
      if (box.right > innerWidth + 1 || box.left < -1) found.push(`outside: ${element.textContent}`)
      else if (
        !shortened &&
        element.scrollWidth > element.clientWidth + 1 &&
        getComputedStyle(element).display !== 'inline'
      )
        found.push(`cut: ${element.textContent}`)
    }
    return found
  })
}
