// A CommonJS package whose names Node does not see: only its default can be imported.
import progress, { type MultiBar, type Options, type Params, type SingleBar } from 'cli-progress'
import type { RunEventOf } from '../../../shared/events.js'
import type { Words } from '../../../shared/words.js'
import { InWork } from './in-work.js'
import { duration, type Part } from './time.js'

export interface Bars {
  readonly active: boolean
  start(index: number, total: number, name: string): void
  update(event: RunEventOf<'progress'>): void
  /** A picture came to its end, in whatever way. Without another one in work the bars go. */
  ended(index: number): void
  /** A line above the bars. */
  log(line: string): void
  stop(): void
}

interface Payload {
  label: string
  secondsLeft: number | null
}

/**
 * Two bars on standard error: a picture, and below it the whole run when there is more than one. Pictures overlap (the
 * next is read while this one is worked on), so the bar shows the one that the model works on.
 */
export function progressBars(words: Words): Bars {
  const working = new InWork()
  let multi: MultiBar | undefined
  let picture: SingleBar | undefined
  let overall: SingleBar | undefined
  let total = 0
  let ended = 0
  let whole: Part = { fraction: 0, secondsLeft: null }

  const show = (bar: SingleBar | undefined, { fraction, secondsLeft }: Part, label: string) =>
    bar?.update(fraction, { label, secondsLeft } satisfies Payload)

  const draw = (): void => {
    const { shown } = working
    if (shown === null) return
    show(picture, shown, shown.phase === null ? shown.name : `${shown.name} · ${words.t(`cli.phase.${shown.phase}`)}`)
    show(overall, whole, `${Math.min(ended + 1, total)}/${total}`)
  }

  const begin = (): void => {
    multi = multiBar(words)
    const nothing: Payload = { label: '', secondsLeft: null }
    picture = multi.create(1, 0, nothing)
    overall = total > 1 ? multi.create(1, whole.fraction, nothing) : undefined
  }

  const stop = (): void => {
    if (multi === undefined) return
    // A line that was logged since the last redraw is written by the next one only.
    multi.update()
    multi.stop()
    multi = picture = overall = undefined
  }

  return {
    get active() {
      return multi !== undefined
    },
    start(index, count, name) {
      total = count
      working.start(index, name)
      if (multi === undefined) begin()
      draw()
    },
    update({ index, total: count, phase, fraction, secondsLeft, overall: run }) {
      total = count
      whole = run
      working.update(index, { phase, fraction, secondsLeft })
      draw()
    },
    ended(index) {
      if (!working.end(index)) return
      ended++
      if (working.shown === null) stop()
      else draw()
    },
    log(line) {
      multi?.log(`${line}\n`)
    },
    stop,
  }
}

const multiBar = (words: Words): MultiBar =>
  new progress.MultiBar(
    {
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      // The run itself decides what Ctrl+C does.
      gracefulExit: false,
      autopadding: true,
      barsize: 24,
      format: (options: Options, params: Params, payload: Payload) => barLine(options, params, payload, words),
    },
    progress.Presets.shades_classic,
  )

function barLine(options: Options, params: Params, payload: Payload, words: Words): string {
  const bar = progress.Format.BarFormat(params.progress, options)
  const percent = `${String(Math.floor(params.progress * 100)).padStart(3)} %`
  const left =
    payload.secondsLeft === null ? '' : ` · ${words.t('cli.time.left', { time: duration(payload.secondsLeft, words) })}`
  return `${bar} ${percent}${left} · ${payload.label}`
}
