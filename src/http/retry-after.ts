import { type Micros, seconds } from '../core/units.ts'

/** A day: what asks for more is no wish for a pause. */
const LONGEST_S = 86_400

/**
 * How long a reply asks to wait (`Retry-After`, RFC 9110 §10.2.3): whole seconds, or a date, held against the reply's own `Date` so that no
 * clock of ours is asked. Undefined where it does not ask, or not in either form.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>): Micros | undefined {
  const asked = headers['retry-after']?.trim()
  if (asked === undefined) return undefined
  const wait = /^\d{1,9}$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.parse(headers['date'] ?? '')) / 1e3
  return wait >= 0 && wait <= LONGEST_S ? seconds(wait) : undefined
}
