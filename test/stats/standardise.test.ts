import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantile } from '../../src/stats/order.ts'
import { standardise } from '../../src/stats/standardise.ts'

const side = (values: ArrayLike<number>) => ({ values, count: values.length })
const stratum = (first: ArrayLike<number>, second: ArrayLike<number>) => ({ first: side(first), second: side(second) })
const spread = (from: number, count: number) => Float64Array.from({ length: count }, (_, i) => from + i)

test('a side that only took the slow stratum more often shows no change once the mix is the same', () => {
  const fast = spread(100, 900)
  const slow = spread(5000, 100)
  const every = (values: Float64Array, step: number) => values.filter((_, i) => i % step === 0)
  const more = [...slow].flatMap((value) => [value, value, value, value, value])
  const compared = standardise([stratum(fast, every(fast, 2)), stratum(slow, more)], 0.8)!
  expect(compared.second).toBeGreaterThan(compared.first * 5)
  expect(Math.abs(compared.adjusted!.second - compared.adjusted!.first)).toBeLessThan(0.005 * compared.adjusted!.first)
  expect(compared.covered).toBe(1)
})

test('a real change of speed stays, whatever the mix did', () => {
  const compared = standardise([stratum(spread(1000, 50), spread(2000, 10)), stratum(spread(10_000, 10), spread(20_000, 50))], 0.5)!
  expect(compared.adjusted!.second / compared.adjusted!.first).toBeGreaterThan(1.9)
})

test('by hand: three of four numbers lie in one stratum', () => {
  const strata = [stratum([1, 2, 3], [1]), stratum([10], [10, 20, 30])]
  // Both strata weigh four of eight. First side: 1, 2, 3 carry 4/3 each and 10 carries 4, so half of 8 is reached at 3.
  expect(standardise(strata, 0.5)).toEqual({ first: 2, second: 10, covered: 1, adjusted: { first: 3, second: 1 } })
})

test('what only one side has is left out, and said', () => {
  const strata = [stratum([1, 2], [3, 4]), stratum([], [100, 200, 300, 400])]
  expect(standardise(strata, 0.5)).toEqual({ first: 1, second: 100, covered: 0.5, adjusted: { first: 1, second: 3 } })
  expect(standardise([stratum([1], []), stratum([], [2])], 0.5)).toEqual({ first: 1, second: 2, covered: 0 })
  expect(standardise([stratum([], [2])], 0.5)).toBeUndefined()
})

test('with one mix on both sides, adjusting changes nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (groups, p) => {
        const strata = groups.map((group) =>
          stratum(
            group.toSorted((a, b) => a - b),
            group.toSorted((a, b) => a - b),
          ),
        )
        const all = quantile(
          groups.flat().sort((a, b) => a - b),
          p,
        )
        expect(standardise(strata, p)).toEqual({ first: all, second: all, covered: 1, adjusted: { first: all, second: all } })
      },
    ),
  )
})

test('evenly spaced quantiles stand for a stratum as well as all of its numbers', () => {
  const all = [stratum(spread(0, 10_000), spread(0, 2000)), stratum(spread(50_000, 500), spread(60_000, 4000))]
  const few = all.map(({ first, second }) => ({ first: thinned(first), second: thinned(second) }))
  const [exact, close] = [standardise(all, 0.95)!, standardise(few, 0.95)!]
  expect(close.covered).toBe(exact.covered)
  for (const name of ['first', 'second'] as const) {
    expect(close[name] / exact[name]).toBeCloseTo(1, 1)
    expect(close.adjusted![name] / exact.adjusted![name]).toBeCloseTo(1, 1)
  }
})

const thinned = ({ values, count }: { values: ArrayLike<number>; count: number }) => ({
  values: Array.from({ length: 100 }, (_, i) => values[Math.ceil(((i + 0.5) * count) / 100) - 1]!),
  count,
})
