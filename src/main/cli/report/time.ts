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

/** Seconds left at the pace so far; null while too little was done to tell (2 % and 1 second). */
export function timeLeft(fraction: number, elapsedSeconds: number): Part {
  const known = fraction >= 0.02 && elapsedSeconds >= 1
  return { fraction, secondsLeft: known ? (elapsedSeconds * (1 - fraction)) / fraction : null }
}
