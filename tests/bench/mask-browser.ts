/**
 * Painting in a real browser: what the page's main thread does in each frame while strokes are drawn on a large photo that
 * has many already. `node scripts/run-built.mjs tests/bench/mask-browser.ts [strokes] [megapixels] [measured strokes]`
 * (default 1000 24 40), or with a program of its own by LACUNA_PROGRAM.
 *
 * Counted is all that the thread ran between two animation frames, as the browser traces it: the page's script, React,
 * style, layout, and handing the layers on. The thread's own processor time is told beside the time on the clock, because a
 * machine that has other things to do makes the latter longer.
 */
import { chromium, type Page } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { z } from 'zod'
import { systemChromium } from '../../scripts/chromium.mjs'
import { serve } from '../e2e/studio.js'
import { between, randomFrom, type Random } from '../support/masks.js'
import { table } from './table.js'

const CANVAS = { width: 1280, height: 800 }
const POINTS = 24

const Trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      ts: z.number().default(0),
      dur: z.number().optional(),
      tdur: z.number().optional(),
      args: z.object({ name: z.string().optional() }).loose().optional(),
    }),
  ),
})

export interface Frame {
  /** ms of the clock, and of the thread's own processor time. */
  clock: number
  thread: number
}

/** The time of the main thread's tasks between its animation frames; frames in which nothing was drawn are left out. */
export function framesOf(buffer: Buffer): Frame[] {
  const { traceEvents } = Trace.parse(JSON.parse(buffer.toString('utf8')))
  const fired = traceEvents.filter(({ name }) => name === 'FireAnimationFrame')
  const main = fired[0]
  if (main === undefined) return []
  const own = traceEvents.filter(({ pid, tid }) => pid === main.pid && tid === main.tid)
  const starts = [...new Set(own.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts))].sort(
    (a, b) => a - b,
  )
  const tasks = own.filter(({ name, ph }) => name === 'RunTask' && ph === 'X').sort((a, b) => a.ts - b.ts)
  const frames: Frame[] = []
  let next = 0
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? Infinity
    const frame = { clock: 0, thread: 0 }
    // The task that an animation frame is a part of began before it.
    while (next < tasks.length && tasks[next]!.ts + (tasks[next]!.dur ?? 0) <= start) next++
    for (; next < tasks.length && tasks[next]!.ts + (tasks[next]!.dur ?? 0) < end; next++) {
      frame.clock += (tasks[next]!.dur ?? 0) / 1000
      frame.thread += (tasks[next]!.tdur ?? 0) / 1000
    }
    if (frame.clock > 0) frames.push(frame)
  }
  return frames
}

type Box = { x: number; y: number; width: number; height: number }

function strokeIn(random: Random, { x, y, width, height }: Box): { x: number; y: number }[] {
  let at = { x: between(random, x + 20, x + width - 20), y: between(random, y + 20, y + height - 20) }
  let angle = between(random, 0, 2 * Math.PI)
  return Array.from({ length: POINTS }, () => {
    angle += between(random, -0.4, 0.4)
    const step = between(random, 2, 10)
    const inside = (value: number, from: number, side: number): number =>
      Math.min(from + side - 8, Math.max(from + 8, value))
    at = {
      x: inside(at.x + step * Math.cos(angle), x, width),
      y: inside(at.y + step * Math.sin(angle), y, height),
    }
    return at
  })
}

/** Strokes as fast as the page takes them: only what they leave counts. */
async function prepaint(page: Page, box: Box, count: number): Promise<void> {
  const random = randomFrom(7)
  for (let done = 0; done < count; done += 20) {
    const strokes = Array.from({ length: Math.min(20, count - done) }, () => strokeIn(random, box))
    await page.evaluate(async (all) => {
      const canvas = document.querySelector('[data-canvas]')
      const send = (type: string, { x, y }: { x: number; y: number }, buttons: number): void => {
        canvas?.dispatchEvent(
          new PointerEvent(type, {
            clientX: x,
            clientY: y,
            pointerId: 1,
            pointerType: 'mouse',
            button: 0,
            buttons,
            bubbles: true,
            cancelable: true,
          }),
        )
      }
      for (const points of all) {
        const [first] = points
        if (first === undefined) continue
        send('pointerdown', first, 1)
        for (const point of points) send('pointermove', point, 1)
        send('pointerup', points.at(-1) ?? first, 0)
        await new Promise((done) => setTimeout(done))
      }
    }, strokes)
  }
}

