import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OpenPhase } from '../../src/core/plan.ts'
import { keyed } from '../../src/core/random.ts'
import { micros, perSecond, SECOND } from '../../src/core/units.ts'
import { arrivals, countArrivals, dueAfter, expectedArrivals } from '../../src/load/arrivals.ts'
import { openPhase, s } from '../helpers/samples.ts'

const offsets = (phase: OpenPhase, seed = 1): number[] => [...arrivals(phase, keyed(seed))]
const phaseOf = (from: number, to: number, length: number, kind: OpenPhase['arrivals'] = 'constant') =>
  openPhase({ from: perSecond(from), to: perSecond(to), length: s(length), arrivals: kind })

const rates = fc.double({ min: 0.1, max: 500, noNaN: true })
const anyPhase = fc.record({ from: rates, to: rates, length: fc.integer({ min: 1, max: 30 }) })

describe('constant arrivals', () => {
  test('ten a second are sent every 100 ms, the first at once, none at the very end', () => {
    expect(offsets(phaseOf(10, 10, 1))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => n * 100_000))
  })

  test('offsets are multiples, not sums: after a million sends the schedule has not drifted', () => {
    const third = offsets(phaseOf(3000, 3000, 400))
    expect(third).toHaveLength(1_200_000)
    expect(third[999_999]).toBe(Math.round((999_999 / 3000) * SECOND))
  })

  test('31 a minute are 31 in a minute, although the product is a little more than that in floating point', () => {
    const at = offsets(phaseOf(31 / 60, 31 / 60, 60))
    expect((31 / 60) * 60).toBeGreaterThan(31)
    expect(at).toHaveLength(31)
    expect(at.at(-1)).toBeLessThan(s(60))
  })

  test('a rate below one in the length of the phase sends once, at its start', () => {
    expect(offsets(phaseOf(0.1, 0.1, 2))).toEqual([0])
  })
})

describe('a ramp', () => {
  test('has as many arrivals as the area under its rate, ascending, all inside its length', () => {
    fc.assert(
      fc.property(anyPhase, ({ from, to, length }) => {
        const at = offsets(phaseOf(from, to, length))
        const area = ((from + to) / 2) * length
        // A rounding at the very end may take the last one away.
        expect(Math.abs(at.length - area)).toBeLessThanOrEqual(1)
        expect(at[0]).toBe(0)
        expect(at.every((offset, n) => n === 0 || offset >= at[n - 1]!)).toBe(true)
        expect(at.at(-1)!).toBeLessThan(s(length))
      }),
    )
  })

  test('by each moment as many are sent as the area under the rate until then', () => {
    fc.assert(
      fc.property(anyPhase, fc.double({ min: 0, max: 1, noNaN: true }), ({ from, to, length }, share) => {
        const at = offsets(phaseOf(from, to, length))
        const t = share * length
        const due = from * t + ((to - from) * t * t) / (2 * length)
        const sent = at.filter((offset) => offset < t * SECOND).length
        expect(Math.abs(sent - due)).toBeLessThanOrEqual(1.001)
      }),
    )
  })

  test('from 0.1/s to 100/s has half of its 501 arrivals in the last third of its 10 s', () => {
    const at = offsets(phaseOf(0.1, 100, 10))
    expect(at).toHaveLength(501)
    expect(at.filter((offset) => offset < 7_071_000).length / at.length).toBeCloseTo(0.5, 2)
  })

  test('the moment of an arrival is stable where the rates are all but equal', () => {
    const flat = dueAfter(100, perSecond(10), perSecond(10), s(60))
    expect(flat).toBe(10)
    expect(dueAfter(100, perSecond(10), perSecond(10 + 1e-12), s(60))).toBeCloseTo(flat, 9)
    expect(dueAfter(0, perSecond(10), perSecond(1), s(60))).toBe(0)
  })
})

describe('poisson arrivals', () => {
  const counts = (phase: OpenPhase, runs: number) => Array.from({ length: runs }, (_, seed) => offsets(phase, seed).length)
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) }
  }

  test('their number has the mean and the variance of a Poisson law', () => {
    // 2000 counts of mean 40: standard errors are √(40/2000) = 0.14 and 40·√(2/2000) = 1.27; four of each are allowed.
    const { mean, variance } = moments(counts(phaseOf(20, 20, 2, 'poisson'), 2000))
    expect(Math.abs(mean - 40)).toBeLessThan(0.57)
    expect(Math.abs(variance - 40)).toBeLessThan(5.1)
  })

  test('a ramp of them has the mean and the variance of its area, in each half of it', () => {
    const phase = phaseOf(5, 35, 2, 'poisson')
    const halves = Array.from({ length: 2000 }, (_, seed) => {
      const at = offsets(phase, seed)
      return [at.filter((offset) => offset < s(1)).length, at.filter((offset) => offset >= s(1)).length] as const
    })
    const [first, second] = [moments(halves.map(([count]) => count)), moments(halves.map(([, count]) => count))]
    expect(Math.abs(first.mean - 12.5)).toBeLessThan(0.32)
    expect(Math.abs(first.variance - 12.5)).toBeLessThan(1.7)
    expect(Math.abs(second.mean - 27.5)).toBeLessThan(0.47)
    expect(Math.abs(second.variance - 27.5)).toBeLessThan(3.6)
  })

  test('the times between them are exponential: as long as their mean with probability 1/e', () => {
    const at = offsets(phaseOf(100, 100, 200, 'poisson'))
    const gaps = at.slice(1).map((offset, n) => offset - at[n]!)
    const longer = gaps.filter((gap) => gap > 10_000).length / gaps.length
    // About 20,000 gaps: the standard error is 0.0034.
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.014)
  })

  test('the same seed gives the same moments, another seed others', () => {
    const phase = phaseOf(20, 40, 5, 'poisson')
    expect(offsets(phase, 7)).toEqual(offsets(phase, 7))
    expect(offsets(phase, 8)).not.toEqual(offsets(phase, 7))
  })

  test('they are ascending and inside the length', () => {
    fc.assert(
      fc.property(anyPhase, fc.integer(), ({ from, to, length }, seed) => {
        const at = offsets(phaseOf(from, to, length, 'poisson'), seed)
        expect(at.every((offset, n) => offset >= (at[n - 1] ?? 0) && offset < s(length))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

test('a soak of a hundred million sends is counted at once', () => {
  expect(countArrivals(phaseOf(1000, 1000, 100_000), keyed(1))).toBe(100_000_000)
})

test('counting agrees with sending, whatever the phase', () => {
  const kinds = fc.constantFrom('constant', 'poisson')
  const perMinute = fc.integer({ min: 1, max: 6000 }).map((rate) => rate / 60)
  fc.assert(
    fc.property(perMinute, perMinute, fc.integer({ min: 1, max: 120 }), kinds, (from, to, length, kind) => {
      const phase = phaseOf(from, to, length, kind)
      expect(countArrivals(phase, keyed(1))).toBe(offsets(phase).length)
    }),
  )
})

test('counting and expecting agree with sending', () => {
  const phase = phaseOf(10, 30, 3)
  expect(expectedArrivals(phase)).toBe(60)
  expect(countArrivals(phase, keyed(1))).toBe(60)
  const poisson = phaseOf(10, 30, 3, 'poisson')
  expect(countArrivals(poisson, keyed(5))).toBe(offsets(poisson, 5).length)
  expect(offsets(openPhase({ length: micros(1) }))).toEqual([0])
})
