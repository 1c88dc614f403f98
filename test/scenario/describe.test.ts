import { describe, expect, test } from 'vitest'
import { describeLoad, describePlan, longestDuration, peakInFlight } from '../../src/scenario/describe.ts'
import { expectedRuns } from '../../src/scenario/expected-runs.ts'
import { load } from './folder.ts'

const FULL = `name: translate
description: Does it hold?
target: { url: http://h/v1, apiKey: "\${K}", connections: reuse, headers: { X-Key: "\${K}" }, insecure: true }
inputs:
  - { name: short, weight: 3, values: { text: hi } }
  - { name: long, values: {} }
load:
  - { name: warm-up, concurrency: 4, for: 10s, measured: false }
  - { name: steady, rate: 10/s, arrivals: poisson, for: 2m, settle: true }
  - { name: climb, rate: 10/s..40/s, for: 2m }
  - { name: batch, concurrency: 8, runs: 500, for: 1h, mode: blocking }
limits: { inFlight: 50, idle: 30s, timeout: { blocking: 10s, streaming: 1m }, tokens: 1000, runs: 9000 }
objectives: [response_time p95 < 1s]
seed: 7
`
const K = 'app-secret-1234'
const planOf = (text: string) => load(text, { env: { K } }).plan

describe('a plan in words', () => {
  test('says what will run, without a secret', () => {
    const lines = describePlan(planOf(FULL))
    expect(lines.slice(0, -1)).toEqual([
      'scenario    translate: Does it hold?',
      'target      http://h/v1, connections reuse, headers X-Key, INSECURE: certificates are not checked',
      'inputs      short: text, 75 % of runs',
      '            long: no variables, 25 % of runs',
      'user        flowbench-{{run}}: one user, a new one with each run of flowbench',
      'load        warm-up  concurrency 4            for 10s  streaming  as many runs as the target allows  not measured',
      '            steady   10/s poisson             for 2m   streaming  about 1200 runs                    then drains',
      '            climb    10/s..40/s constant      for 2m   streaming  3000 runs',
      '            batch    concurrency 8, 500 runs  for 1h   blocking   at most 500 runs',
      'in all      at least 4700 runs; 1h 4m 10s of load, at most 1h 6m 10s with drains; at most 50 in flight',
      'limits      inFlight 50, idle 30s, timeout blocking 10s streaming 1m',
      'budget      9000 runs, 1000 tokens',
      'objectives  response_time p95 < 1s',
      '            failures < 1% (default)',
    ])
    expect(lines.at(-1)).toMatch(/^seed {8}1, plan [0-9a-f]{12}$/)
    expect(lines.join()).not.toContain(K)
  })

  test('leaves out what is as usual', () => {
    const lines = describePlan(planOf('target: { simulator: llm }\nload: [{ concurrency: 1, runs: 3 }]\n'))
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['scenario', 'target', 'inputs', 'user', 'load', 'in', 'objectives', 'seed'])
    expect(lines[5]).toBe('in all      3 runs; as long as its runs take; at most 1 in flight')
  })

  test.each([
    ['{ simulator: llm, trace: sampled }', 'trace ids, sampled'],
    ['{ simulator: llm, trace: off }', 'no trace ids of ours'],
    ['{ simulator: llm, headers: { Traceparent: x } }', 'no trace ids of ours, headers Traceparent'],
  ])('says of %s which trace ids go out', (target, said) => {
    const [, line] = describePlan(planOf(`target: ${target}\nload: [{ concurrency: 1, runs: 3 }]\n`))
    expect(line).toBe(`target      built-in simulator, profile llm, ${said}`)
  })

  test('knows how many runs to expect, how long at most, and how many at once', () => {
    const plan = planOf(FULL)
    expect(plan.phases.map(expectedRuns)).toEqual([
      { kind: 'unknown' },
      { kind: 'about', count: 1200 },
      { kind: 'exactly', count: 3000 },
      { kind: 'at-most', count: 500 },
    ])
    expect(plan.phases.map(describeLoad)).toEqual(['concurrency 4', '10/s poisson', '10/s..40/s constant', 'concurrency 8, 500 runs'])
    expect(longestDuration(plan)).toBe((10 + 120 + 120 + 3600 + 2 * 60) * 1_000_000)
    expect(peakInFlight(plan)).toBe(50)
    const closed = planOf('target: { simulator: llm }\nload: [{ concurrency: 9..3, for: 1s }, { concurrency: 4, runs: 2 }]\n')
    expect(peakInFlight(closed)).toBe(9)
    expect(longestDuration(closed)).toBeUndefined()
    expect(expectedRuns(closed.phases[1]!)).toEqual({ kind: 'exactly', count: 2 })
  })
})
