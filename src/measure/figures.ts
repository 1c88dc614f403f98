import { SECOND } from '../core/units.ts'
import type { Unit } from './metrics.ts'

/** Three significant digits, never with an exponent, no zeros at the end: `0.0123`, `12.3`, `1230`. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/** A written number with a thin space between its thousands: `71 500`. */
export function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  return fraction === undefined ? groups : `${groups}.${fraction}`
}

/** A length of time for a person, to three digits: `312 µs`, `12.3 ms`, `1.25 s`, `2 min 5 s`. */
export function time(micros: number): string {
  const length = Math.abs(micros)
  if (length < 999.5) return `${digits(Math.round(micros))} µs`
  if (length < 999_500) return `${digits(micros / 1000)} ms`
  if (length < 99.5 * SECOND) return `${digits(micros / SECOND)} s`
  const whole = Math.round(length / SECOND)
  const hours = Math.floor(whole / 3600)
  return `${micros < 0 ? '−' : ''}${hours > 0 ? `${hours} h ` : ''}${Math.floor((whole % 3600) / 60)} min ${whole % 60} s`
}

/** `1.25 %`. */
export const percent = (share: number): string => `${digits(share * 100)} %`

/** `9.87/s`. */
export const rate = (perSecond: number): string => `${digits(perSecond)}/s`

/** A metric's value with its unit. */
export function figure(value: number, unit: Unit): string {
  switch (unit) {
    case 'µs':
      return time(value)
    case 'ratio':
      return percent(value)
    case 'per second':
      return rate(value)
    case 'bytes':
      return `${digits(value)} bytes`
    case 'count':
      return digits(value)
  }
}

/** `1 run`, `2 runs`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
