import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHistogram, LARGEST } from '../../src/measure/histogram.ts'
import { quantileRank } from '../../src/stats/order.ts'

const filled = (values: Iterable<number>) => {
  const histogram = createHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}
/** Numbers of every size, as latencies are. */
const sized = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.double({ min: 1, max: 2, noNaN: true }))
  .map(([power, part]) => Math.min(LARGEST, Math.round(2 ** power * part)))
const signed = fc.tuple(sized, fc.boolean()).map(([value, negative]) => (negative ? -value : value))

describe('the door to the histogram', () => {
  test('any percentile is within 0.1 % of the exact sample quantile, signed or not', () => {
    fc.assert(
      fc.property(fc.array(signed, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = filled(values)
        const ascending = Float64Array.from(values).sort()
        for (const p of [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]) {
          const rank = quantileRank(values.length, p)
          const exact = ascending[rank - 1]!
          expect(Math.abs(histogram.at(rank) - exact)).toBeLessThanOrEqual(0.001 * Math.abs(exact))
        }
      }),
    )
  })

  test('count, mean and extremes are exact', () => {
    fc.assert(
      fc.property(fc.array(signed, { minLength: 1 }), (values) => {
        const { count, mean, min, max } = filled(values)
        expect({ count, min, max }).toEqual({ count: values.length, min: Math.min(...values), max: Math.max(...values) })
        expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 6)
      }),
    )
  })

  test('merging is exact addition', () => {
    fc.assert(
      fc.property(fc.array(signed), fc.array(signed), (left, right) => {
        const merged = filled(left)
        merged.add(filled(right))
        const together = filled([...left, ...right])
        const look = (histogram: typeof merged) => ({
          count: histogram.count,
          mean: histogram.mean,
          min: histogram.min,
          max: histogram.max,
          all: Array.from({ length: histogram.count }, (_, i) => histogram.at(i + 1)),
        })
        expect(look(merged)).toEqual(look(together))
      }),
    )
  })

  test('numbers are rounded; an hour is kept, more is kept as an hour and counted', () => {
    const histogram = filled([0.4, 1.5, -0.4, LARGEST, LARGEST + 1, 1e15, -1e15])
    expect(histogram).toMatchObject({ count: 7, clamped: 3, refused: 0, min: -LARGEST, max: LARGEST })
    expect([1, 2, 3, 4, 5, 6, 7].map((rank) => histogram.at(rank))).toEqual([-LARGEST, 0, 0, 2, LARGEST, LARGEST, LARGEST])
    expect(Object.is(filled([-0.4]).min, 0)).toBe(true)
    // The mean is of what is kept, so that it does not depend on how histograms were merged.
    expect(filled([0.4, 0.4, 3]).mean).toBe(1)
  })

  test('NaN and infinities are refused and counted', () => {
    const histogram = filled([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5])
    expect(histogram).toMatchObject({ count: 1, refused: 3, clamped: 0, mean: 5 })
    const other = createHistogram()
    other.add(histogram)
    expect(other).toMatchObject({ count: 1, refused: 3 })
  })

  test('values above 2³¹ keep their three digits', () => {
    const histogram = filled([2 ** 31, 2 ** 31 + 5e6, 3.5e9])
    expect(Math.abs(histogram.at(2) / (2 ** 31 + 5e6) - 1)).toBeLessThan(0.001)
  })

  test('an empty one has no number of any rank', () => {
    const empty = createHistogram()
    expect(empty).toMatchObject({ count: 0, mean: 0, min: 0, max: 0 })
    expect(() => empty.at(1)).toThrow(RangeError)
    expect(() => filled([1]).at(2)).toThrow(RangeError)
    expect(() => filled([1]).at(0)).toThrow(RangeError)
  })
})
