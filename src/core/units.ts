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

const BYTES_PER = { B: 1, kB: 1_000, MB: 1_000_000 } as const

/** Reads `200kB`, `1.5MB`, `800B` as bytes. Undefined where the text is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|kB|MB)$/.exec(text)
  if (!match) return undefined
  const bytes = Math.round(Number(match[1]) * BYTES_PER[match[2] as keyof typeof BYTES_PER])
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Bytes for people: `800 B`, `200 kB`, `1.5 MB`. */
export function writeSize(bytes: number): string {
  if (bytes < BYTES_PER.kB) return `${bytes} B`
  const [unit, name] = bytes < 999_500 ? [BYTES_PER.kB, 'kB'] : [BYTES_PER.MB, 'MB']
  const value = bytes / unit
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${name}`
}

/** A length of time as the scenario file writes it, in the largest unit that keeps it exact: `1500ms`, `2m`. */
export function writeDuration(time: Micros): string {
  for (const name of ['h', 'm', 's', 'ms'] as const)
    if (time !== 0 && time % MICROS_PER[name] === 0) return `${time / MICROS_PER[name]}${name}`
  return `${time}us`
}
