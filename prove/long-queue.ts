import { exponential, keyed } from '../src/core/random.ts'
import type { QueueLaw } from '../test/helpers/many-servers.ts'

/** Arrivals before which a queue that was empty at first is not yet what it is in the long run. */
const FORGOTTEN = 50_000
/** How exactly the rate is looked for, as a share of it. */
const EXACT = 1e-4

interface LongRun {
  readonly arrivals: number
  readonly seed: number
}

/**
 * The share of `arrivals` Poisson arrivals that take longer than `limit` seconds in all, first come, first served: by the recursion of Kiefer and Wolfowitz
 * (1955) on the ordered vector of what each place has still to do. It shares no code with the trials that are judged by it.
 */
export function shareSlower(limit: number, rate: number, { servers, mean, service }: QueueLaw, { arrivals, seed }: LongRun): number {
  const random = keyed(seed, 'long queue')
  const left = new Float64Array(servers)
  let slower = 0
  for (let n = -FORGOTTEN; n < arrivals; n++) {
    const gap = exponential(random) / rate
    const takes = service === 'deterministic' ? mean : mean * exponential(random)
    const finished = Math.max(0, left[0]! - gap) + takes
    // The one that was free first is busy for as long; the others move up to the place of it in the order.
    let place = 0
    for (; place + 1 < servers && left[place + 1]! - gap < finished; place++) left[place] = Math.max(0, left[place + 1]! - gap)
    left[place] = finished
    for (let other = place + 1; other < servers; other++) left[other] = left[other]! - gap
    if (n >= 0 && finished > limit) slower++
  }
  return slower / arrivals
}

/**
 * The rate at which exactly the share `p` of them takes `limit` seconds at most. Every rate is tried with the same draws, the gaps only wider or closer,
 * so that the share rises with the rate without any noise.
 */
export function longRunRate(limit: number, p: number, law: QueueLaw, run: LongRun): number {
  let [low, high] = [0.5 * (law.servers / law.mean), law.servers / law.mean]
  while (high / low > 1 + EXACT) {
    const rate = (low + high) / 2
    if (shareSlower(limit, rate, law, run) > 1 - p) high = rate
    else low = rate
  }
  return (low + high) / 2
}
