import type { OpenPhase } from '../core/plan.ts'
import { exponential, type Random } from '../core/random.ts'
import { type Micros, micros, type PerSecond, SECOND } from '../core/units.ts'

/** Intended send times of an open phase: ascending offsets from its start, lazy. */
export type Offsets = Iterable<Micros>

/**
 * When `count` arrivals are due in a phase whose rate runs in a straight line from `from` to `to` over `length`, in seconds.
 * By t seconds from·t + (to − from)·t²/(2·length) arrivals are due; this is the inverse, in the form that is stable for equal rates too.
 */
export function dueAfter(count: number, from: PerSecond, to: PerSecond, length: Micros): number {
  if (count === 0) return 0
  const slope = (to - from) / (length / SECOND)
  return (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * count)))
}

/** How many arrivals a phase expects: the area under its rate. */
export const expectedArrivals = (phase: Pick<OpenPhase, 'from' | 'to' | 'length'>): number =>
  ((phase.from + phase.to) / 2) * (phase.length / SECOND)

/**
 * The send times of an open phase, all inside its length. `constant` sends when the area under the rate reaches 0, 1, 2, …: offsets are
 * multiples, not sums, so no drift builds up. `poisson` is a Poisson process of that rate: a process of rate 1 seen through the same
 * clock change (Çinlar 1975), so a ramp of it is exact too.
 */
export function* arrivals(phase: Pick<OpenPhase, 'arrivals' | 'from' | 'to' | 'length'>, random: Random): Offsets {
  const area = expectedArrivals(phase)
  let due = phase.arrivals === 'poisson' ? exponential(random) : 0
  for (let n = 1; due < area; n++) {
    const at = sendTime(due, phase)
    // Rounding to whole microseconds may reach the very end, which belongs to the next phase.
    if (at >= phase.length) return
    yield at
    due = phase.arrivals === 'poisson' ? due + exponential(random) : n
  }
}

/**
 * How many send times a phase has, with the same random stream that will send it. Constant arrivals are counted without walking through
 * them: a soak may hold a hundred million, and it is asked when a person stops the run.
 */
export function countArrivals(phase: Pick<OpenPhase, 'arrivals' | 'from' | 'to' | 'length'>, random: Random): number {
  if (phase.arrivals === 'constant') {
    let count = Math.ceil(expectedArrivals(phase))
    while (count > 0 && sendTime(count - 1, phase) >= phase.length) count--
    return count
  }
  let count = 0
  for (const _ of arrivals(phase, random)) count++
  return count
}

/** The offset at which the area under the rate reaches `due`. */
const sendTime = (due: number, { from, to, length }: Pick<OpenPhase, 'from' | 'to' | 'length'>): Micros =>
  micros(dueAfter(due, from, to, length) * SECOND)
