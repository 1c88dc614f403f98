import { describe, expect, it } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { createDrift } from '../../src/simulator/drift.ts'
import type { NodeRun } from '../../src/simulator/happenings.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import type { RunRecord } from '../../src/simulator/run-record.ts'
import { drawn, profileOf, SIMPLE } from './profiles.ts'
import { runAt, runPoisson } from './virtual-runs.ts'

const elapsed = ({ started, finished }: RunRecord) => finished! - started!
const share = <T>(all: readonly T[], holds: (one: T) => boolean) => all.filter(holds).length / all.length
function runsOf(name: string, count: number) {
  const profile = loadProfile(name)
  return Array.from({ length: count }, (_, n) => drawn(profile, 1, n))
}
const spent = (nodes: readonly NodeRun[], id: string) => {
  const run = nodes.find(({ node }) => node.id === id)
  return run && (run.finished - run.started) / 1000
}

describe('a node that is slow in a share of runs', () => {
  it('takes the time for it in that share, and leaves all else as it is', () => {
    const runs = runsOf('slow-node', 4000)
    expect(new Set(runs.map(({ length }) => length / 1000))).toEqual(new Set([167, 1007]))
    expect(share(runs, ({ nodes }) => spent(nodes, 'fetch') === 900)).toBeCloseTo(0.05, 2)
    for (const { length, nodes } of runs) expect(length / 1000 - spent(nodes, 'fetch')!).toBe(107)
  })

  it('of a model is slow to its first word, and writes the same', () => {
    const profile = profileOf(SIMPLE.replace('gap: 10ms }', 'gap: 10ms }, slow: { share: 50%, takes: 500ms }'))
    const runs = Array.from({ length: 40 }, (_, n) => drawn(profile, 1, n))
    expect(new Set(runs.map(({ nodes }) => spent(nodes, 'llm')))).toEqual(new Set([90, 520]))
  })
})

describe('a branch mix', () => {
  const runs = runAt(
    loadProfile('branches'),
    'blocking',
    Array.from({ length: 3000 }, (_, n) => n * 1000),
  ).records
  const deep = ({ result }: RunRecord) => result!.outputs['text'] === 'deep'

  it('sends each run down one branch, by its share, and shifts after a number of runs', () => {
    expect(share(runs.slice(0, 300), deep)).toBeLessThan(0.06)
    expect(share(runs.slice(300), deep)).toBeCloseTo(0.3, 1)
    for (const run of runs) expect(run.result!.steps).toBe(4)
  })

  it('leaves each path as fast as it was', () => {
    expect(new Set(runs.filter(deep).map(elapsed))).toEqual(new Set([412_000]))
    expect(new Set(runs.filter((run) => !deep(run)).map(elapsed))).toEqual(new Set([52_000]))
  })

  it('shifts after a time, and leaves out what no branch wants', () => {
    const profile = profileOf(`
description: a branch or none
times: { between: 0ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - branch: [{ share: 0%, nodes: [{ id: extra, type: code, takes: 50ms, output: { a: x } }] }]
    shift: { after: 10s, shares: [100%] }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { a: extra.a }
`)
    const { records, heard } = runAt(profile, 'streaming', [0, 9e6, 10e6])
    expect(records.map(elapsed)).toEqual([2000, 2000, 52_000])
    expect(records.map(({ result }) => result!.outputs)).toEqual([{ a: null }, { a: null }, { a: 'x' }])
    expect(heard[0]!.said.filter(({ what }) => what === 'text_chunk')).toEqual([])
  })
})

describe('iterations and loops', () => {
  it('take the time that their file promises, by the number of rounds', () => {
    const lengths = new Set(runsOf('iterations', 60).map(({ length }) => length / 1000))
    expect(lengths).toEqual(new Set([3, 4, 5, 6].map((rounds) => 133 + 34 * rounds)))
  })

  it('count as one step each, with the tokens of all their rounds', () => {
    for (const run of runAt(loadProfile('iterations'), 'blocking', [0, 0, 0, 0]).records) {
      const rounds = (run.result!.outputs['text'] as readonly string[]).length
      expect(run.result).toMatchObject({ steps: 6, tokens: 22 * rounds, status: 'succeeded' })
    }
  })

  it('run so many rounds side by side as they may', () => {
    const { happenings } = drawn(loadProfile('iterations'), 1, 0)
    const moves = happenings.flatMap((one) =>
      'node' in one && one.node.within?.container.id === 'pages'
        ? one.kind === 'node-started'
          ? [1]
          : one.kind === 'node-finished'
            ? [-1]
            : []
        : [],
    )
    let open = 0
    expect(Math.max(...moves.map((move) => (open += move)))).toBe(2)
    expect(moves).toHaveLength(10)
  })
})

describe('a node that fails', () => {
  it('ends runs in the shares that its file promises', () => {
    const records = runPoisson(loadProfile('retries'), 'blocking', { rate: 20, count: 6000 })
    const of = (outcome: string) => share(records, (run) => run.outcome === outcome)
    expect(of('workflow-failed')).toBeCloseTo(0.06, 2)
    expect(Math.abs(of('partial') - 0.179)).toBeLessThan(0.015)
    expect(of('succeeded') + of('partial') + of('workflow-failed')).toBe(1)
    const retried = records.filter(({ outcome, result }) => outcome === 'partial' && result!.steps === 6)
    expect(new Set(retried.map(elapsed))).toContain(176_000)
    for (const { result } of retried) expect(result).toMatchObject({ status: 'partial-succeeded' })
  })
})

describe('drift', () => {
  it('makes each run longer than the one before, by its share of the first', () => {
    const profile = { ...loadProfile('drifting'), drift: { perRun: 0.0002, perMinute: 0 } }
    const { records } = runAt(
      profile,
      'blocking',
      Array.from({ length: 1001 }, (_, n) => n * 1000),
    )
    expect(elapsed(records[0]!)).toBe(90_000)
    expect(Math.abs(elapsed(records[1000]!) - 108_000)).toBeLessThan(20)
  })

  it('grows with time as well', () => {
    const slowness = createDrift({ perRun: 0, perMinute: 0.1 }, 1)
    expect([0, 30e6, 60e6].map((age, n) => slowness(n, micros(age)))).toEqual([1, 1.05, 1.1])
  })

  it('wanders with the deviation and the correlation that it is given', () => {
    const slowness = createDrift({ perRun: 0, perMinute: 0, wander: { sigma: 0.15, correlation: 0.95 } }, 3)
    const logs = Array.from({ length: 40_000 }, (_, n) => Math.log(slowness(n, micros(0))))
    const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length
    const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logs.length
    const covariance = logs.slice(1).reduce((sum, one, n) => sum + (one - mean) * (logs[n]! - mean), 0) / logs.length
    expect(Math.sqrt(variance)).toBeCloseTo(0.15, 1)
    expect(covariance / variance).toBeCloseTo(0.95, 2)
  })
})
