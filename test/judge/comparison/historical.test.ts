import { describe, expect, test } from 'vitest'
import type { Caveat } from '../../../src/core/caveat.ts'
import type { StoredSettings } from '../../../src/core/comparison.ts'
import { keyed, normal } from '../../../src/core/random.ts'
import { chooseRuns, type MayDiffer, type StoredSideRun } from '../../../src/judge/comparison/choose-runs.ts'
import { contrast, contrastChange } from '../../../src/judge/comparison/contrast.ts'
import { judgeFailuresOfSides } from '../../../src/judge/comparison/failure-growth.ts'
import { concludeHistorical } from '../../../src/judge/comparison/historical.ts'
import { openPhase } from '../../helpers/samples.ts'
import { storedRun, storedRuns } from '../../helpers/stored-runs.ts'

const SETTINGS: StoredSettings = { primary: 'response_time p95', informing: ['response_time p50'], margin: 0.1, noise: 0.03 }

function compare(baseline: readonly StoredSideRun[], candidate: readonly StoredSideRun[], mayDiffer: MayDiffer = []) {
  return concludeHistorical(chooseRuns({ baseline, candidate }, mayDiffer), { experiment: 'any', settings: SETTINGS })
}

const LATE: Caveat = { kind: 'generator-late', text: 'Late.', invalidates: true }

describe('stored runs', () => {
  test('three runs that take a quarter longer than twelve before are a regression, called historical', () => {
    const summary = compare(storedRuns(12), storedRuns(3, { first: 20, factor: 1.25 }))
    expect(summary).toMatchObject({
      kind: 'historical',
      verdict: 'regressed',
      exitCode: 11,
      pairs: 0,
      looks: 1,
      arms: ['baseline', 'candidate'],
    })
    expect(summary.sentences[0]).toMatch(/^Regressed: .*historical 95 % interval of 3 runs against 12/)
    expect(summary.metrics['response_time p95']!.runs).toEqual({ baseline: 12, candidate: 3 })
  })
  test('runs of the same speed show no regression', () =>
    expect(compare(storedRuns(14), storedRuns(6, { first: 20 }))).toMatchObject({ verdict: 'no regression', exitCode: 0 }))
  test('one run alone is held against the scatter of the baseline', () => {
    const summary = compare(storedRuns(12), [storedRun(20, { p95: 1.4e6 })])
    expect(summary.verdict).toBe('regressed')
    expect(summary.notes.join()).toContain('The candidate is a single run')
  })
  test('two single runs never have a verdict, nor seven against many: there is no interval', () => {
    for (const before of [1, 7]) {
      const summary = compare(storedRuns(before), storedRuns(12, { first: 20, factor: 3 }))
      expect(summary).toMatchObject({ verdict: 'inconclusive', exitCode: 12 })
      expect(summary.metrics['response_time p95']).not.toHaveProperty('low')
      expect(summary.sentences[0]).toMatch(
        /Inconclusive: .* rose by \d+ %, but there is no interval: the baseline has \d runs?, and 8 are the fewest/,
      )
    }
  })
  test('a baseline with an endless run has no interval for that, not for a lack of runs', () => {
    const baseline = storedRuns(8).map((each, n) => (n === 0 ? storedRun(0, { p95: 'endless' }) : each))
    const [first] = compare(baseline, storedRuns(3, { first: 20 })).sentences
    expect(first).toMatch(/^Inconclusive: response_time p95 was endless, but there is no interval: some runs are endless\./)
  })
  test('a rise of failures by ten points decides, whatever the latency', () => {
    const summary = compare(storedRuns(10), storedRuns(3, { first: 20, failures: 20, factor: 0.7 }))
    expect(summary.verdict).toBe('regressed')
    expect(summary.sentences[0]).toMatch(/^Regressed: failures rose by 10 percentage points/)
  })
  test('a single failed exchange in one new run does not, though no run before had any', () => {
    const { failures, verdict } = compare(storedRuns(10), [storedRun(20, { failures: 3 })])
    expect(failures!.verdict).toBe('may-have-grown')
    expect(failures!.low).toBeLessThan(0.01)
    expect(verdict).not.toBe('regressed')
  })
  test('replies that hold half as many tokens are told as unequal work', () =>
    expect(compare(storedRuns(10), storedRuns(3, { first: 20, tokens: 50 })).sentences.join(' ')).toMatch(/did not do the same work/))
  test('invalid, interrupted and killed runs are left out, and it says so', () => {
    const spoiled = [storedRun(30, { caveats: [LATE] }), storedRun(31, { status: 'interrupted' }), storedRun(32, { killed: true })]
    const summary = compare([...storedRuns(9), ...spoiled], storedRuns(2, { first: 20 }))
    expect(summary.runs.filter(({ use }) => use === 'counted')).toHaveLength(11)
    expect(summary.notes).toContain('Left out of the baseline: 1 run, invalid (generator-late).')
    expect(summary.notes).toContain('Left out of the baseline: 2 runs, did not come to the end.')
  })
  test('a run that lies twice on a side, by a link to it, is one run', () => {
    const twice = [...storedRuns(7), ...storedRuns(7)]
    expect(compare(twice, storedRuns(3, { first: 20 })).metrics['response_time p95']!.runs).toEqual({ baseline: 7, candidate: 3 })
  })
  test('a run on both sides is the candidate’s', () => {
    const all = storedRuns(10)
    const summary = compare(all, [all[9]!])
    expect(summary.runs.filter(({ arm }) => arm === 'baseline')).toHaveLength(9)
  })
  test('it says that drift is in the difference, and where the baseline drifted by itself', () => {
    const drifting = Array.from({ length: 12 }, (_, day) => storedRun(day, { p95: 1e6 * 1.02 ** day }))
    const { notes } = compare(drifting, [storedRun(20)])
    expect(notes[0]).toMatch(/not made in turn: the baseline is from 2026-10-01 to 2026-10-12, the candidate from 2026-10-21/)
    expect(notes.join()).toMatch(/The baseline itself drifted: response_time p95 changed by \+24\.\d % .*p < 0\.001/)
  })
  test('another machine is named', () =>
    expect(compare(storedRuns(9), storedRuns(1, { first: 20, environment: { cores: 64 } })).notes.join()).toMatch(
      /not all measured from one machine: the baseline from 2 × Any CPU, 8 GB, linux x64, the candidate from 64 × Any CPU/,
    ))
})

