declare const unit: unique symbol

/** A whole number of microseconds on the run's monotonic clock, or a length of time in the same unit. Never wall-clock time. */
export type Micros = number & { readonly [unit]: 'µs' }

/** Events per second; finite and above zero. */
export type PerSecond = number & { readonly [unit]: '1/s' }

export const MILLISECOND = 1_000
export const SECOND = 1_000_000

/** Rounds to the nearest microsecond. Throws a RangeError on NaN, infinity, or beyond ±285 years. */
export function micros(value: number): Micros {
  const whole = Math.round(value)
  if (!Number.isSafeInteger(whole)) throw new RangeError(`not a time in microseconds: ${value}`)
  return whole as Micros
}

/** `seconds` as microseconds; same errors as `micros`. */
export const seconds = (value: number): Micros => micros(value * SECOND)

/** `milliseconds` as microseconds; same errors as `micros`. */
export const milliseconds = (value: number): Micros => micros(value * MILLISECOND)

/** Throws a RangeError unless `value` is finite and above zero. */
export function perSecond(value: number): PerSecond {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`not a rate per second: ${value}`)
  return value as PerSecond
}

const MICROS_PER = { us: 1, ms: MILLISECOND, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND } as const
const SECONDS_PER = { s: 1, m: 60, h: 3600 } as const

/** Reads `250us`, `100ms`, `1.5s`, `2m`, `1h`. Undefined where the text is no duration; the caller knows the field's name. */
export function parseDuration(text: string): Micros | undefined {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)$/.exec(text)
  if (!match) return undefined
  const value = Number(match[1]) * MICROS_PER[match[2] as keyof typeof MICROS_PER]
  return Number.isSafeInteger(Math.round(value)) ? micros(value) : undefined
}

/** Reads `10/s`, `90/m`, `3/h`. Undefined where the text is no rate above zero. */
export function parseRate(text: string): PerSecond | undefined {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text)
  if (!match) return undefined
  const value = Number(match[1]) / SECONDS_PER[match[2] as keyof typeof SECONDS_PER]
  return value > 0 && Number.isFinite(value) ? perSecond(value) : undefined
}

/** A length of time as the scenario file writes it, in the largest unit that keeps it exact: `1500ms`, `2m`. */
export function writeDuration(time: Micros): string {
  for (const name of ['h', 'm', 's', 'ms'] as const)
    if (time !== 0 && time % MICROS_PER[name] === 0) return `${time / MICROS_PER[name]}${name}`
  return `${time}us`
}
