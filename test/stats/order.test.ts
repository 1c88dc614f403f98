import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../src/core/random.ts'
import { effectiveCount } from '../../src/stats/autocorrelation.ts'
import { fewestForQuantile, hasInterval, quantile, quantileRank, quantileRanks, scaledRanks } from '../../src/stats/order.ts'

/** The binomial law of n trials, by adding one trial after another. */
function law(n: number, p: number): number[] {
  let masses = [1]
  for (let trial = 0; trial < n; trial++)
    masses = Array.from({ length: masses.length + 1 }, (_, k) => (masses[k] ?? 0) * (1 - p) + (masses[k - 1] ?? 0) * p)
  return masses
}
const coverage = (masses: readonly number[], low: number, high: number) => masses.slice(low, high).reduce((sum, mass) => sum + mass, 0)

const chances = fc.constantFrom(0.5, 0.75, 0.9, 0.95, 0.99)

describe('the sample quantile', () => {
  test('is the smallest number with at least the share p at or below it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 0, max: 1000 }),
        (values, permille) => {
          const ascending = Float64Array.from(values).sort()
          const enough = (x: number) => values.filter((value) => value <= x).length * 1000 >= permille * values.length
          expect(quantile(ascending, permille / 1000)).toBe(ascending.find(enough))
        },
      ),
    )
  })
  test.each([
    [100, 0.95, 95],
    [20, 0.95, 19],
    [20, 0.951, 20],
    [1000, 0.999, 999],
    [3, 0, 1],
    [3, 1, 3],
    [1, 0.5, 1],
    [1_000_000, 0.99, 990_000],
  ])('of %i numbers at %d has rank %i', (n, p, rank) => expect(quantileRank(n, p)).toBe(rank))
  test('there is none of no numbers', () => expect(quantile([], 0.5)).toBeUndefined())
})

describe('the order-statistic interval', () => {
  test.each([
    [0.5, 6],
    [0.75, 11],
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
    [0.999, 2995],
  ])('of the quantile %d exists from %d numbers on', (p, n) => {
    expect(fewestForQuantile(p)).toBe(n)
    expect(quantileRanks(n - 1, p)).toBeUndefined()
    expect(quantileRanks(n, p)?.high).toBe(n)
  })

  // Conover, Practical Nonparametric Statistics (1999), §3.2 and table A3; the same pairs as the sign test's intervals of the median.
  test.each([
    [10, 2, 9],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
    [30, 10, 21],
  ])('of the median of %i numbers runs from rank %i to rank %i', (n, low, high) => expect(quantileRanks(n, 0.5)).toEqual({ low, high }))

  test('covers at least 95 %, and no shorter pair of ranks does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), chances, (n, p) => {
        const masses = law(n, p)
        const ranks = quantileRanks(n, p)
        expect(ranks !== undefined).toBe(coverage(masses, 1, n) >= 0.95 - 1e-12 && hasInterval(n, p))
        if (!ranks) return
        expect(coverage(masses, ranks.low, ranks.high)).toBeGreaterThanOrEqual(0.95 - 1e-9)
        const shorter = ranks.high - ranks.low - 1
        for (let low = 1; low + shorter <= n; low++) expect(coverage(masses, low, low + shorter)).toBeLessThan(0.95 + 1e-9)
      }),
    )
  })

  test.each([1e4, 1e5, 1e6])('agrees with the normal approximation at n = %d', (n) => {
    const { low, high } = quantileRanks(n, 0.95)!
    const spread = 1.959964 * Math.sqrt(n * 0.95 * 0.05)
    expect(Math.abs(low - (n * 0.95 - spread))).toBeLessThan(2)
    expect(Math.abs(high - (n * 0.95 + spread))).toBeLessThan(3)
  })
})

describe('with fewer effective numbers than numbers', () => {
  test('the interval takes whole blocks of neighbours in rank: never narrower in rank than the exact one of the blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 5000 }), fc.double({ min: 0.02, max: 1, noNaN: true }), chances, (n, share, p) => {
        const effective = Math.max(1, n * share)
        const m = Math.min(n, Math.floor(effective))
        const [scaled, exact] = [scaledRanks(n, effective, p), quantileRanks(m, p)]
        expect(scaled === undefined).toBe(exact === undefined)
        if (!scaled || !exact) return
        expect(scaled.low).toBeGreaterThanOrEqual(1)
        expect(scaled.high).toBeLessThanOrEqual(n)
        expect((scaled.low - 1) / n).toBeLessThanOrEqual((exact.low - 1) / m + 1e-12)
        expect(scaled.high / n).toBeGreaterThanOrEqual(exact.high / m - 1e-12)
      }),
    )
  })
  test('it is the exact one where all count', () => expect(scaledRanks(200, 200, 0.9)).toEqual(quantileRanks(200, 0.9)))

  test('it covers the median of an autocorrelated series in at least 90 % of cases, where the plain one fails', () => {
    const random = keyed(11, 'coverage')
    const [rho, n, repeats] = [0.7, 300, 400]
    let [covered, plain] = [0, 0]
    for (let repeat = 0; repeat < repeats; repeat++) {
      let state = normal(random)
      const series = Array.from({ length: n }, () => {
        state = rho * state + Math.sqrt(1 - rho * rho) * normal(random)
        return state
      })
      const ascending = Float64Array.from(series).sort()
      const encloses = (ranks: { low: number; high: number }) => ascending[ranks.low - 1]! <= 0 && ascending[ranks.high - 1]! >= 0
      if (encloses(scaledRanks(n, effectiveCount(series), 0.5)!)) covered++
      if (encloses(quantileRanks(n, 0.5)!)) plain++
    }
    expect(covered / repeats).toBeGreaterThanOrEqual(0.9)
    expect(plain / repeats).toBeLessThan(0.85)
  })
})