test('failures have the interval of all exchanges together where no run has any: square and add of exact intervals', () => {
  const reading = (count: number, of: number) => ({
    figures: {},
    failures: { count, of },
    work: { modes: [] },
    fitness: { kind: 'sound' as const },
  })
  const { low, high } = judgeFailuresOfSides({ baseline: new Array(8).fill(reading(0, 50)), candidate: [reading(1, 50)] })
  // Clopper and Pearson: 0 of 400 reaches to 1 − 0.025^(1/400); 1 of 50 from 0.000506 to 0.106470.
  const most = 1 - 0.025 ** (1 / 400)
  expect(low).toBeCloseTo(0.02 - Math.hypot(0.02 - 0.000_506, most), 5)
  expect(high).toBeCloseTo(0.106_47, 4)
})

describe('plans of stored runs', () => {
  const faster = { hash: 'other', phases: [openPhase({ name: 'steady', length: 5e6 as never })] }
  const elsewhere = { hash: 'elsewhere', target: { ...storedRun(0).plan.target, url: 'http://127.0.0.1:9/v1' } }
  test('that differ are refused, with the fields and the way out', () => {
    const attempt = () => compare(storedRuns(9, { plan: faster }), storedRuns(1, { first: 20 }))
    expect(attempt).toThrow(/different plans[\s\S]*phases\.0\.length: 5000000 → /)
    try {
      attempt()
    } catch (error) {
      expect((error as { hint: string }).hint).toContain('--may-differ phases.0')
    }
  })
  test('may differ where that was said, by the field or all above it', () => {
    const sides = [storedRuns(9, { plan: elsewhere }), storedRuns(1, { first: 20 })] as const
    for (const may of [['target.url'], ['target'], 'anything'] as const)
      expect(compare(...sides, may).differences.map(({ field }) => field)).toEqual(['target.url'])
    expect(() => compare(...sides, ['target.u'])).toThrow(/different plans/)
  })
  test('leave out those runs of the baseline that have another one, where others have the same', () => {
    const summary = compare([...storedRuns(4, { plan: faster }), ...storedRuns(9, { first: 10 })], storedRuns(2, { first: 30 }))
    expect(summary.runs.filter(({ use }) => use === 'other-plan')).toHaveLength(4)
    expect(summary.notes.join()).toContain('Left out of the baseline: 4 runs, of another plan (phases.0.length)')
  })
  test('no sound run of the candidate is refused with why', () =>
    expect(() => compare(storedRuns(9), [storedRun(20, { killed: true })])).toThrow(
      /no sound run of the candidate: .* did not come to its end/,
    ))
})

describe('how often stored runs are called regressed', () => {
  /** Runs on the baseline's and the candidate's side that drift by 0.5 % a run, and scatter by 4 %. */
  const drifting = (trial: number, before: number, after: number) => {
    const random = keyed(trial, 'history')
    const all = Array.from({ length: before + after }, (_, run) => run * Math.log1p(0.005) + 0.04 * normal(random))
    return [all.slice(0, before), all.slice(before)] as const
  }
  test('no more than one in twenty without a change, though the target drifts by 0.5 % from run to run', () => {
    let [wrong, held] = [0, 0]
    const trials = 2000
    for (let trial = 0; trial < trials; trial++) {
      const [before, after] = drifting(trial, 10, 3)
      const { low, centre } = contrastChange(before, after, 0.05)
      if ((low > Math.log1p(0.03) && centre > Math.log1p(0.1) / 2) || (low > 0 && centre > Math.log1p(0.1))) wrong++
      if (contrast(before, after)) held++
    }
    expect(held).toBe(trials)
    expect(wrong / trials).toBeLessThan(0.05)
  })
})
