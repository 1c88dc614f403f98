import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../../src/core/history.ts'
import { concludeHistory } from '../../../src/judge/history/history.ts'
import { historyEntryOf, noisyHistory } from '../../helpers/history.ts'

const P95 = 'response_time p95'
const conclude = (entries: readonly HistoryEntry[], figures?: readonly string[]) =>
  concludeHistory(entries, { last: 200, ...(figures && { figures }) })
const changesOf = (entries: readonly HistoryEntry[], figure = P95) =>
  conclude(entries, [figure]).series.flatMap(({ trends }) => trends.flatMap(({ changes }) => changes))
const indexOf = (entries: readonly HistoryEntry[], run: string) => entries.findIndex((entry) => entry.run === run)

describe('a history', () => {
  test('with a step of 10 % in 60 noisy runs shows it within 5 runs of where it was, in at least 19 of 20', () => {
    let found = 0
    for (let key = 0; key < 20; key++) {
      const entries = noisyHistory(60, [[35, 0.1]], key)
      if (changesOf(entries).some(({ run, toward }) => toward === 'worse' && Math.abs(indexOf(entries, run) - 35) <= 5)) found++
    }
    expect(found).toBeGreaterThanOrEqual(19)
  })
  test('without a step shows none in at least 190 of 200', () => {
    let wrong = 0
    for (let key = 0; key < 200; key++) if (changesOf(noisyHistory(60, [], key)).length > 0) wrong++
    expect(wrong).toBeLessThanOrEqual(10)
  })
  test('says of a change from which run and commit on, from what to what, and whether it is for the worse', () => {
    const entries = noisyHistory(40, [[20, -0.2]], 3)
    const [change] = changesOf(entries)
    expect(change).toMatchObject({ run: entries[20]!.run, commit: entries[20]!.commit, toward: 'better', p: 0.001 })
    expect(change!.change).toBeCloseTo(-0.2, 1)
    expect(change!.before / change!.after).toBeCloseTo(1.25, 1)
  })
  test('of throughput calls less of it worse', () => {
    const entries = noisyHistory(40, [[20, -0.3]], 4).map((entry) => ({
      ...entry,
      figures: { throughput: { value: entry.figures[P95]!.value } },
    }))
    expect(changesOf(entries, 'throughput')[0]!.toward).toBe('worse')
  })
  test('finds where failures began, in points', () => {
    const entries = Array.from({ length: 30 }, (_, n) => historyEntryOf(n, { failures: { count: n < 15 ? n % 2 : 20 + (n % 3), of: 200 } }))
    const [change] = changesOf(entries, 'failures')
    expect(change).toMatchObject({ run: entries[15]!.run, toward: 'worse' })
    expect(change!.change).toBeCloseTo(0.1, 1)
  })
  test('says where the work changed at the same place', () => {
    const entries = noisyHistory(40, [[20, 0.4]], 5).map((entry, n) => (n < 20 ? entry : { ...entry, work: { tokens: 150 } }))
    expect(changesOf(entries)[0]!.work).toEqual({ of: 'tokens', change: 0.5 })
  })
  test('is the same whenever it is concluded, and in whatever order its lines are', () => {
    const entries = noisyHistory(50, [[20, 0.1]], 6)
    expect(conclude(entries.toReversed())).toEqual(conclude(entries))
  })
})

describe('what cannot be held against each other', () => {
  test('is a series of its own: another plan', () => {
    const entries = [
      ...noisyHistory(20, [], 1),
      ...noisyHistory(40, [], 2)
        .slice(20)
        .map((entry) => ({ ...entry, planHash: 'ffffffff00' })),
    ]
    const { series } = conclude(entries)
    expect(series.map(({ runs, trends }) => [runs.length, trends[0]!.changes.length])).toEqual([
      [20, 0],
      [20, 0],
    ])
    expect(series[0]!.notes[0]).toMatch(
      /^Begins on 2026-09-21, where the plan changed \(3fa9c1d2 → ffffffff\): what was before is a series of its own/,
    )
    expect(series[1]!.notes).toEqual([])
  })
  test('is a series of its own: two machines in turn', () => {
    const other = { print: 'bbbbbbbbbbb', words: '64 × Better CPU, 256 GB, linux x64' }
    const entries = noisyHistory(40, [], 7).map((entry, n) =>
      n % 2 === 0 ? entry : { ...entry, machine: other, figures: { [P95]: { value: 0.5 * (entry.figures[P95]!.value as number) } } },
    )
    const { series } = conclude(entries)
    expect(series.map(({ runs, trends }) => [runs.length, trends[0]!.changes])).toEqual([
      [20, []],
      [20, []],
    ])
    expect(series.flatMap(({ notes }) => notes).join()).toContain(
      'the machine changed (2 × Any CPU, 8 GB, linux x64 → 64 × Better CPU, 256 GB, linux x64)',
    )
  })
  test('is a series of its own: an arm, another scenario', () => {
    const entries = [historyEntryOf(0), historyEntryOf(1, { arm: 'candidate' }), historyEntryOf(2, { name: 'other' })]
    expect(conclude(entries).series.map(({ name, arm }) => [name, arm])).toEqual([
      ['other', undefined],
      ['translate', 'candidate'],
      ['translate', undefined],
    ])
  })
  test('invalid runs and endless figures are shown, and are in no level', () => {
    const entries = Array.from({ length: 12 }, (_, n) =>
      historyEntryOf(n, n === 3 ? { p95: 9e9, valid: false } : n === 5 ? { figures: { [P95]: { value: 'endless' } } } : {}),
    )
    const [series] = conclude(entries).series
    expect(series!.trends[0]!.levels).toEqual([{ from: 0, to: 12, level: expect.closeTo(1e6) }])
    expect(series!.trends[0]!.values[5]).toEqual({ value: 'endless' })
    expect(series!.notes).toContain('1 run in it is invalid: shown, and in no level.')
  })
  test('another version of flowbench ends no series, and is told', () => {
    const entries = Array.from({ length: 12 }, (_, n) =>
      historyEntryOf(n, n < 6 ? {} : { versions: { flowbench: '0.2.0', node: '26.0.0' } }),
    )
    expect(conclude(entries).series.map(({ notes }) => notes)).toEqual([['On 2026-09-07 flowbench 0.1.0 became 0.2.0.']])
  })
  test('only the latest runs are looked at where there are many, and it says how many were before', () => {
    const { series } = concludeHistory(noisyHistory(30, [], 8), { last: 12 })
    expect([series[0]!.runs.length, series[0]!.earlier]).toEqual([12, 18])
  })
  test('figures of a later version are left alone', () =>
    expect(
      conclude([historyEntryOf(0, { figures: { [P95]: { value: 1 }, 'patience p95': { value: 2 } } })]).series[0]!.trends.map(
        ({ figure }) => figure,
      ),
    ).toEqual([P95, 'failures']))
})
