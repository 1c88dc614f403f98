import type { Limits } from '../core/plan.ts'
import type { Sample } from '../core/sample.ts'

/** Whether one more run may be sent: yes, not before another has ended, or never again. */
export type Leave = 'granted' | 'wait' | 'spent'

export interface Budget {
  /** Reserves for one run. Reserve nothing where the answer is not `granted`. */
  reserve(): Leave
  /** Too many are under way for what is known of their cost; a slot waits for one to end. */
  mustWait(): boolean
  /** Books what a run really cost, in place of its reservation. */
  settle(sample: Sample): void
  /** Share of the budget that is spent or reserved, of the scarcer one; 0 where there is none. */
  used(): number
  /** Tokens booked so far, and how much of that is estimated since the server reported none. */
  tokens(): { readonly booked: number; readonly estimated: number }
}

/** Before so many results the cost of a run is a guess, so little may be under way. */
const RESULTS_TO_TRUST = 20
const UNDER_WAY_UNTIL_THEN = 5
/** The last so many costs decide the running p95. */
const WINDOW = 500

/**
 * Tokens are reserved before each send at the running p95 of what runs cost, so that the budget is overrun by no more than one reservation
 * per guess, however many are under way. A run that reports no total settles at its reservation: 0 would make failures free.
 */
export function createBudget(limits: Pick<Limits, 'tokens' | 'tokensPerRun' | 'runs'>): Budget {
  const costs: number[] = limits.tokensPerRun === undefined ? [] : [limits.tokensPerRun]
  const reservations: number[] = []
  let [runs, results, booked, estimated, reserved] = [0, 0, 0, 0, 0]
  /** Runs sent before any cost was known, and still under way: each is worth whatever the running p95 has become. */
  let guesses = 0

  const mustWait = () =>
    limits.tokens !== undefined &&
    limits.tokensPerRun === undefined &&
    results < RESULTS_TO_TRUST &&
    guesses + reservations.length >= UNDER_WAY_UNTIL_THEN

  function p95(): number {
    if (costs.length === 0) return 0
    const sorted = costs.toSorted((a, b) => a - b)
    return sorted[Math.ceil(0.95 * sorted.length) - 1]!
  }

  const underWay = () => reserved + (guesses === 0 ? 0 : guesses * p95())

  /** Takes back the oldest reservation and gives what it was worth. */
  function takeBack(): number {
    if (guesses > 0) {
      guesses--
      return p95()
    }
    const reservation = reservations.shift() ?? 0
    reserved -= reservation
    return reservation
  }

  return {
    reserve() {
      if (limits.runs !== undefined && runs >= limits.runs) return 'spent'
      if (limits.tokens !== undefined) {
        const cost = p95()
        if (booked >= limits.tokens || booked + underWay() + cost > limits.tokens) return 'spent'
        if (mustWait()) return 'wait'
        if (costs.length === 0) guesses++
        else {
          reservations.push(cost)
          reserved += cost
        }
      }
      runs++
      return 'granted'
    },
    mustWait,
    settle(sample) {
      if (limits.tokens === undefined) return
      results++
      const reservation = takeBack()
      // The server reports 0 for runs that failed or were stopped, whatever their model had said by then.
      const reported =
        sample.tokens !== undefined && (sample.tokens > 0 || sample.outcome.kind === 'succeeded' || sample.outcome.kind === 'partial')
      const cost = reported ? sample.tokens : sample.marks.sent === undefined ? 0 : reservation
      booked += cost
      if (!reported) estimated += cost
      else {
        costs.push(cost)
        if (costs.length > WINDOW) costs.shift()
      }
    },
    used: () =>
      Math.max(limits.runs === undefined ? 0 : runs / limits.runs, limits.tokens === undefined ? 0 : (booked + underWay()) / limits.tokens),
    tokens: () => ({ booked, estimated }),
  }
}
