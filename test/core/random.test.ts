import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exponential, keyed, normal, wholeBetween, xoshiro128 } from '../../src/core/random.ts'

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
function variance(values: readonly number[]): number {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** 2))
}

describe('the generator', () => {
  test('gives the numbers of its authors’ program from the state 1, 2, 3, 4', () => {
    expect(draws(10, xoshiro128(Uint32Array.of(1, 2, 3, 4)))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  test('does not touch the state that it is given', () => {
    const state = Uint32Array.of(1, 2, 3, 4)
    xoshiro128(state)()
    expect(state).toEqual(Uint32Array.of(1, 2, 3, 4))
  })

  test('fills [0, 1) evenly', () => {
    const random = keyed(1, 'even')
    const bins = Array(10).fill(0)
    for (const value of draws(100_000, random)) {
      expect(value >= 0 && value < 1).toBe(true)
      bins[Math.floor(value * 10)]++
    }
    // χ² with 9 degrees of freedom: 27.9 is its 99.9 % point.
    expect(bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9)
  })
})

describe('draws by key', () => {
  test('the same seed and key give the same stream, whatever others drew', () => {
    const alone = draws(5, keyed(7, 'phase', 3))
    const [one, other] = [keyed(7, 'phase', 3), keyed(7, 'phase', 4)]
    const between = draws(5, () => {
      other()
      return one()
    })
    expect(between).toEqual(alone)
  })

  test('another seed or key gives another stream', () => {
    const first = (...of: Parameters<typeof keyed>) => draws(4, keyed(...of))
    const all = [first(7), first(8), first(7, 'a'), first(7, 'a', 1), first(7, 'a', '1'), first(7, 'a1'), first(7, 1, 'a')]
    expect(new Set(all.map((stream) => stream.join())).size).toBe(all.length)
  })

  test('stays the same from version to version: a seed in a report means what it meant', () => {
    expect(draws(3, keyed(7, 'arrivals', 'steady')).map((value) => Math.round(value * 1e6))).toEqual([131_789, 410_648, 64_598])
  })
})

describe('laws', () => {
  test('exponential: mean 1, variance 1, and finite at both ends of what can be drawn', () => {
    const random = keyed(2, 'exponential')
    const values = draws(100_000, () => exponential(random))
    expect(Math.abs(mean(values) - 1)).toBeLessThan(0.013)
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.036)
    expect(exponential(() => 0)).toBeCloseTo(0)
    expect(exponential(() => 1 - 2 ** -32)).toBeCloseTo(22.18, 2)
  })

  test('normal: mean 0, variance 1', () => {
    const random = keyed(3, 'normal')
    const values = draws(100_000, () => normal(random))
    expect(Math.abs(mean(values))).toBeLessThan(0.013)
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.018)
    expect(Math.abs(values.filter((value) => Math.abs(value) < 1.959964).length / 1e5 - 0.95)).toBeLessThan(0.003)
  })

  test('a whole number between two, both included, each as often', () => {
    const random = keyed(4, 'whole')
    const counts = new Map<number, number>()
    for (const value of draws(60_000, () => wholeBetween(random, -2, 3))) counts.set(value, (counts.get(value) ?? 0) + 1)
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3])
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  test('a range of one number gives that', () => {
    fc.assert(fc.property(fc.integer(), fc.integer(), (seed, value) => wholeBetween(keyed(seed), value, value) === value))
  })
})
