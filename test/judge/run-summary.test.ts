import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import type { LogHeader, LogLine } from '../../src/core/record.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { micros } from '../../src/core/units.ts'
import { concludeRun } from '../../src/judge/run-summary.ts'
import { logOf, machineSecond, ms, planOf, quietMachine, s, sampleOf, whole } from '../helpers/samples.ts'

const header: LogHeader = { schema: 'flowbench-samples', version: 1, plan: 'sha256:test', run: 'r1', start: '2026-11-24T21:00:00.000Z' }
const runs = Array.from({ length: 100 }, (_, n) => sampleOf(n, { at: micros(n * 100_000), firstEvent: 5, finished: 50 + (n % 7) }))
const conclude = (over: { plan?: Parameters<typeof planOf>[0]; lines?: LogLine[]; machine?: ReturnType<typeof quietMachine> } = {}) =>
  concludeRun({ header, plan: planOf(over.plan), lines: over.lines ?? whole(logOf(runs)), machine: over.machine ?? quietMachine(10) })

test('a clean run holds the default objective, is valid and ends in 0', async () => {
  expect(await conclude()).toMatchObject({
    schema: 1,
    run: 'r1',
    name: 'test',
    status: 'whole',
    exitCode: 0,
    valid: true,
    durationUs: 10_000_000,
    start: header.start,
    planHash: 'sha256:test',
    seed: 7,
    caveats: [],
    objectives: [{ text: 'failures < 1%', verdict: 'held', value: 0, limit: 0.01 }],
  })
})

test('it is the same whenever made again, and plain data', async () => {
  const [first, second] = [await conclude(), await conclude()]
  expect(JSON.stringify(first)).toBe(JSON.stringify(second))
  expect(JSON.parse(JSON.stringify(first))).toEqual(first)
})

test('a stall of our own loop makes the run invalid, and it ends in 4', async () => {
  const late = runs.map((one, n) =>
    n > 50 && n < 60 ? sampleOf(n, { at: one.marks.intended, released: 600, finished: 650, firstEvent: 605 }) : one,
  )
  const result = await conclude({
    lines: whole(logOf(late)),
    plan: { objectives: [{ text: 'response_time p95 < 500ms' }, { text: 'failures < 1%', isDefault: true }] },
  })
  expect(result.caveats.find(({ kind }) => kind === 'generator-late')).toMatchObject({ invalidates: true, phase: 'steady' })
  expect(result.objectives[0]).toMatchObject({ verdict: 'missed', missedFromSent: false })
  expect(result).toMatchObject({ exitCode: 4, valid: false })
})

describe('a run within a comparison whose sends leave 12 ms late', () => {
  // First events after 62 ms, ends after 412 ms: 5 % of the one are 3 ms, of the other 20 ms.
  const late = runs.map((one, n) => sampleOf(n, { at: one.marks.intended, released: 12, sent: 12, firstEvent: 62, finished: 412 }))
  const judged = (plan: Partial<Plan>) => conclude({ lines: whole(logOf(late)), plan: { objectives: [], ...plan } })
  const kindsOf = ({ caveats }: RunSummary) => caveats.map(({ kind }) => kind)

  test('is sound where response_time decides, and says what of it to read with care', async () => {
    const summary = await judged({ compared: ['response_time p95', 'first_event p95', 'throughput'] })
    expect(summary).toMatchObject({ valid: true, exitCode: 0 })
    expect(kindsOf(summary)).toEqual(['late-beside'])
    expect(summary.caveats[0]!.text).toContain('What decides the comparison is long enough not to feel it, but first_event')
  })

  test('is invalid where first_event decides, where an objective asks for it, and outside of a comparison', async () => {
    for (const plan of [
      { compared: ['first_event p95', 'response_time p95'] },
      { compared: ['response_time p95'], objectives: [{ text: 'first_event p50 < 1s' }] },
      {},
    ]) {
      const summary = await judged(plan)
      expect(summary).toMatchObject({ valid: false, exitCode: 4 })
      expect(kindsOf(summary)).toContain('generator-late')
    }
  })

  test('is held against response_time where throughput decides', async () =>
    expect(await judged({ compared: ['throughput', 'first_event p95'] })).toMatchObject({ valid: true }))
})

test('drops past the in-flight limit are failures: exit 10, with a caveat', async () => {
  const lines = whole(logOf(runs.map((one, n) => (n % 10 === 9 ? sampleOf(n, { at: one.marks.intended, outcome: 'dropped' }) : one))))
  const result = await conclude({ lines })
  expect(result).toMatchObject({ exitCode: 10, valid: true })
  expect(result.phases['steady']).toMatchObject({ intended: 100, released: 90, dropped: 10, failures: 10, failureShare: 0.1 })
  expect(result.caveats.map(({ kind }) => kind)).toContain('sends-dropped')
})

test('an objective below its floor is undecided: exit 12, with a caveat that says how many it takes', async () => {
  const result = await conclude({ plan: { objectives: [{ text: 'response_time p99 < 1s' }] } })
  expect(result.exitCode).toBe(12)
  expect(result.caveats).toMatchObject([{ kind: 'few-samples', phase: 'steady', invalidates: false }])
  expect(result.caveats[0]!.text).toContain('299')
})

describe('what only the log knows', () => {
  test('a killed run is incomplete; objectives are shown and not judged', async () => {
    const lines = logOf(runs).slice(0, -20)
    const result = await conclude({ lines, plan: { objectives: [{ text: 'response_time p50 < 1ms' }] } })
    expect(result).toMatchObject({ status: 'incomplete', exitCode: 0, valid: true, objectives: [{ verdict: 'missed' }] })
    expect(result.caveats.map(({ kind }) => kind)).toContain('incomplete')
  })
  test('a lost sample in a run that ended by itself is a bug: exit 70', async () => {
    const lines = logOf(runs)
    lines.splice(10, 1)
    const result = await conclude({ lines: whole(lines) })
    expect(result).toMatchObject({ exitCode: 70, valid: false })
  })
  test('a signal decides before all else', async () => {
    const lines: LogLine[] = [
      ...logOf(runs),
      { note: 'signal', at: s(10), text: 'Stopped by SIGINT' },
      { end: 'interrupted', at: s(10), signal: 'SIGINT' },
    ]
    const result = await conclude({ lines, plan: { objectives: [{ text: 'response_time p50 < 1ms' }] } })
    expect(result).toMatchObject({ status: 'interrupted', exitCode: 130 })
    expect(result.exitReason).toContain('also 10')
  })
  test('a revoked key ends in 3, and results that were not written in 74', async () => {
    const key: LogLine = { end: 'interrupted', at: s(10), stoppedBecause: 'key' }
    expect((await conclude({ lines: [...logOf(runs), key] })).exitCode).toBe(3)
    expect((await conclude({ lines: [...logOf(runs), { note: 'write-failed', at: s(9), text: 'no space' }, key] })).exitCode).toBe(74)
  })
})

test('a machine that slept makes the run invalid', async () => {
  const machine = [machineSecond(s(1)), machineSecond(s(12)), machineSecond(s(13), { clockOffset: ms(80) })]
  expect((await conclude({ machine })).caveats.map(({ kind }) => kind)).toEqual(['suspended', 'clock'])
})

test('an objective that cannot be read is a bug, not a verdict', async () => {
  await expect(conclude({ plan: { objectives: [{ text: 'nonsense' }] } })).rejects.toThrow('cannot be read')
})
