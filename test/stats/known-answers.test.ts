import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../src/core/random.ts'
import { effectiveCount } from '../../src/stats/autocorrelation.ts'
import { binomialMass, clopperPearson, fewestForShare } from '../../src/stats/binomial.ts'
import { incompleteBeta, logGamma } from '../../src/stats/gamma.ts'
import { normalCdf, twoSidedP } from '../../src/stats/normal.ts'
import { shareDifferenceInterval, trialsToBound } from '../../src/stats/share-difference.ts'
import { MOST_BINS, mannKendall, mannKendallOfCorrelated, type Point, theilSen, thinned } from '../../src/stats/trend.ts'

const series = (values: readonly number[]): Point[] => values.map((value, at) => [at, value])

describe('logarithm of the gamma function', () => {
  // Factorials, and Γ(½) = √π.
  test.each([
    [1, 0],
    [2, 0],
    [10, Math.log(362_880)],
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [171, 706.573_062_245_787_4],
  ])('at %d', (x, expected) => expect(logGamma(x)).toBeCloseTo(expected, 10))
  test('grows as x ln x up to a million: Γ(x + 1) = x Γ(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), (x) => {
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-8)
      }),
    )
  })
})

describe('incomplete beta function', () => {
  // I_x(a, b) of whole a, b is a binomial tail: DLMF 8.17.5.
  test.each([
    [0.5, 2, 3, 0.6875],
    [0.25, 1, 1, 0.25],
    [0.9, 5, 2, 0.885_735],
    [0, 2, 2, 0],
    [1, 2, 2, 1],
  ])('I_%d(%d, %d)', (x, a, b, expected) => expect(incompleteBeta(x, a, b)).toBeCloseTo(expected, 12))
})

describe('the binomial law', () => {
  test('sums to one, up to a million trials', () => {
    for (const [n, p] of [
      [10, 0.3],
      [1000, 0.99],
    ] as const)
      expect(Array.from({ length: n + 1 }, (_, k) => binomialMass(k, n, p)).reduce((a, b) => a + b)).toBeCloseTo(1, 10)
    let sum = 0
    for (let k = 945_000; k <= 955_000; k++) sum += binomialMass(k, 1_000_000, 0.95)
    expect(sum).toBeCloseTo(1, 7)
    expect(binomialMass(-1, 5, 0.5) + binomialMass(6, 5, 0.5)).toBe(0)
  })
})

describe('interval of a share, by Clopper and Pearson', () => {
  // 682 of 925 is Mendel's example in Conover (1971), p. 97, as R's documentation of binom.test has it; the others are tabulated widely.
  test.each([
    [682, 925, 0.707_668_3, 0.765_406_6],
    [0, 10, 0, 0.308_497_1],
    [5, 10, 0.187_086, 0.812_914],
    [10, 10, 0.691_502_9, 1],
    [1, 10, 0.002_528_6, 0.445_016_1],
  ])('%i of %i', (k, n, low, high) => {
    const interval = clopperPearson(k, n)
    expect(interval.low).toBeCloseTo(low, 6)
    expect(interval.high).toBeCloseTo(high, 6)
  })
  test('encloses the share seen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.floor(n * share)
        const { low, high } = clopperPearson(k, n)
        expect(low).toBeLessThanOrEqual(k / n)
        expect(high).toBeGreaterThanOrEqual(k / n)
      }),
      { numRuns: 50 },
    )
  })
  test.each([
    [0.01, 299],
    [0.05, 59],
    [0.001, 2995],
    [1, 0],
  ])('fewer than %d is shown by no fewer than %i without a failure', (share, n) => expect(fewestForShare(share)).toBe(n))
})

