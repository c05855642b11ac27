/** Numbers with their units, in the language's own way. The words come from the catalogue (`ui.unit.*`). */
import type { MessageParams } from '../../shared/errors.js'

type Unit =
  | 'percent'
  | 'pixels'
  | 'megapixels'
  | 'kilobytes'
  | 'megabytes'
  | 'gigabytes'
  | 'seconds'
  | 'minutes'
  | 'hours'
  | 'speed'

export interface Format {
  readonly number: (value: number, digits?: number) => string
  /** A fraction as "42 %". */
  readonly percent: (fraction: number, digits?: number) => string
  /** Of files and disks, in powers of 1000. */
  readonly bytes: (bytes: number) => string
  /** Of memory, in powers of 1024, as `--memory` and the machine's own figures count it. */
  readonly memory: (bytes: number) => string
  /** "0.4 s", "12 s", "3 min", "2 h". */
  readonly duration: (seconds: number) => string
  readonly size: (width: number, height: number) => string
  /** Of so many pixels: "24.0 MP", "201 MP". */
  readonly megapixels: (pixels: number) => string
  readonly time: (at: number) => string
  /** The time, with its day unless that is today. */
  readonly when: (at: number) => string
  readonly speed: (megapixelsPerSecond: number) => string
}

export function createFormat(language: string, unit: (unit: Unit, params: MessageParams) => string): Format {
  /** By digits. One is made in the time in which hundreds of numbers are written. */
  const numbers = new Map<number, Intl.NumberFormat>()
  const number = (value: number, digits = 0): string => {
    let known = numbers.get(digits)
    if (known === undefined) {
      known = new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: false,
      })
      numbers.set(digits, known)
    }
    return known.format(value)
  }
  const amount = (bytes: number, step: 1000 | 1024): string => {
    const [kilo, mega, giga] = [step, step ** 2, step ** 3]
    if (bytes < mega) return unit('kilobytes', { value: number(Math.max(1, bytes / kilo)) })
    if (bytes < giga) return unit('megabytes', { value: number(bytes / mega, bytes < 10 * mega ? 1 : 0) })
    return unit('gigabytes', { value: number(bytes / giga, 1) })
  }
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false })
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
  return {
    number,
    percent: (fraction, digits = 0) => unit('percent', { value: number(fraction * 100, digits) }),
    bytes: (bytes) => amount(bytes, 1000),
    memory: (bytes) => amount(bytes, 1024),
    duration(seconds) {
      if (seconds < 10) return unit('seconds', { value: number(Math.max(0.1, seconds), 1) })
      if (seconds < 90) return unit('seconds', { value: number(seconds) })
      if (seconds < 5400) return unit('minutes', { value: number(seconds / 60) })
      return unit('hours', { value: number(seconds / 3600, 1) })
    },
    size: (width, height) => `${number(width)} × ${number(height)}`,
    megapixels: (pixels) =>
      unit('megapixels', { value: number(pixels / 1e6, pixels < 1e6 ? 2 : pixels < 1e8 ? 1 : 0) }),
    time: (at) => clock.format(at),
    when: (at) => (day.format(at) === day.format(Date.now()) ? '' : `${day.format(at)} `) + clock.format(at),
    speed: (value) => unit('speed', { value: number(value, value < 10 ? 1 : 0) }),
  }
}
