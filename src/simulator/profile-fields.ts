import { z } from 'zod'
import { type Micros, micros, parseDuration } from '../core/units.ts'
import { fixed, type Law } from './law.ts'

/** A time with its unit. */
export const duration = z.string().transform((text, context): Micros => {
  const time = parseDuration(text)
  if (time === undefined) context.addIssue({ code: 'custom', message: `"${text}" is no duration; write one such as 300ms or 1.5s` })
  return time ?? micros(0)
})

const range = z.string().transform((text, context): readonly [Micros, Micros] => {
  const [from, to, more] = text.split('..').map((end) => parseDuration(end.trim()))
  if (from !== undefined && to !== undefined && more === undefined && from <= to) return [from, to]
  context.addIssue({ code: 'custom', message: `"${text}" is no range of durations; write one such as 100ms..300ms` })
  return [micros(0), micros(0)]
})

/** How long something takes. */
export const law = z.union(
  [
    duration.transform((value): Law => fixed(value)),
    z.strictObject({ fixed: duration }).transform(({ fixed: value }): Law => fixed(value)),
    z.strictObject({ exponential: duration }).transform(({ exponential: mean }): Law => ({ kind: 'exponential', mean })),
    z
      .strictObject({ lognormal: z.strictObject({ median: duration, sigma: z.number().min(0).max(5) }) })
      .transform(({ lognormal }): Law => ({ kind: 'lognormal', ...lognormal })),
    z.strictObject({ uniform: range }).transform(({ uniform: [from, to] }): Law => ({ kind: 'uniform', from, to })),
  ],
  {
    error:
      'write a duration such as 300ms, or {exponential: 300ms}, {lognormal: {median: 300ms, sigma: 0.5}}, {uniform: 100ms..500ms}; every duration needs its unit',
  },
)

const wholeRange = z.union(
  [
    z
      .int()
      .min(1)
      .transform((n) => [n, n] as const),
    z.string(),
  ],
  {
    error: 'write a whole number from 1, or a range such as 10..40',
  },
)
/** A whole number from 1, or a range of them. */
export const count = wholeRange.transform((written, context): readonly [number, number] => {
  if (typeof written !== 'string') return written
  const match = /^(\d+)\.\.(\d+)$/.exec(written)
  const [from, to] = [Number(match?.[1]), Number(match?.[2])]
  if (match && from >= 1 && from <= to) return [from, to]
  context.addIssue({ code: 'custom', message: `"${written}" is no range of whole numbers; write one such as 10..40` })
  return [1, 1]
})

const BYTES = { B: 1, kB: 1_000, MB: 1_000_000 } as const
/** Bytes, up to 10MB. */
export const size = z.string().transform((text, context): number => {
  const match = /^(\d+(?:\.\d+)?)(B|kB|MB)$/.exec(text)
  const bytes = match ? Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]) : Number.NaN
  if (bytes <= 10_000_000) return bytes
  context.addIssue({ code: 'custom', message: `"${text}" is no size up to 10MB; write one such as 20kB` })
  return 0
})

/** A percentage, as a number from 0 to 1. */
export const share = z.string().transform((text, context): number => {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text)
  const value = match ? Number(match[1]) / 100 : Number.NaN
  if (value <= 1) return value
  context.addIssue({ code: 'custom', message: `"${text}" is no share; write one such as 5%` })
  return 0
})