describe('interval of the difference of two shares, by exact intervals squared and added', () => {
  test('of nothing at all in both is bounded by the exact interval of each: 0 of 10 reaches to 0.3085, 0 of 20 to 0.1684', () => {
    const { low, high } = shareDifferenceInterval({ count: 0, of: 20 }, { count: 0, of: 10 })
    expect(low).toBeCloseTo(-0.168_433_5, 6)
    expect(high).toBeCloseTo(0.308_497_1, 6)
  })
  // Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10, which squares and adds Wilson's narrower intervals.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('of %i/%i and %i/%i holds what Newcombe prints and is little wider', (k, n, l, m, low, high) => {
    const own = shareDifferenceInterval({ count: l, of: m }, { count: k, of: n })
    expect(own.low).toBeLessThan(low + 5e-5)
    expect(own.low).toBeGreaterThan(low - 0.1)
    expect(own.high).toBeGreaterThan(high - 5e-5)
    expect(own.high).toBeLessThan(high + 0.1)
  })
  // Every outcome that matters by its chance: no simulation, and no chance in it.
  test.each([
    [160, 0.01, 0.02],
    [400, 0.0001, 0.0101],
    [800, 0.01, 0.01],
  ])('of %i trials of each at shares of %d and %d holds the truth in 95 % and more, and is too low in 2.5 % at most', (n, p, q) => {
    const likely = (share: number) =>
      Array.from({ length: 41 }, (_, k) => ({ count: k, chance: binomialMass(k, n, share) })).filter(({ chance }) => chance > 1e-9)
    let [missed, tooLow] = [0, 0]
    for (const before of likely(p))
      for (const after of likely(q)) {
        const { low, high } = shareDifferenceInterval({ count: before.count, of: n }, { count: after.count, of: n })
        if (high < q - p || low > q - p) missed += before.chance * after.chance
        if (high < q - p) tooLow += before.chance * after.chance
      }
    expect(missed).toBeLessThanOrEqual(0.05)
    expect(tooLow).toBeLessThanOrEqual(0.025)
  })
  test('and 368 trials of each without a success are the fewest that rule out a hundredth: ln 0.025 / ln 0.99', () => {
    const none = { count: 0, of: 50 }
    expect(trialsToBound(none, none, 0.01)).toBe(Math.ceil(Math.log(0.025) / Math.log(0.99)))
    expect(trialsToBound(none, { count: 1, of: 50 }, 0.01)).toBeUndefined()
  })
})

describe('the normal law', () => {
  // Abramowitz and Stegun, tables 26.1 and 26.2.
  test.each([
    [0, 0.5],
    [1, 0.841_344_746_068_543],
    [1.96, 0.975_002_104_851_78],
    [-3, 0.001_349_898_031_63],
    [2.5, 0.993_790_334_674_224],
    [4, 0.999_968_328_758_167],
  ])('at %d', (z, expected) => expect(normalCdf(z)).toBeCloseTo(expected, 12))
  test('far tails keep their digits', () => {
    expect(twoSidedP(6) / (2 * 9.865_876_450_376_98e-10)).toBeCloseTo(1, 9)
    expect(twoSidedP(-1.959_963_984_540_05)).toBeCloseTo(0.05, 12)
  })
})

describe('how many independent numbers a series counts as', () => {
  /** A first-order autoregressive series: each number keeps the share `rho` of the one before. */
  const autoregressive = (rho: number, n: number, seed: number): number[] => {
    const random = keyed(seed, 'autoregressive', rho)
    let state = normal(random)
    return Array.from({ length: n }, () => {
      state = rho * state + Math.sqrt(1 - rho * rho) * normal(random)
      return state
    })
  }

  test.each([0.3, 0.6, 0.9])('an autoregressive series with %d: n(1 − ρ)/(1 + ρ), as Bayley and Hammersley (1946) have it', (rho) => {
    for (const n of [20_000, 200_000]) {
      const expected = (n * (1 - rho)) / (1 + rho)
      expect(effectiveCount(autoregressive(rho, n, 1)) / expected).toBeGreaterThan(0.8)
      expect(effectiveCount(autoregressive(rho, n, 1)) / expected).toBeLessThan(1.2)
    }
  })
  test('a weak memory under much noise of their own is seen, which the neighbour alone would not show', () => {
    const slow = autoregressive(0.98, 20_000, 2)
    const noise = autoregressive(0, 20_000, 3)
    const series = slow.map((value, i) => value + 3 * noise[i]!)
    // ρ₁ = 0.98 / 10; τ = 1 + 2 · 0.1 · 0.98 / 0.02.
    expect(20_000 / effectiveCount(series)).toBeGreaterThan(7)
    expect(20_000 / effectiveCount(series)).toBeLessThan(15)
  })
  test('independent numbers, and the batch yields of Box and Jenkins (1976), whose neighbours are opposed, count whole', () => {
    const yields = [
      47, 64, 23, 71, 38, 64, 55, 41, 59, 48, 71, 35, 57, 40, 58, 44, 80, 55, 37, 74, 51, 57, 50, 60, 45, 57, 50, 45, 25, 59, 50, 71, 56,
      74, 50, 58, 45, 54, 36, 54, 48, 55, 45, 57, 50, 62, 44, 64, 43, 52, 38, 59, 55, 41, 53, 49, 34, 35, 54, 45, 68, 38, 50, 60, 39, 59,
      40, 57, 54, 23,
    ]
    expect(effectiveCount(yields)).toBe(70)
    const whole = Array.from({ length: 200 }, (_, seed) => effectiveCount(autoregressive(0, 300, seed)) === 300)
    expect(whole.filter(Boolean).length).toBeGreaterThan(120)
  })
  test('there is no correlation among equal numbers, or among two', () => {
    expect(effectiveCount([3, 3, 3, 3])).toBe(4)
    expect(effectiveCount([1, 2])).toBe(2)
    expect(effectiveCount([])).toBe(0)
  })
})

