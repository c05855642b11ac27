// A CommonJS package whose names Node does not see: only its default can be imported.
import progress, { type Options, type Params, type SingleBar } from 'cli-progress'
import type { RunEventOf } from '../../../shared/events.js'
import type { Words } from '../../../shared/words.js'
import { duration, type Part } from './time.js'

export interface Bars {
  readonly active: boolean
  start(index: number, total: number, name: string): void
  update(event: RunEventOf<'progress'>): void
  /** A line above the bars. */
  log(line: string): void
  stop(): void
}

interface Payload {
  label: string
  secondsLeft: number | null
}

/** Two bars on standard error: this picture, and below it the whole run when there is more than one. */
export function progressBars(words: Words): Bars {
  const multi = new progress.MultiBar(
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
  let picture: SingleBar | undefined
  let overall: SingleBar | undefined
  let active = false
  const show = (bar: SingleBar | undefined, { fraction, secondsLeft }: Part, label: string) =>
    bar?.update(fraction, { label, secondsLeft } satisfies Payload)
  let label = ''
  let count = ''

  return {
    get active() {
      return active
    },
    start(index, total, name) {
      label = name
      count = `${index}/${total}`
      const nothing: Payload = { label, secondsLeft: null }
      if (picture === undefined) {
        picture = multi.create(1, 0, nothing)
        if (total > 1) overall = multi.create(1, (index - 1) / total, { ...nothing, label: count })
        active = true
      }
      picture.update(0, nothing)
      overall?.update((index - 1) / total, { label: count })
    },
    update(event) {
      show(picture, event, `${label} · ${words.t(`cli.phase.${event.phase}`)}`)
      show(overall, event.overall, count)
    },
    log(line) {
      multi.log(`${line}\n`)
    },
    stop() {
      if (!active) return
      // A line that was logged since the last redraw is written by the next one only.
      multi.update()
      multi.stop()
      active = false
    },
  }
}

function barLine(options: Options, params: Params, payload: Payload, words: Words): string {
  const bar = progress.Format.BarFormat(params.progress, options)
  const percent = `${String(Math.floor(params.progress * 100)).padStart(3)} %`
  const left =
    payload.secondsLeft === null ? '' : ` · ${words.t('cli.time.left', { time: duration(payload.secondsLeft, words) })}`
  return `${bar} ${percent}${left} · ${payload.label}`
}
