import { describe, expect, it } from 'vitest'
import type { Mode, Sample } from '../../../src/core/sample.ts'
import type { TruthLine } from '../../../src/core/truth.ts'
import { markErrors } from '../../../src/judge/calibration/mark-errors.ts'

const ZERO = 1_000_000

const sample = (id: string | undefined, mode: Mode, marks: object): Sample =>
  ({ mode, marks: { intended: 0, ...marks }, ...(id !== undefined && { workflowRunId: id }) }) as Sample
const line = (id: string, ...events: readonly (readonly [string, number])[]): readonly [string, TruthLine] => [
  id,
  { workflow_run_id: id, events: events.map(([kind, at]) => ({ kind, at: ZERO + at })) } as unknown as TruthLine,
]

describe('marks held against the simulator’s log', () => {
  it('are as far off as the client’s moment lies from the server’s, on one clock', () => {
    const truth = new Map([
      line('a', ['ping', 5], ['workflow_started', 10], ['text_chunk', 30], ['text_chunk', 40], ['workflow_finished', 90]),
    ])
    const { exchanges, errors } = markErrors([sample('a', 'streaming', { firstEvent: 12, firstText: 35, finished: 98 })], truth, ZERO)
    expect(exchanges).toBe(1)
    expect(errors).toEqual({ firstEvent: { p50: 2, p95: 2 }, firstText: { p50: 5, p95: 5 }, finished: { p50: 8, p95: 8 } })
  })

  it('know of a blocking run only when its reply left', () => {
    const truth = new Map([line('a', ['reply', 90])])
    expect(markErrors([sample('a', 'blocking', { firstEvent: 80, finished: 93 })], truth, ZERO).errors).toEqual({
      finished: { p50: 3, p95: 3 },
    })
  })

  it('are counted for exchanges alone that both sides tell of', () => {
    const truth = new Map([line('a', ['reply', 90])])
    const samples = [sample(undefined, 'blocking', { finished: 1 }), sample('b', 'blocking', { finished: 1 }), sample('a', 'blocking', {})]
    expect(markErrors(samples, truth, ZERO)).toEqual({ exchanges: 1, errors: {} })
  })
})
