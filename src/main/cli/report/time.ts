import type { Words } from '../../../shared/words.js'

/** `7.3 s`, `3 min 05 s`, `1 h 04 min`. */
export function duration(seconds: number, { t }: Words): string {
  if (seconds < 9.95) return t('cli.time.seconds', { s: seconds.toFixed(1) })
  const whole = Math.round(seconds)
  if (whole < 60) return t('cli.time.seconds', { s: whole })
  const pad = (value: number) => String(value).padStart(2, '0')
  if (whole < 3600) return t('cli.time.minutes', { m: Math.floor(whole / 60), s: pad(whole % 60) })
  const minutes = Math.round(whole / 60)
  return t('cli.time.hours', { h: Math.floor(minutes / 60), m: pad(minutes % 60) })
}

export interface Part {
  fraction: number
  secondsLeft: number | null
}

/** `2026-03-01 22:05`, in local time. `at` in milliseconds since 1970. */
export function dateTime(at: number): string {
  const date = new Date(at)
  const pad = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** Since `start` (of `performance.now()`), to the millisecond. */
export const secondsSince = (start: number): number => Math.round(performance.now() - start) / 1000
