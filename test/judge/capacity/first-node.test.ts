import { describe, expect, test } from 'vitest'
import type { PhaseSummary } from '../../../src/core/phase-summary.ts'
import type { MadeTrial } from '../../../src/judge/capacity/capacity-events.ts'
import { firstNodeToBend } from '../../../src/judge/capacity/first-node.ts'

/** In ms, which share of the run's time, and p95 / p50. */
type Time = number | { readonly p50: number; readonly share?: number; readonly scatter?: number }
type Times = Readonly<Record<string, Time>>

/** A phase whose nodes took so long in thirty runs. */
const phase = (times: Times): PhaseSummary =>
  ({
    nodes: {
      nodes: Object.entries(times).map(([nodeId, time]) => {
        const { p50, share = 0.3, scatter = 1.1 } = typeof time === 'number' ? { p50: time } : time
        return { nodeId, title: nodeId.toUpperCase(), share, elapsed: { p50, p95: p50 * scatter, count: 30 } }
      }),
    },
  }) as unknown as PhaseSummary
const trial = (load: number, times: Times, finding: MadeTrial['finding'] = 'held') => ({ load, finding, phase: phase(times) }) as MadeTrial
const calm = phase({ llm: 100, code: 20 })

describe('the node that bends first', () => {
  test('is the one that got slower at the lowest load, not the one that got slowest', () => {
    const trials = [trial(16, { llm: 1000, code: 60 }), trial(8, { llm: 101, code: 30 }), trial(4, { llm: 100, code: 20 })]
    expect(firstNodeToBend(trials, calm)).toEqual({ nodeId: 'code', title: 'CODE', load: 8, inflation: 1.5 })
  })

  test('of several at one load is the one that grew most', () => {
    expect(firstNodeToBend([trial(8, { llm: 150, code: 40 })], calm)?.nodeId).toBe('code')
  })

  test('is none where all stay within a quarter of what they took unloaded', () => {
    expect(firstNodeToBend([trial(8, { llm: 125, code: 25 })], calm)).toBeUndefined()
    expect(firstNodeToBend([], calm)).toBeUndefined()
  })

  test('is judged by the median of the trials at a load: one bad trial names nobody', () => {
    const at = (...code: number[]) => code.map((each) => trial(8, { llm: 100, code: each }))
    expect(firstNodeToBend(at(20, 90, 21), calm)).toBeUndefined()
    expect(firstNodeToBend(at(90, 20, 80), calm)?.inflation).toBe(4)
  })

  test('is none whose times scatter so much that so few runs show such a median by chance', () => {
    const code = { p50: 30, scatter: 2.7 }
    expect(firstNodeToBend([trial(8, { llm: 100, code })], phase({ llm: 100, code: { ...code, p50: 20 } }))).toBeUndefined()
    expect(firstNodeToBend([trial(8, { llm: 100, code: { ...code, p50: 90 } })], phase({ llm: 100, code }))?.nodeId).toBe('code')
  })

  test('is none that is its old self again under more load', () => {
    const trials = [trial(4, { llm: 100, code: 20 }), trial(8, { llm: 100, code: 40 }), trial(16, { llm: 100, code: 20 })]
    expect(firstNodeToBend(trials, calm)).toBeUndefined()
    expect(firstNodeToBend([...trials, trial(32, { llm: 150, code: 40 })], calm)).toMatchObject({ nodeId: 'code', load: 32 })
  })

  test('is none of a trial that our own machine spoiled', () => {
    expect(firstNodeToBend([trial(8, { llm: 100, code: 90 }, 'spoiled')], calm)).toBeUndefined()
  })

  test('is none that hardly takes any of the run’s time, or was not there unloaded', () => {
    expect(firstNodeToBend([trial(8, { llm: 100, code: { p50: 90, share: 0.01 } })], calm)).toBeUndefined()
    expect(firstNodeToBend([trial(8, { llm: 100, code: 20, tool: 500 })], calm)).toBeUndefined()
    expect(firstNodeToBend([trial(8, { llm: 100 })], phase({ llm: 0 }))).toBeUndefined()
  })

  test('is not known in a mode that tells of no nodes', () => {
    const blind = {} as PhaseSummary
    expect(firstNodeToBend([{ load: 8, phase: blind } as MadeTrial], blind)).toBeUndefined()
  })
})