/** Until the page's main thread has nothing to do: what was painted is worked out, the line around it too. */
export async function untilRest(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page)
  try {
    await client.send('Performance.enable', { timeDomain: 'threadTicks' })
    const busy = async (): Promise<number> =>
      (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
    for (let before = await busy(), rests = 0; rests < 2;) {
      await page.waitForTimeout(1000)
      const now = await busy()
      rests = now - before < 0.05 ? rests + 1 : 0
      before = now
    }
  } finally {
    await client.detach()
  }
}

export async function maskInBrowser(strokes: number, megapixels: number, measured: number): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'lacuna-bench-'))
  const width = Math.round(Math.sqrt(megapixels * 1.5e6))
  const height = Math.round(width / 1.5)
  const file = join(home, 'photo.jpg')
  await sharp('resources/samples/otters-high-iso.jpg').resize(width, height, { fit: 'fill' }).jpeg().toFile(file)
  const studio = await serve(home)
  const executablePath = systemChromium()
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox'],
  })
  try {
    const page = await browser.newPage({ viewport: CANVAS })
    // The compiler's own helper, which functions that go into the page may name.
    await page.addInitScript({ content: 'globalThis.__name ??= (named) => named' })
    // Synthetic pointers cannot be captured.
    await page.addInitScript(() => (Element.prototype.setPointerCapture = () => undefined))
    // From now on the browser hands its dialogs over; told so only when one is waited for, it may be told too late.
    page.on('filechooser', () => undefined)
    await page.goto(studio.url)
    await page.getByTestId('empty').waitFor()
    await page.getByTestId('engine').waitFor()
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('ControlOrMeta+O')
    await (await chooser).setFiles(file)
    const canvas = page.locator('[data-canvas]')
    await canvas.waitFor()
    await page.getByText('Opening: this is a small version').waitFor({ state: 'detached', timeout: 180_000 })
    await page.keyboard.press('b')
    const box = await canvas.boundingBox()
    if (box === null) throw new Error('no canvas')
    const rows: string[][] = []
    for (const view of ['whole picture', '100 %'] as const) {
      if (view === '100 %') await page.keyboard.press('ControlOrMeta+1')
      // All of the strokes are there for both views.
      if (rows.length === 0) await prepaint(page, box, strokes)
      await page.locator('[data-canvas]:not([data-loading])').waitFor({ timeout: 120_000 })
      await untilRest(page)
      const random = randomFrom(8)
      await browser.startTracing(page, {
        categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'],
      })
      for (let count = 0; count < measured; count++) {
        const [first, ...rest] = strokeIn(random, box)
        if (first === undefined) continue
        await page.mouse.move(first.x, first.y)
        await page.mouse.down()
        for (const { x, y } of rest) await page.mouse.move(x, y)
        await page.mouse.up()
      }
      const frames = framesOf(await browser.stopTracing())
      const at = (of: keyof Frame, share: number): string => {
        const sorted = frames.map((frame) => frame[of]).sort((a, b) => a - b)
        return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1)
      }
      rows.push([
        view,
        String(frames.length),
        ...(['thread', 'clock'] as const).flatMap((of) => [at(of, 0.5), at(of, 0.95), at(of, 0.99)]),
      ])
    }
    const said = table(['view', 'frames', 'processor p50, ms', 'p95', 'p99', 'clock p50, ms', 'p95', 'p99'], rows)
    return `${measured} strokes by mouse on a mask of ${strokes}, ${width} × ${height} pixels, window ${CANVAS.width} × ${CANVAS.height}; load of the machine ${loadavg()[0]?.toFixed(1)}.\n\n${said}`
  } finally {
    await browser.close()
    await studio.stop()
    await rm(home, { recursive: true, force: true })
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [strokes = '1000', megapixels = '24', measured = '40'] = process.argv.slice(2)
  process.stdout.write(`${await maskInBrowser(Number(strokes), Number(megapixels), Number(measured))}\n`)
}
