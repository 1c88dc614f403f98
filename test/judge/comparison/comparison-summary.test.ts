import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ComparisonSummary } from '../../../src/core/comparison-summary.ts'
import { concludeStored, type StoredComparison } from '../../../src/judge/comparison/comparison-summary.ts'
import { madeComparison, slowerBy, wobble } from '../../helpers/comparison.ts'
import { closedPhase, openPhase } from '../../helpers/samples.ts'

const concluded = (stored: StoredComparison): ComparisonSummary => concludeStored(stored).summary
const suspended = [{ kind: 'suspended' as const, text: 'We slept.', invalidates: true }]

describe('what is concluded of a comparison', () => {
  test.each([
    [1, undefined, 'no regression', 0],
    [1.3, undefined, 'regressed', 11],
    [0.7, undefined, 'improved', 0],
    [1.3, 'pass', 'regressed', 11],
  ] as const)('an arm at %d of the time, inconclusive as %s: %s, exit code %i', (factor, inconclusive, verdict, exitCode) => {
    const summary = concluded(madeComparison(slowerBy(factor), { settings: { ...(inconclusive && { inconclusive }) } }))
    expect(summary).toMatchObject({ status: 'whole', verdict, exitCode, pairs: 8, looks: 1, arms: ['before', 'after'], repeated: 0 })
    expect(summary.metrics['response_time p95']!.estimate).toBeCloseTo(factor - 1, 1)
    expect(summary.exitReason).toMatch(new RegExp(`^Exit code ${exitCode}, since `))
    expect(summary.runs.map(({ use }) => use)).toEqual(new Array(16).fill('counted'))
  })

  test.each([
    [undefined, 12],
    ['pass', 0],
    ['fail', 11],
  ] as const)('nothing decided after two looks, inconclusive as %s: exit code %i', (inconclusive, exitCode) => {
    const wild = madeComparison((order) => ({ p95: 1e6 * (order.arm === 'after' ? [1.4, 0.75][order.round % 2]! : 1) }), {
      settings: { ...(inconclusive && { inconclusive }) },
    })
    expect(concluded(wild)).toMatchObject({ verdict: 'inconclusive', exitCode, pairs: 16, looks: 2 })
  })

  test('before the first look there is no verdict, whatever the pairs say', () => {
    const summary = concluded(madeComparison(slowerBy(2), { until: 15 }))
    expect(summary).toMatchObject({
      status: 'unfinished',
      verdict: null,
      exitCode: 0,
      pairs: 7,
      looks: 0,
      metrics: {},
      failures: null,
      sentences: [],
    })
    expect(summary.runs.map(({ use }) => use)).toEqual([...new Array(14).fill('counted'), 'left-out'])
  })

  test('a generator that stalled in two runs costs two pairs run again, and the verdict stays', () => {
    const stalled = ({ round, place, attempt }: Parameters<Parameters<typeof madeComparison>[0]>[0]) =>
      attempt === 0 && ((round === 2 && place === 1) || (round === 5 && place === 0))
    const summary = concluded(
      madeComparison((order) => ({ ...slowerBy(1.3)(order), ...(stalled(order) && { p95: 9e6, caveats: suspended }) })),
    )
    expect(summary).toMatchObject({ verdict: 'regressed', exitCode: 11, pairs: 8, repeated: 2, cost: { runs: 19 } })
    expect(summary.metrics['response_time p95']!.estimate).toBeCloseTo(0.3, 1)
    expect(summary.runs.filter(({ use }) => use !== 'counted').map(({ pair, use, reasons }) => [pair, use, ...reasons])).toEqual([
      [3, 'left-out'],
      [3, 'spoiled', 'suspended'],
      [6, 'spoiled', 'suspended'],
    ])
  })

  test('a generator that goes on stalling makes the comparison invalid: exit code 4, no verdict', () => {
    const summary = concluded(madeComparison(({ place }) => ({ caveats: place === 1 ? suspended : [] })))
    expect(summary).toMatchObject({ status: 'whole', verdict: null, exitCode: 4, repeated: 2 })
    expect(summary.exitReason).toContain('(suspended)')
    expect(summary.notes.join()).toContain(`Of run ${summary.runs.at(-1)!.run}, which was one too many: We slept.`)
  })

  test('failures that rise by ten points regress, though what succeeds is faster', () => {
    const summary = concluded(madeComparison((order) => ({ ...slowerBy(0.7)(order), failures: order.arm === 'after' ? 20 : 0 })))
    expect(summary).toMatchObject({
      verdict: 'regressed',
      exitCode: 11,
      failures: { verdict: 'grown', difference: expect.closeTo(0.1, 6) },
    })
  })

  test('half the tokens is told as unequal work', () => {
    const summary = concluded(madeComparison((order) => ({ ...slowerBy(0.6)(order), tokens: order.arm === 'after' ? 50 : 100 })))
    expect(summary.work.tokens).toMatchObject({ baseline: 100, candidate: 50, change: -0.5, differs: true })
    expect(summary.sentences.join(' ')).toContain('did not do the same work')
  })

  test('an arm that answers nobody is regressed, not missing', () => {
    const summary = concluded(
      madeComparison((order) => ({
        p95: order.arm === 'after' ? 'endless' : 1e6 * wobble(order),
        failures: order.arm === 'after' ? 200 : 0,
      })),
    )
    expect(summary).toMatchObject({ verdict: 'regressed', exitCode: 11 })
  })

  test('says in which fields the plans differ, and that two modes are two deployments', () => {
    const phase = openPhase({ name: 'steady' })
    const summary = concluded(
      madeComparison(slowerBy(1), { plans: { before: { phases: [phase] }, after: { phases: [{ ...phase, mode: 'blocking' }] } } }),
    )
    expect(summary.differences).toEqual([{ field: 'phases.0.mode', baseline: 'streaming', candidate: 'blocking' }])
    expect(summary.notes.join(' ')).toContain('two deployments are compared')
    expect(summary.notes.join(' ')).toContain('without a warm-up')
    const warm = [closedPhase({ name: 'warm-up', measured: false }), phase]
    expect(concluded(madeComparison(slowerBy(1), { plans: { before: { phases: warm }, after: { phases: warm } } })).notes).toEqual([])
  })

  test('adds caveats up over runs, each told once', () => {
    const busy = [{ kind: 'generator-busy' as const, text: 'Busy.', invalidates: false }]
    const summary = concluded(
      madeComparison((order) => ({ ...slowerBy(1)(order), caveats: order.arm === 'after' || order.round === 0 ? busy : [] })),
    )
    expect(summary.caveats).toEqual([{ kind: 'generator-busy', text: 'Busy.', runs: { before: 1, after: 8 } }])
  })
})

