import type { Locator, Page } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NewItem } from '../../src/main/studio/jobs/store/records.js'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import { thisProcess } from '../../src/main/studio/owner.js'
import { studioPaths } from '../../src/main/studio/paths.js'
import { JobRequest } from '../../src/shared/job.js'
import { OutputSettings } from '../../src/shared/picture.js'
import { axe, App, expect, lacuna, photo, program, serve, test } from './studio.js'

const jobs = (page: Page): Locator => page.getByRole('region', { name: 'Jobs' })
const row = (page: Page, name: string): Locator => jobs(page).getByRole('article', { name, exact: true })

async function clean(page: Page): Promise<void> {
  const { violations } = await axe(page).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}

/** A folder of the same small photo, `count` times. */
async function folder(home: string, name: string, count: number): Promise<string> {
  const path = join(home, name)
  await mkdir(path)
  const first = await photo(join(path, 'p1.jpg'))
  for (let i = 2; i <= count; i++) await copyFile(first, join(path, `p${i}.jpg`))
  return path
}

/** `lacuna denoise` in a process of its own, and what it ended with. */
function commandLine(home: string, ...args: string[]): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, 'denoise', ...args], {
    env: { ...process.env, LACUNA_HOME: home },
    stdio: 'ignore',
  })
  return { child, ended: new Promise((done) => child.once('exit', (code) => done(code))) }
}

/** Files of a folder, hidden ones too, with when they were written. */
async function modified(path: string): Promise<[name: string, at: number][]> {
  return Promise.all(
    (await readdir(path)).map(async (name) => [name, (await stat(join(path, name))).mtimeMs] as [string, number]),
  )
}

test('edits and exports are listed with what they did; a browser has no folder to show them in', async ({
  app,
  home,
}) => {
  const { page } = app
  await app.open(await photo(join(home, 'a.jpg'), 240, 160))
  await app.settled()
  await app.apply()
  await expect(app.history()).toHaveCount(2, { timeout: 180_000 })
  await page.keyboard.press('ControlOrMeta+E')
  const download = page.waitForEvent('download')
  await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'Download' }).click()
  await download
  await page.keyboard.press('Escape')
  await page.keyboard.press('4')
  await expect(jobs(page).getByRole('heading', { name: 'Ended 2' })).toBeVisible()
  await expect(jobs(page).getByRole('article').first()).toContainText('Export')
  await expect(jobs(page).getByRole('article').last()).toContainText(/Denoise.*done.*(CPU|WebGPU)/s)
  await expect(jobs(page).getByRole('button', { name: /in its folder/ })).toHaveCount(0)
  await clean(page)
  await page.getByRole('button', { name: 'Clear what has ended' }).click()
  await expect(jobs(page).getByText('Nothing has run yet.')).toBeVisible()
  await clean(page)
})

