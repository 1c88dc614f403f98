import { count } from '../format.ts'

/** Where a value lies on an axis, from 0 at its beginning to 1 at its end. Values beyond the ends lie beyond 0 and 1. */
export type Scale = (value: number) => number

/** From `low` to `high` evenly; everything in the middle where the two are the same. */
export const linear =
  (low: number, high: number): Scale =>
  (value) =>
    high > low ? (value - low) / (high - low) : 0.5

/** From `low` to `high` by their logarithms; both above 0, and what is not is put at the beginning. */
export function logarithmic(low: number, high: number): Scale {
  const scale = linear(Math.log(low), Math.log(high))
  return (value) => scale(Math.log(Math.max(value, low)))
}

/** Round numbers from 0 to the first one at or above `high`, about `wanted` of them. `[0, 1]` where `high` is not above 0. */
export function ticks(high: number, wanted = 4): readonly number[] {
  if (!(high > 0) || !Number.isFinite(high)) return [0, 1]
  const step = roundStep(high / wanted)
  const last = Math.ceil(high / step - 1e-9)
  return Array.from({ length: last + 1 }, (_, at) => tidy(at * step))
}

/** Powers of ten around [low, high], with 2 and 5 between them where there are few. Both ends lie at or outside what was asked for. */
export function logTicks(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(low) + 1e-9)
  const last = Math.ceil(Math.log10(high) - 1e-9)
  const factors = last - first <= 2 ? [1, 2, 5] : [1]
  const all = Array.from({ length: Math.max(1, last - first) + 1 }, (_, power) =>
    factors.map((factor) => tidy(factor * 10 ** (first + power))),
  ).flat()
  const from = all.findLastIndex((tick) => tick <= low * (1 + 1e-9))
  const to = all.findIndex((tick, at) => at > from && tick >= high * (1 - 1e-9))
  return all.slice(Math.max(0, from), to < 0 ? all.length : to + 1)
}

const TIME_STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400] as const

/** Round seconds from 0 up to `length`, at most six beyond 0. */
export function timeTicks(length: number): readonly number[] {
  const step = TIME_STEPS.find((seconds) => length / seconds <= 6) ?? Math.ceil(length / 6 / 86_400) * 86_400
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => at * step)
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10
  return factor * power
}

/** A tick's number as short as it is exact, thousands grouped. */
export const tickText = (value: number): string => (Math.abs(value) >= 1000 ? count(value) : String(value))

/** Seconds on an axis that ends at `end` of them: `30 s`, or in `minutes:seconds`, or in `hours:minutes`. */
export function clockText(seconds: number, end: number): string {
  if (end < 120) return `${seconds} s`
  const [large, small] =
    end < 7200 ? [Math.floor(seconds / 60), seconds % 60] : [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return `${large}:${String(small).padStart(2, '0')}`
}

/** What `clockText` counts in. */
export const clockUnit = (end: number): string => (end < 120 ? 's' : end < 7200 ? 'min:s' : 'h:min')

/** Takes off the last bits that binary fractions add: 0.30000000000000004. */
const tidy = (value: number): number => Number(value.toPrecision(12))
