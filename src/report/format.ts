import { MILLISECOND, SECOND } from '../core/units.ts'
import { grouped } from '../measure/figures.ts'
import type { Unit } from '../measure/metrics.ts'

/** What stands where there is no number. */
export const NONE = '–'

const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Such as 10 minutes: below it, seconds are still what a reader thinks in. */
const SECONDS_UNTIL = 10 * MINUTE
const MINUTES_UNTIL = 2 * HOUR

/** `value` to three significant digits, thousands grouped by a thin space, a true minus sign; `–` for what is no finite number. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return NONE
  if (value === 0) return '0'
  const rounded = toThree(Math.abs(value))
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(rounded)))
  const text = decimals > 6 ? rounded.toExponential(2) : grouped(rounded.toFixed(decimals))
  return value < 0 ? `−${text}` : text
}

/** A whole number, thousands grouped by a thin space: `12 345`. Fractions are rounded. */
export const count = (value: number): string =>
  Number.isFinite(value) ? (value < 0 ? '−' : '') + grouped(String(Math.abs(Math.round(value)))) : NONE

/** A measured length of time, in µs, to three significant digits: `95 µs`, `842 ms`, `1.24 s`, `12.5 min`. */
export function duration(us: number): string {
  if (!Number.isFinite(us)) return NONE
  const [unit, size] = durationUnit(us)
  return `${digits(us / size)} ${unit}`
}

/** The unit that suits a length of time, with its size in µs. */
export function durationUnit(us: number): readonly ['µs' | 'ms' | 's' | 'min' | 'h', number] {
  // Rounded first: 999.6 ms is 1.00 s, never 1000 ms.
  const size = toThree(Math.abs(us))
  if (size < MILLISECOND) return ['µs', 1]
  if (size < SECOND) return ['ms', MILLISECOND]
  if (size < SECONDS_UNTIL) return ['s', SECOND]
  if (size < MINUTES_UNTIL) return ['min', MINUTE]
  return ['h', HOUR]
}

/** A planned or elapsed length in µs, in whole units, nothing dropped but fractions of the smallest: `1 min 30 s`, `250 ms`. */
export function span(us: number): string {
  if (!Number.isFinite(us)) return NONE
  if (us < 10 * SECOND) return us % SECOND === 0 ? `${us / SECOND} s` : duration(us)
  let seconds = Math.round(us / SECOND)
  const parts: string[] = []
  for (const [unit, size] of [
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const whole = Math.floor(seconds / size)
    seconds -= whole * size
    if (whole > 0) parts.push(`${whole} ${unit}`)
  }
  return parts.join(' ')
}

/** A rate per second: `9.83/s`. */
export const rate = (perSecond: number): string => (Number.isFinite(perSecond) ? `${digits(perSecond)}/s` : NONE)

/** A share as percent. What is not all never reads as 100 %, what is not nothing never as 0 %. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return NONE
  const hundredths = share * 100
  if (share > 0 && hundredths < 0.01) return '< 0.01 %'
  if (share < 1 && toThree(hundredths) >= 100) return '> 99.9 %'
  return `${digits(hundredths).replace(/\.0+$/, '')} %`
}

/** A number of bytes in powers of 1,000: `1.23 kB`; whole below that. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return NONE
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  let power = 0
  while (power < units.length - 1 && toThree(Math.abs(value) / 1000 ** power) >= 1000) power++
  return power === 0 ? `${count(value)} B` : `${digits(value / 1000 ** power)} ${units[power]}`
}

/** A statistic of a metric with its unit. Counts may be means, so they keep three digits below 1,000. */
export function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case 'µs':
      return duration(value)
    case 'per second':
      return rate(value)
    case 'ratio':
      return percent(value)
    case 'bytes':
      return bytes(value)
    default:
      return Number.isInteger(value) || Math.abs(value) >= 1000 ? count(value) : digits(value)
  }
}

/** An interval, its unit said once where both ends share it: `801–890 ms`, `950 ms–1.02 s`. */
export function interval(low: number, high: number, unit: Unit): string {
  const [from, to] = [quantity(low, unit), quantity(high, unit)]
  const [number, ownUnit] = split(from)
  const dash = low < 0 ? ' to ' : '–'
  return ownUnit === split(to)[1] ? `${number}${dash}${to}` : `${from}${dash}${to}`
}

/** A moment as ISO 8601 says it, for people: `2026-11-24 21:35:25 UTC`. Text that is no such moment comes back as it is. */
export function moment(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso)
  return match ? `${match[1]} ${match[2]} UTC` : iso
}

const split = (text: string): readonly [string, string] => {
  const at = text.search(/ ?[^\d.,\u202f−<> ]+$/)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
}

const toThree = (value: number): number => Number(value.toPrecision(3))