describe('trend', () => {
  test('Theil–Sen: Sen’s own example (1968, table 1) has slope 4', () => {
    const points: Point[] = [
      [1, 9],
      [2, 15],
      [3, 19],
      [4, 20],
      [10, 45],
      [12, 55],
      [18, 78],
    ]
    expect(theilSen(points)).toBe(4)
  })
  test('Theil–Sen of one moment is nothing', () => expect(theilSen([[1, 1]])).toBeUndefined())

  test('Mann–Kendall with ties: the example of EPA’s Data Quality Assessment (QA/G-9S, 2006), p. 109', () => {
    const tied = mannKendall(series([10, 10, 10, 5, 10, 20, 18, 17, 15, 24, 15]))!
    expect(tied.s).toBe(22)
    expect(tied.variance).toBeCloseTo(155.33, 2)
    expect(tied.z).toBeCloseTo(1.685, 3)
  })
  test('Mann–Kendall: ten rising numbers have S 45, variance 125 and p 0.00008', () => {
    const rising = mannKendall(series([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))!
    expect(rising).toMatchObject({ s: 45, variance: 125 })
    expect(rising.p).toBeCloseTo(8.303e-5, 7)
    expect(mannKendall(series([4, 4, 4, 4, 4]))).toMatchObject({ s: 0, z: 0, p: 1 })
    expect(mannKendall(series([1, 2, 3]))).toBeUndefined()
  })
  test('a long series is thinned to means of neighbours, and its slope stays', () => {
    const long: Point[] = Array.from({ length: 7001 }, (_, at) => [at, 3 * at + 1])
    expect(thinned(long)).toHaveLength(MOST_BINS)
    expect(theilSen(long)).toBeCloseTo(3, 9)
    expect(mannKendall(long)!.p).toBeLessThan(1e-10)
  })
})

describe('Mann and Kendall’s test on a series whose neighbours are alike', () => {
  /** A wandering level without a trend: AR(1) with correlation 0.8. */
  const wander = (n: number): Point[] => {
    const random = keyed(n, 'wander')
    let level = 0
    return series(
      Array.from({ length: 60 }, () => {
        level = 0.8 * level + normal(random)
        return level
      }),
    )
  }
  const alarms = (test: (points: Point[]) => { p: number } | undefined) =>
    Array.from({ length: 500 }, (_, n) => test(wander(n))!.p).filter((p) => p < 0.01).length / 500

  test('alarms rarely, where the plain one takes the wandering for a trend', () => {
    expect(alarms(mannKendall)).toBeGreaterThan(0.15)
    expect(alarms(mannKendallOfCorrelated)).toBeLessThan(0.05)
  })

  test('is the plain one where neighbours are not alike', () => {
    const points = series([5, 1, 4, 2, 6, 3, 7, 2, 8, 5])
    expect(mannKendallOfCorrelated(points)).toEqual(mannKendall(points))
  })
})
