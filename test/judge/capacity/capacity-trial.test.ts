import { describe, expect, test } from 'vitest'
import type { PhaseSummary } from '../../../src/core/phase-summary.ts'
import type { ObjectiveResult, RunSummary } from '../../../src/core/summary.ts'
import { judgeTrial } from '../../../src/judge/capacity/capacity-trial.ts'
import { makeRun } from '../../helpers/run-summary.ts'

const { summary } = await makeRun()
const objective: ObjectiveResult = { text: 'response_time p95 < 2s', verdict: 'held', limit: 2e6, explanation: 'The p95 is 1 s.' }
const steady: PhaseSummary = {
  ...summary.phases['streaming']!,
  intended: 600,
  completedInside: 598,
  endedInside: 598,
  dropped: 0,
  outcomes: { succeeded: 600 },
  beganUs: 0,
  endedUs: 60e6,
  inFlight: { mean: 5, max: 9 },
  series: {
    seconds: Array.from({ length: 60 }, (_, second) => ({
      second,
      intended: 10,
      completed: 10,
      inFlight: 5 + (second % 3),
      connectionsOpen: 5,
      outcomes: {},
    })),
  },
}
const trial = (run: Partial<RunSummary> = {}, phase: Partial<PhaseSummary> = {}) =>
  judgeTrial({ ...summary, valid: true, caveats: [], objectives: [objective], ...run }, { ...steady, ...phase })

describe('a trial', () => {
  test('holds where its objectives do and the target kept up, and says by how much', () => {
    expect(trial()).toEqual({ finding: 'held', because: 'The p95 is 1 s.' })
    expect(trial({ objectives: [] })).toEqual({ finding: 'held', because: 'The target kept up.' })
    expect(trial({ objectives: [{ ...objective, verdict: 'held-not-proven' }] }).finding).toBe('held')
  })

  test.each(['missed', 'undecided'] as const)('is missed where an objective is %s', (verdict) => {
    expect(trial({ objectives: [objective, { ...objective, verdict, explanation: 'The p99 is 9 s.' }] })).toEqual({
      finding: 'missed',
      because: 'The p99 is 9 s.',
      limitedBy: objective.text,
    })
  })

  test('is missed where sends were dropped, runs fell behind, or what is in flight piled up, though its objectives hold', () => {
    expect(trial({}, { dropped: 3 })).toMatchObject({ limitedBy: 'in flight', because: expect.stringContaining('3 of 600') })
    expect(trial({}, { endedInside: 560 })).toMatchObject({
      limitedBy: 'completions',
      because: expect.stringContaining('40 runs behind'),
    })
    const seconds = steady.series.seconds.map((one) => ({ ...one, inFlight: 5 + one.second / 4 + (one.second % 3) }))
    expect(trial({}, { series: { seconds } }).finding).toBe('missed')
  })

  test('is not behind for failures that its objectives allow: they ended too', () => {
    const few = { completedInside: 570, endedInside: 598, failures: 28 }
    expect(trial({}, few).finding).toBe('held')
    expect(trial({ objectives: [{ ...objective, text: 'failures < 4%', verdict: 'missed' }] }, few)).toMatchObject({
      limitedBy: 'failures < 4%',
    })
  })

  test('of thirty runs is not behind for the one that is under way at its end', () => {
    expect(trial({}, { intended: 30, endedInside: 29, inFlight: { mean: 0.4, max: 1 } }).finding).toBe('held')
  })

  test('that our own machine spoiled is no vote, whatever it says of the target', () => {
    const caveat = { kind: 'generator-late', text: 'Sends left late.', invalidates: true } as const
    expect(trial({ valid: false, caveats: [caveat], objectives: [{ ...objective, verdict: 'missed' }] })).toEqual({
      finding: 'spoiled',
      because: 'Sends left late.',
    })
  })

  test('that met a limit of the target says nothing of its capacity', () => {
    expect(trial({}, { outcomes: { succeeded: 590, throttled: 10 } })).toMatchObject({ finding: 'throttled' })
  })
})
