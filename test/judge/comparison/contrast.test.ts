import { describe, expect, test } from 'vitest'
import { contrast, contrastChange, contrastEvidence } from '../../../src/judge/comparison/contrast.ts'
import { singleAgainst, welch, welchHalfWidth, welchP } from '../../../src/stats/welch.ts'

const before = [0.02, -0.03, 0.05, 0.01, -0.04, 0.03, 0, -0.02, 0.04, -0.01]
const after = [0.11, 0.16, 0.09, 0.14]

describe('stored runs against each other', () => {
  test('have Welch’s interval, half as wide again', () => {
    const plain = welch(before, after)!
    const { centre, low, high } = contrastChange(before, after, 0.05)
    expect(centre).toBeCloseTo(plain.difference, 12)
    expect(high - centre).toBeCloseTo(1.5 * welchHalfWidth(plain, 0.05), 12)
    expect(centre - low).toBeCloseTo(high - centre, 12)
  })
  test('one run alone has the prediction interval of the baseline, half as wide again', () => {
    // t₀.₉₇₅ with 9 degrees of freedom is 2.262157; s of the ten is 0.0302765.
    const { low, high } = contrastChange(before, [0.2], 0.05)
    expect((high - low) / 2).toBeCloseTo(1.5 * 2.262_157 * 0.030_276_5 * Math.sqrt(1.1), 6)
  })
  test('have none below 8 runs of the baseline, without a run, or with an endless one', () => {
    expect(contrast(before.slice(0, 7), after)).toBeUndefined()
    expect(contrast(before.slice(0, 8), after)).toBeDefined()
    expect(contrast(before, [])).toBeUndefined()
    expect(contrast(before, [...after, Number.POSITIVE_INFINITY])).toBeUndefined()
    expect(contrast(new Array(9).fill(1), [1])).toBeUndefined()
    expect(contrastChange(before.slice(0, 7), after, 0.05)).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
  })
  test('are as sure as their interval says: p at its end is alpha, toward the worse', () => {
    const { low, high } = contrastChange(before, after, 0.05)
    const [slower, fewer] = [contrastEvidence(before, after, 'lower')!, contrastEvidence(before, after, 'higher')!]
    expect(slower.above(low)).toBeCloseTo(0.05, 8)
    expect(slower.below(high)).toBeCloseTo(0.05, 8)
    expect(slower.above(0)).toBeLessThan(0.05)
    expect(fewer.centre).toBeCloseTo(-slower.centre, 12)
    expect(fewer.above(-high)).toBeCloseTo(0.05, 8)
    expect(contrastEvidence(before.slice(0, 3), after, 'lower')).toBeUndefined()
  })
})

test('a list without scatter says nothing of a single number', () => {
  expect(singleAgainst([1, 1, 1], 2)).toBeUndefined()
  expect(singleAgainst([1], 2)).toBeUndefined()
})
test('p is 1 where the difference lies on the other side', () => expect(welchP({ difference: -1, error: 0.1, freedom: 5 }, 0)).toBe(1))
