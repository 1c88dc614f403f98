import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CapacitySearch } from '../../../src/core/capacity.ts'
import { micros, SECOND, seconds } from '../../../src/core/units.ts'
import { nextStep, type Trial } from '../../../src/judge/capacity/capacity-search.ts'
import { searchCost } from '../../../src/judge/capacity/search-cost.ts'
import { inAll, mostRuns, trialLength } from '../../../src/judge/capacity/trial-length.ts'
import { rateSearch } from '../../helpers/rate-search.ts'

const UNLOADED = micros(SECOND / 5)
const search = (over: Partial<CapacitySearch> = {}): CapacitySearch => rateSearch({ trial: seconds(30), ...over })

/** What a search takes in which no level is decided before its last vote and no proof disagrees, where the truth is `truth`. */
function slowest(of: CapacitySearch, top: number, truth: number) {
  const needs = { ...of, unloaded: UNLOADED }
  const trials: Trial[] = []
  let [time, runs] = [0, 0]
  for (;;) {
    const step = nextStep(trials, { axis: of.axis, from: of.from, top, width: of.width, budget: { trials: 10_000 } })
    if (step.kind === 'over') return { trials: trials.length, time, runs }
    const { load, purpose } = step
    const nth = trials.filter((trial) => trial.load === load && trial.purpose === 'level').length
    const [right, wrong] = load <= truth ? (['held', 'missed'] as const) : (['missed', 'held'] as const)
    const finding = purpose === 'verify' || nth % 2 === 0 ? right : wrong
    trials.push({ load, purpose, finding })
    time += inAll(trialLength(load, purpose, needs))
    runs += mostRuns(load, purpose, needs)
  }
}

const anySearch = fc.record({
  axis: fc.constantFrom('rate' as const, 'concurrency' as const),
  from: fc.integer({ min: 1, max: 8 }),
  times: fc.double({ min: 1, max: 100, noNaN: true }),
  share: fc.double({ min: 0, max: 1.1, noNaN: true }),
  width: fc.constantFrom(0.02, 0.05, 0.2, 0.9),
  runs: fc.constantFrom(0, 82, 351),
})

describe('what a search takes in the worst case', () => {
  test('is enough for the slowest search there can be, wherever the truth lies', () => {
    fc.assert(
      fc.property(anySearch, ({ axis, from, times, share, width, runs }) => {
        const of = search({ axis, from, width, runs })
        const top = axis === 'rate' ? Number((from * times).toPrecision(3)) : Math.floor(from * times)
        const [known, real] = [searchCost(of, top, UNLOADED), slowest(of, top, from * (top / from) ** share)]
        expect(real.trials).toBeLessThanOrEqual(known.trials)
        // Lengths are in tenths of a second, and each trial is rounded up.
        expect(real.time).toBeLessThanOrEqual(known.time + known.trials * 0.3 * SECOND)
        expect(real.runs).toBeLessThanOrEqual(known.runs * 1.001)
      }),
    )
  })

  test('is not told as far more than the slowest one takes', () => {
    const of = search({ from: 8 })
    const known = searchCost(of, 40, UNLOADED)
    const real = [8, 9, 12, 15, 17, 23, 30, 33, 39, 41].map((truth) => slowest(of, 40, truth))
    expect(Math.max(...real.map(({ trials }) => trials))).toBeGreaterThan(0.8 * known.trials)
    expect(Math.max(...real.map(({ time }) => time))).toBeGreaterThan(0.8 * known.time)
    expect(Math.max(...real.map(({ runs }) => runs))).toBeGreaterThan(0.5 * known.runs)
  })

  test('of one load alone is its votes and a proof, nothing to be halved', () => {
    expect(searchCost(search({ from: 18 }), 18, UNLOADED).trials).toBeLessThanOrEqual(7)
    expect(slowest(search({ from: 18 }), 18, 20).trials).toBe(6)
  })

  test('grows with the bound, and with a narrower bracket', () => {
    const trials = (top: number, width: number) => searchCost(search({ width }), top, UNLOADED).trials
    expect(trials(80, 0.05)).toBeGreaterThan(trials(40, 0.05))
    expect(trials(40, 0.02)).toBeGreaterThan(trials(40, 0.05))
  })
})
