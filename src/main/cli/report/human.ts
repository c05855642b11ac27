import { basename, relative } from 'node:path'
import pc from 'picocolors'
import type { RunEvent, RunEventOf } from '../../../shared/events.js'
import { noiseWord } from '../../../shared/picture.js'
import type { Words } from '../../../shared/words.js'
import { progressBars } from './bars.js'
import type { Reporter } from './reporter.js'
import { duration } from './time.js'

/**
 * One line a picture: results to standard output, failures to standard error, bars only where that is a terminal.
 * With `quiet` there are failures alone.
 */
export function humanReporter(words: Words, quiet: boolean): Reporter {
  const bars = quiet || !process.stderr.isTTY ? null : progressBars(words)
  const green = colours(process.stdout).green
  const out = (line: string) => write(process.stdout, line, bars)
  const { red, yellow } = colours(process.stderr)
  let foldersLeftOut = 0
  const problem = (line: string) => write(process.stderr, line, bars)

  return {
    report(event) {
      if ('index' in event && event.index !== undefined && isEnd(event)) bars?.ended(event.index)
      if (event.event === 'failed') problem(`${red('✗')} ${failedSentence(event, words)}`)
      if (quiet) return
      switch (event.event) {
        case 'started':
          return bars?.start(event.index, event.total, basename(event.input))
        case 'progress':
          return bars?.update(event)
        case 'done':
          out(`${green('✓')} ${doneLine(event, words)}`)
          for (const note of event.notes) problem(`${yellow('•')} ${basename(event.output)}: ${note.message}`)
          return
        case 'skipped':
          if (event.reason === 'folder') foldersLeftOut++
          return
        case 'watching':
          return problem(words.t('cli.line.watching', { folders: event.folders.map(shown).join(', ') }))
        case 'summary':
          bars?.stop()
          if (foldersLeftOut > 0)
            problem(`${yellow('•')} ${words.t('cli.line.foldersLeftOut', { count: foldersLeftOut })}`)
          return out(summaryLine(event, words))
        default:
          return
      }
    },
    notice: problem,
    end() {
      bars?.stop()
    },
  }
}

/** What is not a terminal gets plain text, and so does whoever set NO_COLOR. */
const colours = (stream: NodeJS.WriteStream) => pc.createColors(stream.isTTY === true && !process.env['NO_COLOR'])

/** On a terminal a line has to go above the bars, and they know where they are. */
function write(stream: NodeJS.WriteStream, line: string, bars: ReturnType<typeof progressBars> | null): void {
  if (bars?.active === true && stream.isTTY) bars.log(line)
  else stream.write(`${line}\n`)
}

function doneLine(event: RunEventOf<'done'>, words: Words): string {
  const noise =
    event.sigma === null
      ? ''
      : words.t('cli.line.noise', {
          sigma: event.sigma.toFixed(1),
          word: words.t(`noise.${noiseWord(event.sigma)}`),
        })
  const taken = event.takenFor === undefined ? '' : words.t(`cli.line.takenFor.${event.takenFor}`)
  const about = [noise, taken].filter(Boolean).join(', ')
  const params = { output: shown(event.output), time: duration(event.seconds, words), device: event.device, about }
  return words.t('cli.line.done', params).trimEnd()
}

/**
 * In a run over folders many pictures have the same name: where the sentence names the picture it gets its path, and
 * where it names the output, a model or a device the picture stands before it.
 */
export function failedSentence({ input, error }: Pick<RunEventOf<'failed'>, 'input' | 'error'>, words: Words): string {
  const { code, params, message } = error
  const path = shown(input)
  if (params['name'] !== basename(input)) return `${path}: ${message}`
  const sentence = words.errorSentence({ code, params: { ...params, name: path } })
  // Every failure of a picture carries the picture's name, but not every sentence says it.
  return sentence.includes(path) ? sentence : `${path}: ${sentence}`
}

function summaryLine(event: RunEventOf<'summary'>, words: Words): string {
  const key = event.cancelled ? 'cancelled' : event.state === 'paused' ? 'paused' : 'finished'
  return words.t(`cli.summaryLine.${key}`, { parts: sumOf(event, words), time: duration(event.seconds, words) })
}

/** `997 pictures done, 3 failed`. Results that were there already are told apart from what is no picture. */
function sumOf(counts: RunEventOf<'summary'>, { t }: Words): string {
  const parts = [t('cli.summaryLine.done', { count: counts.done })]
  const others = { ...counts, skipped: counts.skipped - counts.made }
  for (const kind of ['failed', 'made', 'skipped', 'unfinished'] as const) {
    if (others[kind] > 0) parts.push(t(`cli.summaryLine.${kind}`, { count: others[kind] }))
  }
  return parts.join(', ')
}

const isEnd = ({ event }: RunEvent): boolean => event === 'done' || event === 'failed' || event === 'skipped'

/** The shorter of the path from here and the whole path. */
function shown(path: string): string {
  const here = relative(process.cwd(), path)
  return here !== '' && here.length < path.length ? here : path
}
