import type { Mode } from '../core/sample.ts'
import { type Micros, micros } from '../core/units.ts'

/** Which of our limits an exchange ran into. */
export type WaitedFor = 'a connection' | 'the first event' | 'the next byte' | 'the end'

export interface ExchangeLimits {
  readonly connect: Micros
  readonly firstEvent: Micros
  readonly idle: Micros
  /** The whole exchange. */
  readonly timeout: Micros
  /** How long a finished stream may stay open. */
  readonly linger: Micros
}

/** How far an exchange has come. */
export interface Reached {
  readonly released: Micros
  readonly sent: Micros | undefined
  readonly firstEvent: Micros | undefined
  /** Of anything, a ping too. */
  readonly lastByte: Micros | undefined
}

/** The limit that an exchange runs into next, and when. Bytes of a stream move it on; nothing else does but the stages themselves. */
export function deadlineOf(
  mode: Mode,
  limits: ExchangeLimits,
  { released, sent, firstEvent, lastByte }: Reached,
): { readonly at: Micros; readonly waitedFor: WaitedFor } {
  const whole = { at: micros(released + limits.timeout), waitedFor: 'the end' } as const
  if (sent === undefined) return earlier({ at: micros(released + limits.connect), waitedFor: 'a connection' }, whole)
  if (mode === 'blocking') return whole
  if (firstEvent === undefined) return earlier({ at: micros(sent + limits.firstEvent), waitedFor: 'the first event' }, whole)
  return earlier({ at: micros((lastByte ?? firstEvent) + limits.idle), waitedFor: 'the next byte' }, whole)
}

type Deadline = ReturnType<typeof deadlineOf>
const earlier = (own: Deadline, whole: Deadline): Deadline => (own.at <= whole.at ? own : whole)
