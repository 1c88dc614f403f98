import type { Clock } from '../core/clock.ts'
import type { OpenPhase } from '../core/plan.ts'
import type { Random } from '../core/random.ts'
import { isOwn, portion, type Shard, WHOLE } from '../core/shard.ts'
import { type Micros, micros } from '../core/units.ts'
import { arrivals, countArrivals } from './arrivals.ts'
import type { LoadPort, PhaseEnd } from './release.ts'

/** What a loop goes by. */
export interface LoopOptions {
  readonly startAt: Micros
  readonly port: LoadPort
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whose share is sent; all of it where absent. */
  readonly shard?: Shard | undefined
}

/**
 * Sends on schedule whether or not earlier requests have ended, so that a slow server cannot slow the load: what `port` does not
 * take is dropped, never queued. A release that comes late because this process was late is sent at once, with its
 * intended time kept. Resolves at the end of the phase, not of its exchanges; on abort at once. A shard sends its own arrivals alone,
 * under the numbers that they have in the whole, and counts no others.
 */
export async function runOpenLoop(
  phase: OpenPhase,
  random: Random,
  { startAt, port, clock, signal, shard = WHOLE }: LoopOptions,
): Promise<PhaseEnd> {
  const schedule = arrivals(phase, random)[Symbol.iterator]()
  /** Of the whole, and of those the ones that were offered here. */
  let [n, offered] = [0, 0]
  /** The phase was cut short before its release `n`, which the schedule had already given. */
  const stopped = (at: Micros): PhaseEnd => {
    let all = n + 1
    if (phase.arrivals === 'constant') all = countArrivals(phase, random)
    else while (!schedule.next().done) all++
    const planned = portion(all, shard)
    return { at, planned, notReached: planned - offered }
  }
  for (let next = schedule.next(); !next.done; next = schedule.next(), n++) {
    if (!isOwn(n, shard)) continue
    const intended = micros(startAt + next.value)
    if (!(await reached(intended, clock, signal))) return stopped(clock.now())
    if (port.offer({ n, intended }) === 'over') return stopped(clock.now())
    offered++
  }
  const end = micros(startAt + phase.length)
  const whole = await reached(end, clock, signal)
  return { at: whole ? end : clock.now(), planned: offered, notReached: 0 }
}

/** False where the run was told to stop before `at`. */
export async function reached(at: Micros, clock: Clock, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false
  try {
    await clock.sleepUntil(at, signal)
    return !signal.aborted
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
