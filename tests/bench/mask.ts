/**
 * Painting a mask: processor time in each frame while strokes are drawn, and of single steps afterwards.
 * `npx tsx tests/bench/mask.ts [strokes] [megapixels]` (default 1000 24).
 * The pure part: rasterising, finding what changed, colouring overlay tiles. Putting pixels into canvases is the browser's.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseMask, rasterise, type MaskPoint, type StrokeOperation } from '../../src/shared/mask/index.js'
import { adjusted, emptyHistory, inverted, maskOf, redone, undone, withStep } from '../../src/renderer/mask/history.js'
import { LiveMask } from '../../src/renderer/mask/live.js'
import { Overlay } from '../../src/renderer/mask/overlay.js'
import { between, pick, randomFrom, type Random, type Size } from '../support/masks.js'
import { table } from './table.js'

const CANVAS: Size = { width: 1280, height: 800 }
/** What a frame may take of the main thread for this, in ms. */
const AIM = 8
/** A pen reports so many points in a frame of 60 Hz. */
const POINTS_A_FRAME = 4
const FRAMES_A_STROKE = 12

interface View {
  readonly name: string
  readonly zoom: number
  readonly level: number
  /** What of the picture is to be seen. */
  readonly area: { x: number; y: number; width: number; height: number }
}

/** Whole picture, and a part of it at 100 %. */
function viewsOf(picture: Size): View[] {
  const fit = Math.min(1, CANVAS.width / picture.width, CANVAS.height / picture.height)
  const x = Math.floor((picture.width - CANVAS.width) / 2)
  const y = Math.floor((picture.height - CANVAS.height) / 2)
  return [
    {
      name: 'whole picture',
      zoom: fit,
      level: Math.max(0, Math.floor(Math.log2(1 / fit))),
      area: { x: 0, y: 0, ...picture },
    },
    { name: '100 %', zoom: 1, level: 0, area: { x, y, ...CANVAS } },
  ]
}

/** A hand's stroke in a view: on the screen 4 to 120 pixels wide and some hundred long. */
function strokeIn(random: Random, { area, zoom }: View): StrokeOperation {
  let [x, y] = [between(random, area.x, area.x + area.width), between(random, area.y, area.y + area.height)]
  let angle = between(random, 0, 2 * Math.PI)
  let pressure = between(random, 0.3, 1)
  const points = Array.from({ length: POINTS_A_FRAME * FRAMES_A_STROKE }, (): MaskPoint => {
    const step = between(random, 2, 10) / zoom
    angle += between(random, -0.4, 0.4)
    x += step * Math.cos(angle)
    y += step * Math.sin(angle)
    pressure = Math.min(1, Math.max(0.1, pressure + between(random, -0.05, 0.05)))
    return [x, y, pressure]
  })
  const diameter = Math.max(1, between(random, 4, 120) / zoom)
  return { kind: 'stroke', points, diameter, hardness: pick(random, 1, 1, 0.5), erase: random() < 0.1 }
}

/** Of the processor, so that what else runs on the machine is not counted; ms. */
function now(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

class Times {
  private readonly all: number[] = []
  measure<T>(work: () => T): T {
    const start = now()
    const result = work()
    this.all.push(now() - start)
    return result
  }
  get count(): number {
    return this.all.length
  }
  at(share: number): string {
    const sorted = [...this.all].sort((a, b) => a - b)
    return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2)
  }
}

function paint(picture: Size, view: View, strokes: number): { drawing: Times; steps: Map<string, Times> } {
  const random = randomFrom(7)
  const live = new LiveMask(picture)
  const overlay = new Overlay(picture, view.level, [255, 60, 60], () => ({ put: () => undefined }))
  let history = emptyHistory(picture)
  const drawing = new Times()
  const frame = (work: () => void): void =>
    drawing.measure(() => {
      const until = now() + AIM
      work()
      overlay.paint(live.tiles, view.area, until, now)
    })
  for (let count = 0; count < strokes; count++) {
    const stroke = strokeIn(random, view)
    for (let length = POINTS_A_FRAME; length <= stroke.points.length; length += POINTS_A_FRAME)
      frame(() => overlay.changed(live.draw({ ...stroke, points: stroke.points.slice(0, length) })))
    frame(() => {
      history = withStep(history, stroke)
      overlay.changed(live.show(maskOf(history)))
    })
  }
  while (overlay.pending > 0) frame(() => undefined)

  const steps = new Map<string, Times>()
  const step = (name: string, change: () => void, times = 1): void => {
    const taken = new Times()
    for (let i = 0; i < times; i++)
      taken.measure(() => {
        change()
        live.show(maskOf(history))
      })
    steps.set(name, taken)
  }
  step('undo', () => (history = undone(history)), 40)
  step('redo', () => (history = redone(history)), 40)
  step('invert', () => (history = inverted(history)))
  step('invert back', () => (history = inverted(history)))
  step('grow by 8', () => (history = adjusted(history, { kind: 'grow', pixels: 8 })))
  step('feather by 20', () => (history = adjusted(history, { kind: 'feather', pixels: 20 })))
  const mask = parseMask(JSON.parse(JSON.stringify(maskOf(history))))
  const whole = new Times()
  whole.measure(() => rasterise(mask))
  steps.set('all bytes, from the list', whole)
  return { drawing, steps }
}

export function maskPainting(strokes: number, megapixels: number): string {
  const width = Math.round(Math.sqrt(megapixels * 1.5e6))
  const picture = { width, height: Math.round(width / 1.5) }
  const views = viewsOf(picture).map((view) => ({ view, ...paint(picture, view, strokes) }))
  const frames = table(
    ['view', 'level', 'frames', 'p50, ms', 'p95, ms', 'p99, ms', 'longest, ms'],
    views.map(({ view, drawing }) => [
      view.name,
      String(view.level),
      String(drawing.count),
      drawing.at(0.5),
      drawing.at(0.95),
      drawing.at(0.99),
      drawing.at(1),
    ]),
  )
  const single = table(
    ['step on the mask of all strokes', ...views.flatMap(({ view }) => [`${view.name}: p50, ms`, 'longest, ms'])],
    [...(views[0]?.steps.keys() ?? [])].map((name) => [
      name,
      ...views.flatMap(({ steps }) => [steps.get(name)?.at(0.5) ?? '', steps.get(name)?.at(1) ?? '']),
    ]),
  )
  return `${strokes} strokes on ${picture.width} × ${picture.height} pixels, seen at ${CANVAS.width} × ${CANVAS.height}.\n\n${frames}\n\n${single}`
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [strokes = '1000', megapixels = '24'] = process.argv.slice(2)
  process.stdout.write(`${maskPainting(Number(strokes), Number(megapixels))}\n`)
}