describe('an experiment that is taken up again', () => {
  const like = (seed: number) => (order: Parameters<Parameters<typeof madeComparison>[0]>[0]) => ({
    p95: 1e6 * wobble(order) * (order.arm === 'after' ? 1.02 : 1),
    ...((order.round * 7 + order.place * 3 + seed) % 13 === 0 && order.attempt === 0 && { caveats: suspended }),
  })

  test('at any moment has the same runs before it, and the same pairs in the end', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(40), (seed, until) => {
        const whole = madeComparison(like(seed))
        const cut = madeComparison(like(seed), { until })
        const played = Math.min(until * 2, whole.lines.length)
        expect(cut.lines).toEqual(whole.lines.slice(0, played))
        const { next } = concludeStored(cut).progress
        const following = whole.lines[played]
        // What comes next is what came next; where that was in the middle of a pair, going on begins the pair again.
        if (following && 'began' in following) expect(next).toEqual({ kind: 'run', order: following.order })
        else expect(next.kind).not.toBe('run')
      }),
      { numRuns: 60 },
    )
  })

  test('does not count what was killed, and says so', () => {
    const stored = madeComparison(slowerBy(1), { until: 5 })
    const order = { arm: 'after', round: 2, place: 1, attempt: 0, seed: 1 }
    const killed = {
      ...stored,
      lines: [
        ...stored.lines,
        { began: 'killed', at: '2026-11-24T21:10:00.000Z', order },
        { resumed: true as const, at: '2026-11-24T21:20:00.000Z' },
      ],
    }
    const { summary, progress } = concludeStored(killed)
    expect(summary.runs.map(({ use }) => use).slice(-2)).toEqual(['left-out', 'cut-short'])
    expect(summary).toMatchObject({ pairs: 2, restarted: 1 })
    expect(progress.next).toMatchObject({ kind: 'run', order: { round: 2, place: 0, attempt: 1 } })
  })
})
