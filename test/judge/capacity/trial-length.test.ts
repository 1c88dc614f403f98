import { describe, expect, test } from 'vitest'
import { micros, SECOND, seconds } from '../../../src/core/units.ts'
import { inAll, mostRuns, runsNeeded, type TrialNeeds, trialLength } from '../../../src/judge/capacity/trial-length.ts'

const needs = (over: Partial<TrialNeeds> = {}): TrialNeeds => ({
  axis: 'rate',
  trial: seconds(30),
  think: micros(0),
  runs: 0,
  unloaded: micros(SECOND / 5),
  ...over,
})
const measured = (load: number, over: Partial<TrialNeeds> = {}) => trialLength(load, 'level', needs(over)).measured / SECOND

describe('a trial is measured', () => {
  test('no less than capacity.trial', () => {
    expect(measured(10)).toBe(30)
  })

  test('no less than thirty runs of the unloaded target', () => {
    expect(measured(10, { unloaded: seconds(2) })).toBe(60)
  })

  test('until the objectives have the runs that they need, at a light load for longer', () => {
    expect(measured(10, { runs: 400 })).toBe(40)
    expect(measured(2, { runs: 400 })).toBe(200)
  })

  test('of slots, as if one alone were served, until more was seen: then seven tenths of that can be counted on', () => {
    const slots = { axis: 'concurrency', runs: 400 } as const
    expect(measured(8, slots)).toBe(80)
    expect(measured(8, { ...slots, seen: 20 })).toBe(30)
    expect(measured(8, { ...slots, seen: 10 })).toBeCloseTo(400 / 7, 0)
    expect(measured(8, { ...slots, think: seconds(0.8) })).toBe(400)
  })

  test('five times as long where it is a proof', () => {
    expect(trialLength(10, 'verify', needs()).measured / SECOND).toBe(150)
  })

  test('in tenths of a second, never less than what is needed', () => {
    expect(measured(7, { runs: 300 })).toBe(42.9)
  })
})

describe('before that the load rises and is held, unmeasured', () => {
  test('for a quarter of the trial, a third of it rising', () => {
    expect(trialLength(10, 'level', needs())).toEqual({ rise: 2.5 * SECOND, settle: 5 * SECOND, measured: 30 * SECOND })
  })

  test('for twenty runs of the unloaded target at least', () => {
    const { rise, settle } = trialLength(10, 'level', needs({ unloaded: seconds(0.9) }))
    expect((rise + settle) / SECOND).toBe(18)
  })

  test('no longer before a proof', () => {
    const [vote, proof] = (['level', 'verify'] as const).map((purpose) => trialLength(10, purpose, needs()))
    expect([proof!.rise, proof!.settle]).toEqual([vote!.rise, vote!.settle])
    expect(inAll(proof!) - inAll(vote!)).toBe(120 * SECOND)
  })
})

describe('a trial sends at the most', () => {
  test('its rate over all of it, half of that while it rises', () => {
    expect(mostRuns(10, 'level', needs())).toBe(10 * (1.25 + 5 + 30))
  })

  test('of slots, what the unloaded target would give each', () => {
    expect(mostRuns(4, 'level', needs({ axis: 'concurrency', think: seconds(0.3) }))).toBe(4 * 2 * (1.25 + 5 + 30))
  })
})

describe('runs that the objectives need in a trial', () => {
  const even = [
    { name: 'a', weight: 1 },
    { name: 'b', weight: 3 },
  ]
  const needed = (...texts: string[]) =>
    runsNeeded(
      texts.map((text) => ({ text })),
      even,
    )

  test('are the floor of the percentile with three deviations of what arrives by chance', () => {
    expect(needed('response_time p95 < 1s')).toBeCloseTo(59 + 3 * Math.sqrt(59), 9)
    expect(needed('first_event p99 < 1s')).toBeCloseTo(299 + 3 * Math.sqrt(299), 9)
  })

  test('are those of the objective that needs most', () => {
    expect(needed('response_time p50 < 1s', 'response_time p99 < 2s', 'response_time p90 < 1s')).toBe(needed('response_time p99 < 2s'))
  })

  test('of failures are the fewest that could show the share, none where none may fail', () => {
    expect(needed('failures < 1%')).toBeCloseTo(299 + 3 * Math.sqrt(299), 9)
    expect(needed('failures < 5%')).toBeLessThan(needed('failures < 1%'))
    expect(needed('failures <= 0%')).toBe(0)
  })

  test('of one input set are as many more as the set is drawn less often', () => {
    expect(needed('response_time p95 < 1s for a')).toBeCloseTo(4 * needed('response_time p95 < 1s'), 9)
    expect(needed('response_time p95 < 1s for b')).toBeCloseTo((4 / 3) * needed('response_time p95 < 1s'), 9)
  })

  test('are none for a mean, a maximum, throughput, or the objective that stands where none is given', () => {
    expect(needed('response_time mean < 1s', 'response_time max < 9s', 'throughput > 3/s')).toBe(0)
    expect(runsNeeded([{ text: 'failures < 1%', isDefault: true }], even)).toBe(0)
    expect(needed()).toBe(0)
  })
})
