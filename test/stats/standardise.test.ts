import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantile } from '../../src/stats/order.ts'
import { standardise } from '../../src/stats/standardise.ts'

const spread = (from: number, count: number) => Float64Array.from({ length: count }, (_, i) => from + i)

test('a side that only took the slow stratum more often shows no change once the mix is the same', () => {
  const compared = standardise(
    [
      { first: spread(100, 900), second: spread(100, 500) },
      { first: spread(5000, 100), second: spread(5000, 500) },
    ].map(({ first, second }) => ({
      first,
      second: second.map((value, i) => first[Math.floor((i * first.length) / second.length)] ?? value),
    })),
    0.8,
  )!
  expect(compared.second).toBeGreaterThan(compared.first * 5)
  expect(Math.abs(compared.adjusted!.second - compared.adjusted!.first)).toBeLessThan(0.005 * compared.adjusted!.first)
  expect(compared.covered).toBe(1)
})

test('a real change of speed stays, whatever the mix did', () => {
  const compared = standardise(
    [
      { first: spread(1000, 50), second: spread(2000, 10) },
      { first: spread(10_000, 10), second: spread(20_000, 50) },
    ],
    0.5,
  )!
  expect(compared.adjusted!.second / compared.adjusted!.first).toBeGreaterThan(1.9)
})

test('by hand: three of four numbers lie in one stratum', () => {
  const strata = [
    { first: [1, 2, 3], second: [1] },
    { first: [10], second: [10, 20, 30] },
  ]
  // Both strata weigh four of eight. First side: 1, 2, 3 carry 4/3 each and 10 carries 4, so half of 8 is reached at 3.
  expect(standardise(strata, 0.5)).toEqual({ first: 2, second: 10, covered: 1, adjusted: { first: 3, second: 1 } })
})

test('what only one side has is left out, and said', () => {
  const strata = [
    { first: [1, 2], second: [3, 4] },
    { first: [], second: [100, 200, 300, 400] },
  ]
  expect(standardise(strata, 0.5)).toEqual({ first: 1, second: 100, covered: 0.5, adjusted: { first: 1, second: 3 } })
  expect(
    standardise(
      [
        { first: [1], second: [] },
        { first: [], second: [2] },
      ],
      0.5,
    ),
  ).toEqual({ first: 1, second: 2, covered: 0 })
  expect(standardise([{ first: [], second: [2] }], 0.5)).toBeUndefined()
})

test('with one mix on both sides, adjusting changes nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (groups, p) => {
        const strata = groups.map((group) => ({ first: group.toSorted((a, b) => a - b), second: group.toSorted((a, b) => a - b) }))
        const all = quantile(
          groups.flat().sort((a, b) => a - b),
          p,
        )
        expect(standardise(strata, p)).toEqual({ first: all, second: all, covered: 1, adjusted: { first: all, second: all } })
      },
    ),
  )
})
