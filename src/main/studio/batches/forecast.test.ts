import { describe, expect, it } from 'vitest'
import { random } from '../../../../tests/support/engine.js'
import { Forecast, type ForecastItem } from './forecast.js'

const SECONDS_PER_MEGAPIXEL = 2.5

interface File extends ForecastItem {
  readonly pixels: number
}

/** A folder as cameras fill it: two formats, sizes between 2 and 48 MP, bytes that follow the pixels loosely. */
function folder(count: number, seed: number): File[] {
  const next = random(seed)
  return Array.from({ length: count }, (_, i) => {
    const pixels = [2e6, 12e6, 24e6, 48e6][Math.floor(next() * 4)] ?? 0
    const tiff = next() < 0.2
    const bytes = Math.round(pixels * (tiff ? 3.2 : 0.35) * (0.7 + 0.6 * next()))
    return { item: i + 1, label: `${i}.${tiff ? 'tif' : 'jpg'}`, bytes, size: null, pixels }
  })
}

/** Works through the files on a clock of its own; calls `after` at the end of each. Returns the whole time, s. */
function workThrough(
  files: File[],
  forecast: (now: () => number) => Forecast,
  after?: (done: number, left: number | null, at: number) => void,
) {
  let at = 0
  const next = random(99)
  const counting = forecast(() => at * 1000)
  for (const [done, file] of files.entries()) {
    counting.started(file)
    counting.inspected(file.item, { width: file.pixels / 1000, height: 1000, depth: 8 })
    at += (file.pixels / 1e6) * SECONDS_PER_MEGAPIXEL * (0.85 + 0.3 * next())
    counting.ended(file.item, true)
    after?.(done + 1, counting.now().secondsLeft, at)
  }
  return at
}

describe('the time left', () => {
  it.each([1, 2, 3, 4, 5])('is right within a third after the first ten files (folder %i)', (seed) => {
    const files = folder(200, seed)
    const told: { left: number | null; at: number }[] = []
    const whole = workThrough(
      files,
      (now) => new Forecast(files, [], now),
      (_, left, at) => told.push({ left, at }),
    )
    for (const { left, at } of told.slice(9)) {
      const truth = whole - at
      // At the very end a third is less than one picture takes.
      const slack = Math.max(truth / 3, (48 * SECONDS_PER_MEGAPIXEL) / 3)
      expect(Math.abs((left ?? NaN) - truth)).toBeLessThan(slack)
    }
  })

  it('is not guessed from the first picture, which pays for loading the model', () => {
    const files = folder(10, 1)
    const told: (number | null)[] = []
    workThrough(
      files,
      (now) => new Forecast(files, [], now),
      (_, left) => told.push(left),
    )
    expect(told[0]).toBeNull()
    expect(told[1]).not.toBeNull()
    expect(told.at(-1)).toBe(0)
  })

  it('takes no speed from files of an earlier run, nor from those that failed at once', () => {
    const files = folder(40, 7)
    const before = files
      .slice(0, 20)
      .map((file) => ({ ...file, size: { width: file.pixels / 1000, height: 1000, depth: 8 as const } }))
    let at = 0
    const forecast = new Forecast(files.slice(20), before, () => at * 1000)
    expect(forecast.now()).toMatchObject({ secondsLeft: null })
    expect(forecast.now().fraction).toBeGreaterThan(0.2)
    for (const file of files.slice(20, 25)) {
      forecast.started(file)
      at += 1
      forecast.ended(file.item, false)
    }
    expect(forecast.now().secondsLeft).toBeNull()
  })
})

describe('the time left of a job that watches a folder', () => {
  it('is not longer for the hours in which nothing came', () => {
    const files = folder(40, 7)
    let at = 0
    const forecast = new Forecast([], [], () => at * 1000)
    const come = (some: File[], work: number): void => {
      forecast.add(some)
      for (const file of some.slice(0, work)) {
        forecast.started(file)
        forecast.inspected(file.item, { width: file.pixels / 1000, height: 1000, depth: 8 })
        at += (file.pixels / 1e6) * SECONDS_PER_MEGAPIXEL
        forecast.ended(file.item, true)
      }
    }
    at += 3600
    come(files.slice(0, 10), 10)
    at += 3600
    come(files.slice(10), 10)
    const truth = files.slice(20).reduce((sum, { pixels }) => sum + (pixels / 1e6) * SECONDS_PER_MEGAPIXEL, 0)
    expect(Math.abs((forecast.now().secondsLeft ?? NaN) - truth)).toBeLessThan(truth / 3)
  })
})

describe('how far a job is', () => {
  it('rises from 0 to 1 and counts what is in work by its part', () => {
    const files = folder(4, 3)
    const forecast = new Forecast(files, [], () => 0)
    expect(forecast.now().fraction).toBe(0)
    for (const file of files) {
      const before = forecast.now().fraction
      forecast.started(file)
      forecast.progress(file.item, 'denoise', 0.5)
      const half = forecast.now().fraction
      forecast.ended(file.item, true)
      expect(half).toBeGreaterThan(before)
      expect(forecast.now().fraction).toBeGreaterThan(half)
    }
    expect(forecast.now().fraction).toBe(1)
  })

  it('names what is in work and what it does', () => {
    const files = folder(2, 3)
    const forecast = new Forecast(files, [], () => 0)
    forecast.started(files[0] as File)
    forecast.progress(1, 'decode', 0.25)
    expect(forecast.now().items).toEqual([{ item: 1, label: files[0]?.label, phase: 'decode', fraction: 0.25 }])
    forecast.putBack(1)
    expect(forecast.now().items).toEqual([])
  })

  it('is 1 for a job whose files have all ended, and 0 for one without any', () => {
    const ended = folder(2, 1)
    expect(new Forecast([], ended, () => 0).now()).toMatchObject({ fraction: 1, secondsLeft: 0 })
    expect(new Forecast([], [], () => 0).now().fraction).toBe(0)
  })
})
