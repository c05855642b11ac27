/** A batch of ten thousand files, scrolled in a real browser: what the page's main thread does in each frame. */
import { chromium, type ElementHandle, type Page } from '@playwright/test'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemChromium } from '../../scripts/chromium.mjs'
import { openJobStore } from '../../src/main/studio/jobs/store/sqlite/index.js'
import { studioPaths } from '../../src/main/studio/paths.js'
import { JobRequest } from '../../src/shared/job.js'
import { OutputSettings } from '../../src/shared/picture.js'
import { samples, serve } from '../e2e/studio.js'
import { framesOf, untilRest, type Frame } from './mask-browser.js'
import { table } from './table.js'

const FILES = 10_000
const VIEWPORT = { width: 1280, height: 800 }
/** Of a screen that shows sixty a second. */
const FRAME_MS = 1000 / 60

/** Pixels a frame: a wheel that is turned steadily, one that is flung, and the bar dragged through the whole list. */
const ways = [
  { way: 'a wheel, 40 px a frame', step: 40 },
  { way: 'flung, 400 px a frame', step: 400 },
  { way: 'the bar dragged, 3,000 px a frame', step: 3000 },
] as const

export async function longList(quick: boolean): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'lacuna-bench-'))
  await put(home)
  const studio = await serve(home, ['--paused'])
  const executablePath = systemChromium()
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox'],
  })
  try {
    const page = await browser.newPage({ viewport: VIEWPORT })
    await page.addInitScript({ content: 'globalThis.__name ??= (named) => named' })
    await page.goto(studio.url)
    await page.getByTestId('engine').waitFor()
    await page.keyboard.press('2')
    await page.getByRole('grid').getByText('DSC_1.jpg').waitFor()
    await untilRest(page)
    const rows: string[][] = []
    const measure = async (list: string, of: Page): Promise<void> => {
      // Found beforehand: looking for it takes longer than any frame, and is not the page's.
      const grid = await of.getByRole('grid').elementHandle()
      if (grid === null) throw new Error('no list')
      for (const { way, step } of ways) {
        await browser.startTracing(of, {
          categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'],
        })
        await scroll(grid, step, quick ? 60 : 240)
        const frames = framesOf(await browser.stopTracing())
        const over = frames.filter(({ thread }) => thread > FRAME_MS).length
        rows.push([
          ...[list, way, String(frames.length)],
          ...(['thread', 'clock'] as const).flatMap((of) => [0.5, 0.95, 0.99].map((share) => at(frames, of, share))),
          `${((100 * over) / frames.length).toFixed(1)} %`,
        ])
      }
    }
    await measure('files', page)
    await page.close()
    const plain = await browser.newPage({ viewport: VIEWPORT })
    await plain.addInitScript({ content: 'globalThis.__name ??= (named) => named' })
    await plain.setContent(plainList())
    await untilRest(plain)
    await measure('plain', plain)
    const head = ['list', 'scrolled by', 'frames', 'processor p50, ms', 'p95', 'p99', 'clock p50, ms', 'p95', 'p99']
    return `${table([...head, 'frames that take longer than 16.7 ms'], rows)}

A list of ${FILES.toLocaleString('en')} files, the page's main thread; load of the machine ${loadavg()[0]?.toFixed(1)}. "Plain" is as many lines of text in a page without any script, scrolled alike: what the browser takes by itself. Aim: no more than 16.7 ms of processor time in 99 of 100 frames.`
  } finally {
    await browser.close()
    await studio.stop()
    await rm(home, { recursive: true, force: true })
  }
}

/** A paused batch, every file with its own name and state. */
async function put(home: string): Promise<void> {
  const input = join(home, 'lake.jpg')
  await copyFile(join(samples, 'lake.jpg'), input)
  await using store = await openJobStore(studioPaths({ dataDir: home }))
  const output = OutputSettings.parse({})
  const target = join(home, 'clean')
  const request = JobRequest.parse({ edit: { kind: 'denoise' }, output, inputs: [home], target, template: '{name}' })
  const items = Array.from({ length: FILES }, (_, index) => {
    const [label, failed] = [`DSC_${index + 1}.jpg`, index % 10 === 9]
    const error = failed ? ({ code: 'file.empty', params: { name: label } } as const) : null
    const state = failed ? ('failed' as const) : ('waiting' as const)
    return {
      ...{ input, label, target: join(target, label), output, makeFolder: true, bytes: 12e6 },
      ...{ state, skip: null, error },
    }
  })
  await store.enqueue({ name: 'archive', origin: 'browser', state: 'paused', request }, items)
}

/** As high, as many lines of as many words; none of it changes. */
function plainList(): string {
  const line = (_: unknown, index: number): string =>
    `<div style="height:36px;contain:strict">DSC_${index + 1}.jpg 12 MB Waiting</div>`
  const lines = Array.from({ length: FILES }, line).join('')
  return `<body style="margin:0"><div role="grid" style="height:100vh;overflow:hidden auto">${lines}</div>`
}

/** By so many pixels in each frame, from the top. */
async function scroll(grid: ElementHandle<SVGElement | HTMLElement>, step: number, frames: number): Promise<void> {
  await grid.evaluate(
    async (grid, { step, frames }) => {
      grid.scrollTop = 0
      for (let frame = 0; frame < frames; frame++) {
        await new Promise((done) => requestAnimationFrame(done))
        grid.scrollTop += step
      }
    },
    { step, frames },
  )
}

function at(frames: readonly Frame[], of: keyof Frame, share: number): string {
  const sorted = frames.map((frame) => frame[of]).sort((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1)
}
