import { describe, expect, test } from 'vitest'
import type { PhaseSummary } from '../../src/core/phase-summary.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { readArm } from '../../src/judge/arm-reading.ts'
import { parseFigureName } from '../../src/judge/figure-name.ts'
import { type MadeOptions, makeRun, translatePlan } from '../helpers/run-summary.ts'
import { openPhase } from '../helpers/samples.ts'

const steady = translatePlan({ phases: [openPhase({ name: 'steady' })], objectives: [{ text: 'failures < 100%' }] })

/** Every third send is dropped. */
const dropping: MadeOptions = {
  change: ({ n, marks: { intended } }) => (n % 3 === 0 ? { outcome: { kind: 'dropped' }, marks: { intended } } : {}),
}

/** One phase of a summary with something else in it. */
const withPhase = (summary: RunSummary, name: string, over: (phase: PhaseSummary) => Partial<PhaseSummary>): RunSummary => ({
  ...summary,
  phases: { ...summary.phases, [name]: { ...summary.phases[name]!, ...over(summary.phases[name]!) } },
})

describe('what a comparison takes from a run', () => {
  test('its figures, failures and work, of measured phases', async () => {
    const { summary } = await makeRun(steady)
    const { metrics, intended, failures, throughput } = summary.phases['steady']!
    const reading = readArm(summary, ['response_time p95', 'first_event p50 of all', 'throughput'])
    expect(reading.figures).toEqual({
      'response_time p95': metrics['response_time']!.p95,
      'first_event p50 of all': metrics['first_event']!.ofAll!.p50.value,
      throughput,
    })
    expect(reading.failures).toEqual({ count: failures, of: intended })
    expect(reading.work).toMatchObject({ modes: ['streaming'], tokens: metrics['tokens']!.mean, chunks: 20 })
    expect(reading.work.nodes).toEqual({ start: { title: 'Start', share: 1 }, llm: { title: 'Translate', share: 1 } })
    expect(reading.fitness).toEqual({ kind: 'sound' })
  })
  test('several measured phases count by their geometric mean, one by its name', async () => {
    const { summary } = await makeRun()
    const p95 = (phase: string) => summary.phases[phase]!.metrics['response_time']!.p95
    const all = readArm(summary, [
      'response_time p95',
      'response_time p95 in climb',
      'first_event p95',
      'response_time p95 in warm-up',
    ]).figures
    expect(all['response_time p95']).toBeCloseTo(Math.cbrt(p95('streaming') * p95('climb') * p95('blocking')), 6)
    expect(all['response_time p95 in climb']).toBe(p95('climb'))
    // Blocking replies have no events, and a warm-up is in no statistic.
    const event = (phase: string) => summary.phases[phase]!.metrics['first_event']!.p95
    expect(all['first_event p95']).toBeCloseTo(Math.sqrt(event('streaming') * event('climb')), 6)
    expect(all).not.toHaveProperty('response_time p95 in warm-up')
  })
  test('a time that came to nobody is endless, and one that its mode does not have is absent', async () => {
    const { summary } = await makeRun(steady)
    const silent = withPhase(summary, 'steady', ({ metrics }) => {
      const { first_text: _, ...others } = metrics
      return { metrics: others }
    })
    expect(readArm(silent, ['first_text p95', 'first_text p95 of all']).figures).toEqual({
      'first_text p95': 'endless',
      'first_text p95 of all': 'endless',
    })
    const blocking = withPhase(silent, 'steady', () => ({ mode: 'blocking' }))
    expect(readArm(blocking, ['first_text p95']).figures).toEqual({})
  })
  test('a quantile of all that falls among the unanswered is endless', async () => {
    const { summary } = await makeRun(steady, dropping)
    const { figures } = readArm(summary, ['response_time p95', 'response_time p95 of all', 'response_time p50 of all'])
    expect(figures['response_time p95']).toBeTypeOf('number')
    expect(figures['response_time p95 of all']).toBe('endless')
    expect(figures['response_time p50 of all']).toBeTypeOf('number')
  })
  test('sends that were dropped do not make a run unfit, and a suspended generator does', async () => {
    const { summary } = await makeRun(steady, dropping)
    expect(summary.caveats.map(({ kind }) => kind)).toContain('sends-dropped')
    expect(readArm(summary, []).fitness).toEqual({ kind: 'sound' })
    const suspended = { ...summary, caveats: [...summary.caveats, { kind: 'suspended', text: 'Slept.', invalidates: true } as const] }
    expect(readArm(suspended, []).fitness).toEqual({ kind: 'generator', reasons: ['suspended'] })
    const { summary: killed } = await makeRun(steady, { killed: true })
    expect(readArm(killed, []).fitness).toEqual({ kind: 'cut-short' })
  })
})

describe('the name of a figure', () => {
  test.each(['response_time p95', 'response_time p95 of all in steady state', 'throughput in a', 'tokens mean'])('%s', (text) =>
    expect(parseFigureName(text)).not.toHaveProperty('problem'),
  )
  test.each([
    ['failures', 'failures are always compared'],
    ['outside_time p95', 'outside_time can be below zero, so it has no relative change'],
    ['response_time', 'response_time needs a statistic'],
    ['respons_time p95', 'there is no metric `respons_time`'],
    ['', 'an objective begins with a metric'],
  ])('%s is refused', (text, problem) => expect(parseFigureName(text)).toMatchObject({ problem }))
})
