import { keyed, type Random } from '../src/core/random.ts'
import { nextStep, type Trial, VERIFY_LENGTH } from '../src/judge/capacity/capacity-search.ts'
import { fallsBehind, pilesUp } from '../src/judge/capacity/capacity-trial.ts'
import { quantile } from '../src/stats/order.ts'
import { NOISY, type QueueLaw, rateAtLimit, runQueue } from '../test/helpers/many-servers.ts'
import { longRunRate } from './long-queue.ts'

/** The queues that searches are proven on: four places of 0.2 s, and response_time p95 < 1 s. Seconds. */
export const LAWS = {
  exponential: { servers: 4, mean: 0.2, service: 'exponential' },
  deterministic: { servers: 4, mean: 0.2, service: 'deterministic' },
} as const satisfies Readonly<Record<string, QueueLaw>>
type Service = keyof typeof LAWS

const LIMIT = 1
const TRIAL = 120
const RAMP_IN = 30
const TOP = 100
const WIDTH = 0.05

/** The load at which the objective holds in the steady state, runs per second, in closed form. */
export const EXPONENTIAL_TRUTH = rateAtLimit(LIMIT, 0.95, LAWS.exponential)

/** The same of deterministic service, for which there is none: by so many simulated arrivals. */
export const deterministicTruth = (arrivals: number, seed: number): number =>
  longRunRate(LIMIT, 0.95, LAWS.deterministic, { arrivals, seed })

/** A search to be judged: of which queue, and what it ought to find. */
export interface Sought {
  readonly service: Service
  readonly truth: number
  /** Of a truth that was simulated. */
  readonly standardError?: number
}

/** Whether a trial holds, by the rules of real ones. */
function holds(rate: number, length: number, { law, random }: { readonly law: QueueLaw; readonly random: Random }): boolean {
  const { responses, endedInside, inFlight } = runQueue(rate, law, { rampIn: RAMP_IN, length, disturbed: NOISY, random })
  const p95 = quantile(responses.slice().sort(), 0.95)
  const mean = inFlight.reduce((sum, [, value]) => sum + value, 0) / inFlight.length
  const behind = fallsBehind({ intended: responses.length, endedInside, inFlight: { mean, max: mean } })
  return p95 !== undefined && p95 < LIMIT && behind === 0 && !pilesUp(inFlight)
}

/** How far the bracket lies from the truth, relative; 0 where it holds it. A search that ended without one misses. */
const missOf = (lower: number, upper: number, truth: number): number =>
  truth < lower ? lower / truth - 1 : truth > upper ? 1 - upper / truth : 0

/** A whole search by the code that leads real ones: how far it misses, and how many trials it takes. */
export function searched(seed: number, { service, truth }: Sought): { readonly miss: number; readonly trials: number } {
  const queue = { law: LAWS[service], random: keyed(seed, 'search') }
  const trials: Trial[] = []
  for (;;) {
    const step = nextStep(trials, { axis: 'rate', from: 1, top: TOP, width: WIDTH, budget: { trials: 100 } })
    if (step.kind === 'over') {
      const { end, lower = 0, upper = Number.POSITIVE_INFINITY } = step
      return { miss: end === 'found' ? missOf(lower, upper, truth) : Number.POSITIVE_INFINITY, trials: trials.length }
    }
    const { load, purpose } = step
    const held = holds(load, purpose === 'verify' ? VERIFY_LENGTH * TRIAL : TRIAL, queue)
    trials.push({ load, purpose, finding: held ? 'held' : 'missed' })
  }
}

/** What is usual: double, halve, look once at each load. */
export function naivelySearched(seed: number, { service, truth }: Sought): { readonly miss: number; readonly trials: number } {
  const queue = { law: LAWS[service], random: keyed(seed, 'naive') }
  let [lower, upper, trials] = [0, 1, 1]
  while (upper < TOP && holds(upper, TRIAL, queue)) [lower, upper, trials] = [upper, 2 * upper, trials + 1]
  while (lower > 0 && upper / lower > 1 + WIDTH) {
    const middle = Math.sqrt(lower * upper)
    trials++
    if (holds(middle, TRIAL, queue)) lower = middle
    else upper = middle
  }
  return { miss: missOf(lower, upper, truth), trials }
}
