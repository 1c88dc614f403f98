import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../src/core/random.ts'
import { signFlipInterval, signFlipP } from '../../src/stats/sign-flip.ts'

/** All subset means by plain enumeration, in order of size. */
function subsetMeans(values: readonly number[]): readonly number[] {
  const means: number[] = []
  for (let subset = 1; subset < 2 ** values.length; subset++) {
    const chosen = values.filter((_, index) => subset & (2 ** index))
    means.push(chosen.reduce((sum, value) => sum + value, 0) / chosen.length)
  }
  return means.sort((a, b) => a - b)
}

const drawn = (n: number, key: string) => {
  const random = keyed(11, key)
  return Array.from({ length: n }, () => normal(random))
}

describe('sign flips', () => {
  test('Darwin’s 15 pairs of maize, as Fisher tested them in The Design of Experiments, §21: 863 of 32,768 flips are as extreme', () => {
    // Eighths of an inch, cross- less self-fertilised.
    const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    expect(signFlipP(darwin, 0) * 2 ** 15).toBe(863)
  })
  test('the interval runs between subset means, by rank', () => {
    for (const n of [7, 8, 11, 12]) {
      const values = drawn(n, `${n}`)
      const means = subsetMeans(values)
      const rank = Math.floor(0.0147 * 2 ** n)
      const { low, high } = signFlipInterval(values, 0.0294)!
      expect(low).toBeCloseTo(means[rank - 1]!, 10)
      expect(high).toBeCloseTo(means.at(-rank)!, 10)
    }
  })
  test('the test and its interval agree', () => {
    const values = drawn(10, 'agree')
    const { low, high } = signFlipInterval(values, 0.05)!
    expect(signFlipP(values, low - 1e-9)).toBeLessThanOrEqual(0.025)
    expect(signFlipP(values, low + 1e-9)).toBeGreaterThan(0.025)
    const mirrored = values.map((value) => -value)
    expect(signFlipP(mirrored, -high - 1e-9)).toBeLessThanOrEqual(0.025)
    expect(signFlipP(mirrored, -high + 1e-9)).toBeGreaterThan(0.025)
  })
  test('fewer than 7 differences have no interval at a look of two, 7 have the range', () => {
    expect(signFlipInterval(drawn(6, 'six'), 0.0294)).toBeUndefined()
    const seven = drawn(7, 'seven')
    const { low, high } = signFlipInterval(seven, 0.0294)!
    expect(low).toBeCloseTo(Math.min(...seven), 12)
    expect(high).toBeCloseTo(Math.max(...seven), 12)
  })
  test('an endless difference opens the interval on its side and leaves the other end finite', () => {
    const values = [0.1, 0.2, 0.3, 0.1, 0.2, 0.4, 0.2, Number.POSITIVE_INFINITY]
    const { low, high } = signFlipInterval(values, 0.0294)!
    expect(high).toBe(Number.POSITIVE_INFINITY)
    expect(low).toBeCloseTo(subsetMeans(values.slice(0, 7))[2]!, 10)
    expect(
      signFlipInterval(
        values.map((value) => -value),
        0.0294,
      )!.low,
    ).toBe(Number.NEGATIVE_INFINITY)
    expect(signFlipInterval(new Array(8).fill(Number.POSITIVE_INFINITY), 0.0294)).toEqual({
      low: Number.POSITIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    })
  })
  test('beyond 28 differences a sample of flips stands for all, and comes close', () => {
    const values = drawn(60, 'many')
    const mean = values.reduce((sum, value) => sum + value, 0) / 60
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59)
    const { low, high } = signFlipInterval(values, 0.05)!
    // Student's at 59 degrees of freedom: 2.001.
    expect(low).toBeCloseTo(mean - (2.001 * deviation) / Math.sqrt(60), 1)
    expect(high).toBeCloseTo(mean + (2.001 * deviation) / Math.sqrt(60), 1)
  })
  test('the sample comes close to what counting every subset gives', () => {
    // 28 are counted and 29 are sampled; a difference of 0 more moves the ends by little.
    const values = drawn(28, 'counted')
    const counted = signFlipInterval(values, 0.0294)!
    const sampled = signFlipInterval([...values, 0], 0.0294)!
    expect(Math.abs(sampled.low - counted.low)).toBeLessThan(0.05)
    expect(Math.abs(sampled.high - counted.high)).toBeLessThan(0.05)
  })
  test('moves with the differences and scales with them', () => {
    const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 14 })
    fc.assert(
      fc.property(numbers, fc.double({ min: -2, max: 2, noNaN: true }), (values, shift) => {
        const [plain, moved] = [
          signFlipInterval(values, 0.05)!,
          signFlipInterval(
            values.map((value) => value + shift),
            0.05,
          )!,
        ]
        expect(moved.low).toBeCloseTo(plain.low + shift, 8)
        expect(moved.high).toBeCloseTo(plain.high + shift, 8)
      }),
      { numRuns: 50 },
    )
  })
})