test.describe('a job of the command line in another process', () => {
  test('is shown while it works, can be paused, says how it goes on, and goes on', async ({ app, home }) => {
    test.setTimeout(240_000)
    const { page } = app
    await page.keyboard.press('4')
    const input = await folder(home, 'Concert', 24)
    const output = join(home, 'clean')
    const run = commandLine(home, input, '-o', output)
    const concert = row(page, 'Concert')
    await expect(concert).toContainText('command line, in another process', { timeout: 180_000 })
    await expect(concert.getByRole('progressbar')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Jobs, 1 running or waiting/ })).toBeVisible()
    await expect(concert).toContainText(/[1-9]\d* of 24/, { timeout: 180_000 })
    await clean(page)

    await concert.getByRole('button', { name: 'Pause Concert' }).click()
    await expect(concert).toContainText('paused', { timeout: 180_000 })
    await run.ended
    const made = (await readdir(output)).length
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(24)
    await concert.getByRole('button', { name: 'Details of Concert' }).click()
    const command = (await concert.getByText(/^lacuna jobs resume \S+$/).textContent()) ?? ''
    await clean(page)

    // Its process is gone: it waits for the command line, which takes it up as the page says, or for a click.
    await expect(concert.getByRole('button', { name: 'Resume Concert', exact: true })).toHaveCount(0)
    await expect(concert.getByRole('button', { name: 'Resume Concert here' })).toBeVisible()
    lacuna(home, ...command.split(' ').slice(1))
    await expect(concert).toContainText('24 done')
    expect(await readdir(output)).toHaveLength(24)
  })

  test('can be cancelled from the page: its process ends, what is done stays', async ({ app, home }) => {
    test.setTimeout(240_000)
    const { page } = app
    await page.keyboard.press('4')
    const output = join(home, 'clean')
    const run = commandLine(home, await folder(home, 'Concert', 24), '-o', output)
    const concert = row(page, 'Concert')
    await expect(concert).toContainText(/[1-9]\d* of 24/, { timeout: 180_000 })
    await concert.getByRole('button', { name: 'Cancel Concert' }).click()
    await expect(concert).toContainText(/cancelled.*[1-9]\d* done/s, { timeout: 180_000 })
    expect(await run.ended).not.toBe(0)
    const made = await readdir(output)
    expect(made.length).toBeGreaterThan(0)
    expect(made.every((name) => name.endsWith('.jpg') && !name.startsWith('.'))).toBe(true)
    // An ended job can be taken off the list; its results stay.
    await concert.getByRole('button', { name: 'Remove Concert from the list' }).click()
    await expect(concert).toHaveCount(0)
    expect(await readdir(output)).toEqual(made)
  })

  test('whose process died is interrupted, explains itself, and goes on in the studio by a click', async ({
    app,
    home,
  }) => {
    test.setTimeout(180_000)
    const { page } = app
    await page.keyboard.press('4')
    const output = join(home, 'clean')
    const run = commandLine(home, await folder(home, 'Concert', 8), '-o', output)
    const concert = row(page, 'Concert')
    await expect(concert).toContainText(/[1-9]\d* of 8/, { timeout: 180_000 })
    run.child.kill('SIGKILL')
    await run.ended
    await expect(concert).toContainText('interrupted', { timeout: 180_000 })
    await concert.getByRole('button', { name: 'Details of Concert' }).click()
    await expect(concert).toContainText('Nothing that was done is lost')
    await expect(concert.getByText(/^lacuna jobs resume \S+$/)).toBeVisible()
    await clean(page)
    const before = new Map(await modified(output))
    expect(before.size).toBeGreaterThan(0)

    await concert.getByRole('button', { name: 'Resume here' }).click()
    await expect(concert).toContainText('8 done', { timeout: 180_000 })
    await expect(concert).not.toContainText('command line')
    const after = new Map(await modified(output))
    expect(after.size).toBe(8)
    // What its dead process had made was not made again, and nothing of its temporary files is left.
    for (const [name, time] of before)
      if (name.endsWith('.jpg') && !name.startsWith('.')) expect(after.get(name)).toBe(time)
    expect([...after.keys()].every((name) => name.endsWith('.jpg') && !name.startsWith('.'))).toBe(true)
  })
})

test('failed files are named with their reason', async ({ app, home }) => {
  const { page } = app
  const input = await folder(home, 'Mixed', 2)
  await copyFile(join(import.meta.dirname, 'jobs.spec.ts'), join(input, 'notes.png'))
  expect(await commandLine(home, input, '-o', join(home, 'clean')).ended).not.toBe(0)
  await page.keyboard.press('4')
  const mixed = row(page, 'Mixed')
  await expect(mixed).toContainText(/2 done\s*1 failed/)
  await mixed.getByRole('button', { name: 'Details of Mixed' }).click()
  await expect(mixed.getByText('notes.png is not a picture')).toBeVisible()
  await expect(mixed.getByText(/^lacuna jobs retry \S+$/)).toBeVisible()
})

test('a queue that started paused says so, in longer words too, and goes on when it is let', async ({ page, home }) => {
  const served = await serve(home, ['--paused'])
  try {
    await page.goto(served.url.replace('/#', '/?locale=pseudo#'))
    await new App(page).online()
    await page.keyboard.press('4')
    const banner = page.getByTestId('queue-paused')
    await expect(banner).toBeVisible()
    const fits = await banner.evaluate((node) => node.scrollWidth <= node.clientWidth)
    expect(fits).toBe(true)
    await banner.getByRole('button').click()
    await expect(banner).toHaveCount(0)
  } finally {
    await served.stop()
  }
})

