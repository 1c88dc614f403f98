import { describe, expect, test } from 'vitest'
import { holmLevels } from '../../src/stats/holm.ts'
import { centreOf, detectableDifference, moments, pairedInterval, pairedP, studentInterval } from '../../src/stats/paired.ts'
import { signFlipInterval } from '../../src/stats/sign-flip.ts'
import { studentQuantile, studentUpperTail } from '../../src/stats/student.ts'
import { welch, welchHalfWidth } from '../../src/stats/welch.ts'

describe('Student’s law', () => {
  // Percentage points as Fisher and Yates tabulate them, and in Abramowitz and Stegun, table 26.10; more digits by SciPy 1.17.1, scipy.stats.t.ppf.
  test.each([
    [0.975, 1, 12.706_204_736_174_694],
    [0.975, 7, 2.364_624_251_592_784],
    [0.975, 15, 2.131_449_545_559_776],
    [0.995, 10, 3.169_272_672_616_95],
    [0.95, 30, 1.697_260_886_593_957],
    [0.8, 7, 0.896_029_644_313_765_3],
    [0.9853, 7, 2.728_554_491_645_804_4],
    [0.9853, 15, 2.407_339_124_234_204],
    [0.025, 7, -2.364_624_251_592_784],
    [0.5, 3, 0],
  ])('quantile %d at %i degrees of freedom', (p, freedom, t) => expect(studentQuantile(p, freedom)).toBeCloseTo(t, 9))
  test('tail and quantile are each other’s inverse', () => {
    for (const freedom of [1, 2, 7, 15, 100, 5000])
      for (const p of [0.001, 0.0147, 0.2, 0.6, 0.9999])
        expect(studentUpperTail(studentQuantile(p, freedom), freedom)).toBeCloseTo(1 - p, 11)
  })
})

// Student (1908), Biometrika 6: hours of sleep gained by the second drug over the first, ten patients. R's sleep data.
const SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]

describe('paired differences', () => {
  test('Student’s own example, as R’s t.test(paired = TRUE) has it: 0.7001142 to 2.4598858, p = 0.002833', () => {
    const { low, high } = studentInterval(SLEEP, 0.05)
    expect(low).toBeCloseTo(0.700_114_2, 6)
    expect(high).toBeCloseTo(2.459_885_8, 6)
    const { mean, deviation } = moments(SLEEP)
    expect(2 * studentUpperTail(mean / (deviation / Math.sqrt(10)), 9)).toBeCloseTo(0.002_832_89, 7)
  })
  test('the interval is the union of both methods’', () => {
    const [flips, student, both] = [signFlipInterval(SLEEP, 0.05)!, studentInterval(SLEEP, 0.05), pairedInterval(SLEEP, 0.05)!]
    expect(both).toEqual({ low: Math.min(flips.low, student.low), high: Math.max(flips.high, student.high) })
    expect(pairedInterval(SLEEP.slice(0, 6), 0.0294)).toBeUndefined()
  })
  test('their p is the level at which the lower end passes the centre asked for', () => {
    const p = pairedP(SLEEP, 0.5)
    expect(pairedInterval(SLEEP, p * 1.02)!.low).toBeGreaterThan(0.5)
    expect(pairedInterval(SLEEP, p * 0.98)!.low).toBeLessThan(0.5)
  })
  test('equal differences leave no doubt, and none is 1', () => {
    expect(pairedInterval(new Array(8).fill(0.25), 0.0294)).toEqual({ low: 0.25, high: 0.25 })
    expect(pairedP(new Array(8).fill(0), 0)).toBe(1)
    expect(pairedP(new Array(8).fill(0.25), 0)).toBe(0)
  })
  test('the centre is the mean, and the median once one of them is endless', () => {
    expect(centreOf([1, 2, 6])).toBe(3)
    expect(centreOf([1, 2, Number.POSITIVE_INFINITY])).toBe(2)
    expect(centreOf([1, 2, 3, Number.POSITIVE_INFINITY])).toBe(2.5)
    expect(centreOf([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY)
    expect(centreOf([])).toBeNaN()
  })
  test('the smallest detectable difference: (2.3646 + 0.8960) · s / √8', () =>
    expect(detectableDifference(0.1, 8, 0.05)).toBeCloseTo((3.260_654 * 0.1) / Math.sqrt(8), 6))
})

describe('Welch’s comparison', () => {
  // R's sleep data as two independent groups, as t.test(extra ~ group) has it: t = −1.8608, df = 17.776, −3.3654832 to 0.2054832.
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
  test('Student’s sleepers as two groups', () => {
    const compared = welch(second, first)!
    expect(compared.freedom).toBeCloseTo(17.776, 3)
    expect(compared.difference / compared.error).toBeCloseTo(-1.8608, 4)
    const half = welchHalfWidth(compared, 0.05)
    expect(compared.difference - half).toBeCloseTo(-3.365_483_2, 6)
    expect(compared.difference + half).toBeCloseTo(0.205_483_2, 6)
  })
  test('there is none of single numbers or of numbers without spread', () => {
    expect(welch([1], [1, 2])).toBeUndefined()
    expect(welch([1, 1], [2, 2])).toBeUndefined()
  })
})

describe('Holm’s step-down', () => {
  test('the levels are α/4, α/3, α/2, α in order of size, and it stops at the first that fails', () => {
    expect(holmLevels([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([0.05 / 3, undefined, undefined, 0.0125])
    expect(holmLevels([0.001, 0.02], 0.05)).toEqual([0.025, 0.05])
    expect(holmLevels([0.03, 0.001, 0.02], 0.05)).toEqual([0.05, 0.05 / 3, 0.025])
    expect(holmLevels([], 0.05)).toEqual([])
  })
})
