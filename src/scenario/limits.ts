import type { CaveatLimits, Limits } from '../core/plan.ts'
import { type Micros, micros, milliseconds, parseDuration, seconds } from '../core/units.ts'
import type { Complain } from './problem.ts'
import type { Scenario } from './schema.ts'

/** What holds where a scenario says nothing. */
export const DEFAULT_LIMITS = {
  inFlight: 500,
  connect: seconds(5),
  firstEvent: seconds(300),
  idle: seconds(60),
  timeout: { blocking: seconds(100), streaming: seconds(1200) },
  linger: seconds(3),
} as const satisfies Omit<Limits, 'drain'>

/** The caveat limits of the measurement page. */
const DEFAULT_CAVEATS: CaveatLimits = {
  generatorLate: milliseconds(10),
  suspended: seconds(5),
  clockDrift: milliseconds(50),
  loopDelay: milliseconds(10),
  loopStall: milliseconds(100),
  ownCpu: 0.8,
  staleConnections: 0.005,
}

/** Limits with defaults filled in. `drain` is the longest timeout unless the scenario says otherwise. */
export function planLimits(written: Scenario['limits'], complain: Complain): Limits {
  const { inFlight, connect, firstEvent, idle, timeout, linger, drain, tokens, runs } = written ?? {}
  const time = (path: readonly string[], text: string | undefined, otherwise: Micros): Micros => {
    if (text === undefined) return otherwise
    const value = parseDuration(text)
    // Only connections may be cut at once and runs given up at once; a limit of nothing would fail every exchange.
    if (value !== undefined && (value > 0 || path[0] === 'linger' || path[0] === 'drain')) return value
    complain(
      ['limits', ...path],
      value === 0 ? 'No exchange can hold a limit of 0' : 'This is too long',
      'Write a duration such as 500ms, 60s or 20m.',
    )
    return otherwise
  }
  const each = typeof timeout === 'string' ? { blocking: timeout, streaming: timeout } : timeout
  const below = (mode: string) => (typeof timeout === 'string' ? ['timeout'] : ['timeout', mode])
  const blocking = time(below('blocking'), each?.blocking, DEFAULT_LIMITS.timeout.blocking)
  const streaming =
    typeof timeout === 'string'
      ? ((parseDuration(timeout) || blocking) as Micros)
      : time(below('streaming'), each?.streaming, DEFAULT_LIMITS.timeout.streaming)
  return {
    inFlight: inFlight ?? DEFAULT_LIMITS.inFlight,
    connect: time(['connect'], connect, DEFAULT_LIMITS.connect),
    firstEvent: time(['firstEvent'], firstEvent, DEFAULT_LIMITS.firstEvent),
    idle: time(['idle'], idle, DEFAULT_LIMITS.idle),
    timeout: { blocking, streaming },
    linger: time(['linger'], linger, DEFAULT_LIMITS.linger),
    drain: time(['drain'], drain, micros(Math.max(blocking, streaming))),
    ...(tokens === undefined ? {} : { tokens }),
    ...(runs === undefined ? {} : { runs }),
  }
}

/** Caveat limits with defaults filled in; shares in percent become numbers from 0 to 1. */
export function planCaveats(written: Scenario['caveats'], complain: Complain): CaveatLimits {
  const time = (name: 'generatorLate' | 'suspended' | 'clockDrift' | 'loopDelay' | 'loopStall'): Micros => {
    const text = written?.[name]
    const value = text === undefined ? DEFAULT_CAVEATS[name] : parseDuration(text)
    if (value === undefined) complain(['caveats', name], 'This is too long', 'Write a duration such as 10ms.')
    return value ?? DEFAULT_CAVEATS[name]
  }
  return {
    generatorLate: time('generatorLate'),
    suspended: time('suspended'),
    clockDrift: time('clockDrift'),
    loopDelay: time('loopDelay'),
    loopStall: time('loopStall'),
    ownCpu: share(written?.ownCpu) ?? DEFAULT_CAVEATS.ownCpu,
    staleConnections: share(written?.staleConnections) ?? DEFAULT_CAVEATS.staleConnections,
  }
}

function share(written: number | string | undefined): number | undefined {
  return typeof written === 'string' ? Number(written.slice(0, -1)) / 100 : written
}
