import { describe, expect, test } from 'vitest'
import type { PhaseSummary } from '../../../src/core/phase-summary.ts'
import type { MadeTrial } from '../../../src/judge/capacity/capacity-events.ts'
import { headroomOf } from '../../../src/judge/capacity/headroom.ts'

const phaseOf = (throughput: number) => ({ throughput }) as PhaseSummary
const trial = (load: number, throughput: number, finding: MadeTrial['finding'] = 'held') =>
  ({ load, finding, phase: phaseOf(throughput) }) as MadeTrial
/** Four places of 0.2 s: more slots than four bring nothing. */
const trials = [trial(1, 5), trial(4, 20), trial(8, 20), trial(8, 20.2), trial(19, 20), trial(8, 1, 'spoiled')]

describe('headroom', () => {
  test('of slots is what was measured between them, not a share of what all of them gave', () => {
    const rows = headroomOf(19, { axis: 'concurrency', trials, unloaded: undefined })
    expect(rows.map(({ utilisation, load }) => [utilisation, load])).toEqual([
      [0.5, 9],
      [0.6, 11],
      [0.7, 13],
      [0.8, 15],
    ])
    for (const { perHour } of rows) expect(perHour! / 3600).toBeCloseTo(20, 0)
  })

  test('of few slots is a whole number of them, with what that number gave', () => {
    const few = [trial(1, 5), trial(2, 9.5), trial(4, 16)]
    const rows = headroomOf(4, { axis: 'concurrency', trials: few, unloaded: undefined })
    expect(rows.map(({ load, perHour }) => [load, perHour! / 3600])).toEqual([
      [2, 9.5],
      [2, 9.5],
      [2, 9.5],
      [3, 12.75],
    ])
  })

  test('below the lowest load that was tried stands on the unloaded runs; where there are none it is not told', () => {
    const high = [trial(8, 20)]
    expect(headroomOf(8, { axis: 'concurrency', trials: high, unloaded: phaseOf(5) })[0]!.perHour).toBeCloseTo(3600 * (5 + (15 * 3) / 7))
    expect(headroomOf(8, { axis: 'concurrency', trials: high, unloaded: undefined })[0]).toEqual({ utilisation: 0.5, load: 4 })
  })

  test('of a rate is the share of it: what is sent is served there', () => {
    const rows = headroomOf(20, { axis: 'rate', trials: [trial(8, 8), trial(16, 16), trial(20, 19.8)], unloaded: phaseOf(5) })
    expect(rows.map(({ load }) => load)).toEqual([10, 12, 14, 16])
    expect(rows[0]!.perHour).toBeCloseTo(36_000 * 0.99)
  })
})