/** Jobs that wait, in a studio that starts paused; of the first a picture is done. */
async function queued(home: string, names: readonly string[]): Promise<void> {
  await using store = await openJobStore(studioPaths({ dataDir: home }))
  const output = OutputSettings.parse({})
  const edit = { kind: 'denoise' } as const
  for (const name of names) {
    const input = await photo(join(home, `${name}.jpg`), 64, 64)
    const request = JobRequest.parse({ edit, output, inputs: [input], target: join(home, 'clean'), template: '{name}' })
    const item = (label: string): NewItem =>
      ({
        ...{ input, label, output, makeFolder: true, bytes: 1000, state: 'waiting', skip: null, error: null },
        target: join(home, 'clean', label),
      }) as const
    await store.enqueue({ name, origin: 'browser', request, state: 'waiting' }, [item('1.jpg'), item('2.jpg')])
  }
  const lease = await store.claim(thisProcess(), () => true)
  if (lease === null) throw new Error('nothing waits')
  const started = await store.start(lease, { alone: false, temp: () => null })
  const result = { bytes: 10, sha256: '00', seconds: 1, model: 'lacuna-denoise', provider: 'cpu', device: 'CPU' }
  await store.complete(lease, started?.item ?? 0, { ...result, sigma: null, notes: [] })
  await store.release(lease, 'waiting')
}

test.describe('jobs that wait', () => {
  const names = (page: Page): Promise<string[]> =>
    jobs(page)
      .getByRole('article')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))

  test('change places by dragging and by keys; the order is kept', async ({ page, home }) => {
    await queued(home, ['one', 'two', 'three'])
    const served = await serve(home, ['--paused'])
    try {
      await page.goto(served.url)
      await new App(page).online()
      await page.keyboard.press('4')
      await expect.poll(() => names(page)).toEqual(['one', 'two', 'three'])
      await row(page, 'three').dragTo(row(page, 'one'))
      await expect.poll(() => names(page)).toEqual(['three', 'one', 'two'])

      const up = row(page, 'two').getByRole('button', { name: 'two earlier' })
      await up.focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => names(page)).toEqual(['three', 'two', 'one'])
      // The key that was pressed can be pressed again.
      await expect(up).toBeFocused()
      await page.keyboard.press('Space')
      await expect.poll(() => names(page)).toEqual(['two', 'three', 'one'])
      await expect(up).toBeDisabled()
      await row(page, 'two').getByRole('button', { name: 'two later' }).press('Enter')
      await expect.poll(() => names(page)).toEqual(['three', 'two', 'one'])

      await page.reload()
      await new App(page).online()
      await page.keyboard.press('4')
      await expect.poll(() => names(page)).toEqual(['three', 'two', 'one'])
    } finally {
      await served.stop()
    }
  })

  test('show what is done of them in its folder, where the host has one', async ({ page, home }) => {
    await queued(home, ['one', 'two'])
    const asked: string[] = []
    // The browser's host has no file manager: here the page is told that it has, and what it asks for is read.
    await page.routeWebSocket(/./, (socket) => {
      const server = socket.connectToServer()
      socket.onMessage((message) => {
        asked.push(String(message))
        server.send(message)
      })
      server.onMessage((message) =>
        socket.send(typeof message === 'string' ? message.replace('"reveal":false', '"reveal":true') : message),
      )
    })
    const served = await serve(home, ['--paused'])
    try {
      await page.goto(served.url)
      await new App(page).online()
      await page.keyboard.press('4')
      await expect(row(page, 'two').getByRole('button', { name: 'Show two in its folder' })).toHaveCount(0)
      await row(page, 'one').getByRole('button', { name: 'Show one in its folder' }).click()
      await expect.poll(() => asked.filter((message) => message.includes('batches/reveal'))).toHaveLength(1)
      expect(asked.find((message) => message.includes('batches/reveal'))).toContain('"item":1')
      // This host says that it cannot, where the person is looking.
      await expect(jobs(page).getByRole('alert')).toBeVisible()
    } finally {
      await served.stop()
    }
  })
})
