import { exponential, normal, type Random } from '../../src/core/random.ts'
import type { Point } from '../../src/stats/trend.ts'

/** A server with `servers` places that each take `mean` seconds: always, or exponentially: M/D/c, and M/M/c, whose answers are known in closed form. */
export interface QueueLaw {
  readonly servers: number
  readonly mean: number
  readonly service: 'deterministic' | 'exponential'
}

/** The chance that an arrival has to wait (Erlang 1917), for `load` = arrival rate × mean < servers. */
function erlangC(servers: number, load: number): number {
  let blocked = 1
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked)
  return blocked / (1 - (load / servers) * (1 - blocked))
}

/** The chance that a run of exponential service takes longer than `time` seconds in the steady state (Gross and Harris, Fundamentals of Queueing Theory, §2.3). */
export function slowerThan(time: number, rate: number, { servers, mean }: QueueLaw): number {
  const load = rate * mean
  const spare = servers - 1 - load
  const waits = erlangC(servers, load)
  const extra = Math.abs(spare) < 1e-9 ? time / mean : (1 - Math.exp((-time / mean) * spare)) / spare
  return Math.exp(-time / mean) * (1 + waits * extra)
}

/** The rate at which exactly the share `p` of runs of exponential service takes `limit` seconds at most. */
export function rateAtLimit(limit: number, p: number, law: QueueLaw): number {
  let [low, high] = [0, law.servers / law.mean]
  for (let i = 0; i < 100; i++) {
    const rate = (low + high) / 2
    if (slowerThan(limit, rate, law) > 1 - p) high = rate
    else low = rate
  }
  return low
}

export interface QueueTrial {
  /** Response times in seconds of what arrived after the ramp-in, in order of arrival. */
  readonly responses: Float64Array
  readonly endedInside: number
  /** Runs in flight at each whole second after the ramp-in. */
  readonly inFlight: readonly Point[]
}

export interface Disturbances {
  /** Log-normal spread of a single run, and of all runs of a trial together. */
  readonly perRun: number
  readonly perTrial: number
  /** Share of trials that a stall of so many seconds hits. */
  readonly stalls: number
  readonly stallSeconds: number
}

/** What the acceptance list of the search asks for. */
export const NOISY: Disturbances = { perRun: 0.1, perTrial: 0.04, stalls: 0.05, stallSeconds: 5 }
export const QUIET: Disturbances = { perRun: 0, perTrial: 0, stalls: 0, stallSeconds: 0 }

/** Poisson arrivals at `rate` for `rampIn` and then `length` seconds, first come, first served, by the recursion of Kiefer and Wolfowitz (1955). */
export function runQueue(
  rate: number,
  { servers, mean, service }: QueueLaw,
  {
    rampIn,
    length,
    disturbed,
    random,
  }: { readonly rampIn: number; readonly length: number; readonly disturbed: Disturbances; readonly random: Random },
): QueueTrial {
  const end = rampIn + length
  const slower = Math.exp(disturbed.perTrial * normal(random))
  const stall = random() < disturbed.stalls ? rampIn + random() * length : Number.POSITIVE_INFINITY
  const free = new Float64Array(servers)
  const responses: number[] = []
  const inFlight = new Int32Array(Math.ceil(end) + 1)
  let endedInside = 0
  for (let at = exponential(random) / rate; at < end; at += exponential(random) / rate) {
    let place = 0
    for (let i = 1; i < servers; i++) if (free[i]! < free[place]!) place = i
    let start = Math.max(at, free[place]!)
    if (start >= stall && start < stall + disturbed.stallSeconds) start = stall + disturbed.stallSeconds
    const takes = service === 'deterministic' ? mean : mean * exponential(random)
    const finished = start + takes * slower * Math.exp(disturbed.perRun * normal(random) - disturbed.perRun ** 2 / 2)
    free[place] = finished
    if (at >= rampIn) responses.push(finished - at)
    if (finished >= rampIn && finished < end) endedInside++
    for (let second = Math.ceil(at); second < Math.min(finished, end); second++) inFlight[second]!++
  }
  const bins = Array.from(inFlight.subarray(Math.ceil(rampIn), Math.floor(end)), (value, second): Point => [second, value])
  return { responses: Float64Array.from(responses), endedInside, inFlight: bins }
}
