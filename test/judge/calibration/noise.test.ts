import { describe, expect, it } from 'vitest'
import type { ComparisonSettings, Round } from '../../../src/core/comparison.ts'
import { keyed, normal } from '../../../src/core/random.ts'
import { falseAlarms, metricNoise, pairTakes } from '../../../src/judge/calibration/noise.ts'

const PRIMARY = 'response_time p95'
const SETTINGS: ComparisonSettings = { primary: PRIMARY, informing: ['first_event p95'], margin: 0.1, noise: 0.03, pairs: 8, seed: 1 }

const reading = (value: number): Round[string] => ({
  figures: { [PRIMARY]: value },
  failures: { count: 0, of: 100 },
  work: { modes: ['streaming'] },
  fitness: { kind: 'sound' },
})
const pair = (one: number, other: number): Round => ({ one: reading(one), other: reading(other) })

/** Pairs whose runs scatter by `deviation` in logarithms around one second. */
function equalArms(pairs: number, deviation: number, seed = 1): readonly Round[] {
  const random = keyed(seed, 'equal')
  const run = () => 1e6 * Math.exp(deviation * normal(random))
  return Array.from({ length: pairs }, () => pair(run(), run()))
}

describe('the noise of equal arms', () => {
  it('is told from run to run, from pair to pair, and as the change that so many pairs would find', () => {
    // Differences of ±0.1: a deviation of 0.1 · √(8/7) = 0.1069.
    const rounds = Array.from({ length: 8 }, (_, n) => pair(1, Math.exp(n % 2 === 0 ? 0.1 : -0.1)))
    const { pairToPair, detectable, pairsFor } = metricNoise(rounds, SETTINGS)[PRIMARY]!
    expect(pairToPair).toBeCloseTo(0.1069, 4)
    // (t₀.₉₈₅₃ + t₀.₈ at 7 degrees of freedom) = 2.726 + 0.896 = 3.62; · 0.1069 / √8 = 0.137, which is 14.7 %.
    expect(detectable[8]).toBeCloseTo(0.147, 2)
    expect(detectable[16]!).toBeLessThan(detectable[8]!)
    expect(pairsFor[15]).toBe(8)
    expect(pairsFor[10]).toBeGreaterThan(8)
    expect(pairsFor[5]).toBeGreaterThan(pairsFor[10]!)
  })

  it('leaves out what no run has', () => {
    expect(Object.keys(metricNoise(equalArms(8, 0.05), SETTINGS))).toEqual([PRIMARY])
  })

  it('says of a change that no number of pairs worth running would find that it is out of reach', () => {
    expect(metricNoise(equalArms(16, 2), SETTINGS)[PRIMARY]!.pairsFor[5]).toBeNull()
  })
})

describe('what a pair takes', () => {
  const at = (second: number) => new Date(1e12 + second * 1e3).toISOString()
  const run = (from: number, to: number) => [
    { began: `run-${from}`, at: at(from), order: {} },
    { ended: `run-${from}`, at: at(to), order: {} },
  ]

  it('is twice what a run takes, with the pause between', () => {
    expect(pairTakes([...run(0, 9), ...run(10, 19), ...run(20, 29), ...run(30, 40)])).toBe(20e6)
  })

  it('leaves out the hours between a kill and going on', () => {
    const killed = [...run(0, 10), { began: 'run-killed', at: at(10), order: {} }]
    const later = [{ resumed: true, at: at(9000) } as const, ...run(9100, 9110), ...run(9110, 9120)]
    expect(pairTakes([...killed, ...later])).toBe(20e6)
  })
})

describe('false alarms by flipping signs', () => {
  it('are none where runs hardly differ', () => {
    expect(falseAlarms(equalArms(8, 0.001), SETTINGS)).toBe(0)
  })

  it('are some where arms that should be equal differ one way: half of all flips of one-sided pairs that agree are no more than two', () => {
    // All eight differ by a fifth the same way: only the flip that leaves all as they are is a regression.
    const rounds = Array.from({ length: 8 }, () => pair(1, 1.2))
    expect(falseAlarms(rounds, SETTINGS)).toBe(1 / 256)
  })

  it('stay within what the level of the test allows on noise', () => {
    const shares = Array.from({ length: 3 }, (_, seed) => falseAlarms(equalArms(8, 0.1, seed), SETTINGS))
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThanOrEqual(0.0294 / 2)
  })
})
