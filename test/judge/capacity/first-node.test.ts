import { describe, expect, test } from 'vitest'
import type { PhaseSummary } from '../../../src/core/summary.ts'
import type { MadeTrial } from '../../../src/judge/capacity/capacity-events.ts'
import { firstNodeToBend } from '../../../src/judge/capacity/first-node.ts'

type Times = Readonly<Record<string, number | readonly [p50: number, share: number]>>

/** A phase whose nodes took so long (ms, and which share of the run's time). */
const phase = (times: Times): PhaseSummary =>
  ({
    nodes: {
      nodes: Object.entries(times).map(([nodeId, time]) => {
        const [p50, share] = typeof time === 'number' ? [time, 0.3] : time
        return { nodeId, title: nodeId.toUpperCase(), share, elapsed: { p50 } }
      }),
    },
  }) as unknown as PhaseSummary
const trial = (load: number, times: Times): MadeTrial => ({ load, phase: phase(times) }) as MadeTrial
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

  test('is none that hardly takes any of the run’s time, or was not there unloaded', () => {
    expect(firstNodeToBend([trial(8, { llm: 100, code: [90, 0.01] })], calm)).toBeUndefined()
    expect(firstNodeToBend([trial(8, { llm: 100, code: 20, tool: 500 })], calm)).toBeUndefined()
    expect(firstNodeToBend([trial(8, { llm: 100 })], phase({ llm: 0 }))).toBeUndefined()
  })

  test('is not known in a mode that tells of no nodes', () => {
    const blind = {} as PhaseSummary
    expect(firstNodeToBend([{ load: 8, phase: blind } as MadeTrial], blind)).toBeUndefined()
  })
})
