import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../../src/core/random.ts'
import type { MadeTrial } from '../../../src/judge/capacity/capacity-events.ts'
import { replicasOf } from '../../../src/judge/capacity/replicas.ts'
import { scalingOver } from '../../../src/judge/capacity/scaling-over.ts'
import { throughputAt } from '../../../src/stats/scalability.ts'

const SLOTS = [1, 2, 4, 8, 16, 32, 48, 64]

/** Three trials at every number of slots, with the throughput that `law` gives, give or take two percent. */
function trialsOf(law: (slots: number) => number, { seed = 1, endedAt = (_: number): number => 300 } = {}): readonly MadeTrial[] {
  const random = keyed(seed, 'scatter')
  return SLOTS.flatMap((load) =>
    [0, 1, 2].map(() => {
      const ended = endedAt(load)
      const throughput = law(load) * Math.exp(0.02 * normal(random))
      return {
        load,
        finding: 'held',
        phase: { throughput, completedInside: 300, intended: 300, endedInside: ended, inFlight: { mean: load, max: load } },
      } as MadeTrial
    }),
  )
}
const fitted = (law: (slots: number) => number, seed = 1) => scalingOver(trialsOf(law, { seed }), { unloaded: undefined, seed })!

describe('a peak of throughput', () => {
  const falling = { gamma: 5, alpha: 0.05, beta: 0.002 }

  test('is named with its interval where throughput was seen to fall beyond it', () => {
    const { peak } = fitted((slots) => throughputAt(falling, slots))
    expect(peak!.inFlight).toBeCloseTo(21.8, -1)
    expect(peak!.low).toBeLessThan(peak!.inFlight)
    expect(peak!.high).toBeGreaterThan(peak!.inFlight)
    expect(peak!.high).toBeLessThan(64)
  })

  test('is none where the highest throughput was measured beyond it, or a level there is as good', () => {
    // Full from 8 slots on, and the fitted law bends all the same.
    const dips = (slots: number) => (slots === 32 ? 36 : slots > 32 ? 43 : Math.min(40, 5 * slots))
    for (const seed of [1, 2, 3]) expect(fitted(dips, seed).peak).toBeUndefined()
  })

  test('is none where runs only pile up beyond it: they are not completed yet', () => {
    const trials = trialsOf((slots) => throughputAt(falling, slots), { endedAt: (slots) => (slots > 16 ? 200 : 300) })
    expect(scalingOver(trials, { unloaded: undefined, seed: 1 })!.peak).toBeUndefined()
  })

  test('is none of a queue that is merely full', () => {
    for (const seed of [1, 2, 3]) expect(fitted((slots) => Math.min(40, 5 * slots), seed).peak).toBeUndefined()
  })
})

describe('how far the law is from what was measured', () => {
  test('is the scatter of the trials where they follow it, and more where they do not', () => {
    expect(fitted((slots) => throughputAt({ gamma: 5, alpha: 0.05, beta: 0 }, slots)).misfit!).toBeLessThan(0.08)
    expect(fitted((slots) => (slots === 32 ? 20 : Math.min(40, 5 * slots))).misfit!).toBeGreaterThan(0.3)
  })
})

describe('replicas', () => {
  const law = { gamma: 4.93, alpha: 0.149, beta: 0 }
  const scaling = fitted((slots) => throughputAt(law, slots))

  test('that share what runs contend for give no more than the law does with as many more in flight, and it has an end', () => {
    const replicas = replicasOf({ throughput: throughputAt(law, 8), inFlight: 8 }, scaling)
    expect(replicas.map(({ replicas }) => replicas)).toEqual([2, 3, 4])
    for (const { replicas: n, linear, low } of replicas) {
      expect(linear).toBeCloseTo(n * throughputAt(law, 8))
      expect(low).toBeLessThan(Math.min(law.gamma / law.alpha, throughputAt(law, 8 * n) * 1.01))
      expect(low).toBeGreaterThan(throughputAt(law, 8 * n) * 0.9)
    }
  })

  test('never give less than one of them does, though throughput falls with more in flight', () => {
    const falling = { ...scaling, beta: { estimate: 0.05, low: 0.05, high: 0.05 } }
    for (const { low } of replicasOf({ throughput: 20, inFlight: 30 }, falling)) expect(low).toBe(20)
  })

  test('never give less than fewer of them would', () => {
    const soonFalling = { ...scaling, beta: { estimate: 0.006, low: 0.006, high: 0.006 } }
    const [two, three, four] = replicasOf({ throughput: 4.8, inFlight: 4.2 }, soonFalling).map(({ low }) => low)
    expect(two).toBeGreaterThan(4.8)
    expect(three).toBeGreaterThanOrEqual(two!)
    expect(four).toBe(three)
  })

  test('are not estimated where no law was fitted', () => {
    expect(replicasOf({ throughput: 20, inFlight: 4 }, undefined)).toEqual([])
    expect(replicasOf(undefined, scaling)).toEqual([])
  })
})
