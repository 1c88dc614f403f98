import { describe, expect, test } from 'vitest'
import { EXPONENTIAL_TRUTH, LAWS, naivelySearched, type Sought, searched } from '../../../prove/capacity-law.ts'
import { longRunRate, shareSlower } from '../../../prove/long-queue.ts'
import { keyed } from '../../../src/core/random.ts'
import { fallsBehind, pilesUp } from '../../../src/judge/capacity/capacity-trial.ts'
import { QUIET, type QueueLaw, rateAtLimit, runQueue, slowerThan } from '../../helpers/many-servers.ts'

const law = LAWS.exponential
const sought: Sought = { service: 'exponential', truth: EXPONENTIAL_TRUTH }
const TRIAL = 120
const RAMP_IN = 30

describe('the queue that the search is proven on', () => {
  test('has the response times that theory gives', () => {
    const random = keyed(1, 'queue')
    for (const rate of [4, 12, 16]) {
      const { responses } = runQueue(rate, law, { rampIn: 1000, length: 100_000, disturbed: QUIET, random })
      for (const time of [0.3, 1]) {
        const seen = responses.filter((one) => one > time).length / responses.length
        const known = slowerThan(time, rate, law)
        expect(Math.abs(seen / known - 1), `${rate}/s beyond ${time} s: ${seen} against ${known}`).toBeLessThan(0.08)
      }
    }
  })
})

/** The share of runs that wait longer than `time` at one place that always takes `mean` seconds (Erlang 1909). */
function waitsLongerAtOne(time: number, rate: number, mean: number): number {
  let [atMost, factorial] = [0, 1]
  for (let k = 0; k * mean <= time; k++) {
    factorial *= Math.max(1, k)
    const ahead = rate * (time - k * mean)
    atMost += ((-ahead) ** k / factorial) * Math.exp(ahead)
  }
  return 1 - (1 - rate * mean) * atMost
}

describe('the long simulation that tells the truth where there is no closed form', () => {
  const run = { arrivals: 400_000, seed: 3 }

  test('gives the rate that theory gives for exponential service', () => {
    for (const { servers, limit } of [
      { servers: 1, limit: 1.5 },
      { servers: 4, limit: 1 },
    ]) {
      const queue: QueueLaw = { servers, mean: 0.2, service: 'exponential' }
      expect(longRunRate(limit, 0.95, queue, run) / rateAtLimit(limit, 0.95, queue)).toBeCloseTo(1, 2)
    }
  })

  test('gives the waits that theory gives for one place of a fixed time', () => {
    for (const rate of [2.5, 4]) {
      const seen = shareSlower(0.2 + 0.5, rate, { servers: 1, mean: 0.2, service: 'deterministic' }, run)
      expect(seen / waitsLongerAtOne(0.5, rate, 0.2)).toBeCloseTo(1, 1)
    }
  })

  test('and trials of many places of a fixed time are slow as often', () => {
    const random = keyed(2, 'fixed')
    const { responses } = runQueue(19, LAWS.deterministic, { rampIn: 1000, length: 20_000, disturbed: QUIET, random })
    const seen = responses.filter((one) => one > 0.5).length / responses.length
    expect(seen / shareSlower(0.5, 19, LAWS.deterministic, run)).toBeCloseTo(1, 0)
  })
})

describe('what keeps up and what does not', () => {
  const shares = (rate: number) => {
    const TRIALS = 300
    const trials = Array.from({ length: TRIALS }, (_, n) =>
      runQueue(rate, law, { rampIn: RAMP_IN, length: TRIAL, disturbed: QUIET, random: keyed(n, 'trend', rate) }),
    )
    const mean = ({ inFlight }: (typeof trials)[number]) => inFlight.reduce((sum, [, value]) => sum + value, 0) / inFlight.length
    return {
      piledUp: trials.filter(({ inFlight }) => pilesUp(inFlight)).length / TRIALS,
      behind:
        trials.filter(
          (one) =>
            fallsBehind({
              intended: one.responses.length,
              endedInside: one.endedInside,
              inFlight: { mean: mean(one), max: 0 },
            }) > 0,
        ).length / TRIALS,
    }
  }

  test('a queue in its steady state is rarely said to pile up or to fall behind, up to four fifths of its capacity', () => {
    for (const rate of [2, 10, 16]) {
      const { piledUp, behind } = shares(rate)
      expect(piledUp, `${rate}/s piles up`).toBeLessThan(0.03)
      expect(behind, `${rate}/s falls behind`).toBeLessThan(0.03)
    }
  })

  test('one that gets a tenth more than it can serve is nearly always', () => {
    const { piledUp, behind } = shares(22)
    expect(piledUp).toBeGreaterThan(0.7)
    expect(behind).toBeGreaterThan(0.9)
  })
})

describe('searches on a noisy queue of four places, noise and stalls as the acceptance list has them', () => {
  const SEARCHES = 40
  const results = Array.from({ length: SEARCHES }, (_, seed) => searched(seed, sought))
  const share = (misses: readonly number[], beyond: number) => misses.filter((miss) => Math.abs(miss) > beyond).length / misses.length

  test('end within 5 % of the truth, never beyond 15 %', () => {
    const misses = results.map(({ miss }) => miss)
    expect(share(misses, 0.05)).toBeLessThanOrEqual(0.05)
    expect(share(misses, 0.15)).toBe(0)
  })

  test('where one look at each load loses', () => {
    const misses = Array.from({ length: SEARCHES }, (_, seed) => naivelySearched(seed, sought).miss)
    expect(share(misses, 0.05)).toBeGreaterThan(0.15)
  })
})
