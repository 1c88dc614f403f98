import type { FailuresQuestion } from './failures-experiment.ts'
import { asPercent, inPercent, table } from './page.ts'
import { type Proof, pieces, sumOf, times } from './proof.ts'

const EXPERIMENTS = 1000
const EXCHANGES = [20, 46, 100, 300, 600] as const
/** Shares of the baseline and of the candidate that fail. */
const TRUTHS = [
  [0, 0],
  [0.002, 0.002],
  [0.01, 0.01],
  [0.05, 0.05],
  [0.001, 0.011],
  [0.01, 0.04],
] as const
/** Of experiments in which failures grew by a whole point: two looks, each at 2.5 % on this side. */
const WRONGLY_CLEARED = 0.05

const questionOf = (exchanges: number, [baseline, candidate]: (typeof TRUTHS)[number]): FailuresQuestion => ({
  exchanges,
  baseline,
  candidate,
})

/** How often growth of failures by a point is ruled out, found, or left open, by pairs. */
export const failures: Proof = {
  name: 'failures',
  tasks: (share) =>
    EXCHANGES.flatMap((exchanges) =>
      TRUTHS.flatMap((truth) =>
        pieces(times(EXPERIMENTS, share)).map(
          ([from, to]) => ({ kind: 'failures', question: questionOf(exchanges, truth), from, to }) as const,
        ),
      ),
    ),
  tables(done) {
    const countsOf = (exchanges: number, truth: (typeof TRUTHS)[number]) =>
      sumOf(done, (task) => task.kind === 'failures' && JSON.stringify(task.question) === JSON.stringify(questionOf(exchanges, truth)))
    const all = EXCHANGES.map((exchanges) => TRUTHS.map((truth) => ({ exchanges, truth, counts: countsOf(exchanges, truth) })))
    const experiments = all[0]![0]!.counts['experiments'] ?? 0
    const share = (count = 0) => inPercent(count / experiments)
    const cell = ({ counts }: (typeof all)[number][number]) =>
      [counts['not-grown 1'], (counts['not-grown 1'] ?? 0) + (counts['not-grown 2'] ?? 0), counts['grown']].map((n) => share(n)).join(' / ')
    return {
      markdown: `${experiments.toLocaleString('en')} experiments in each cell; growth by a point ruled out at the first look / by the second / found, in percent.\n\n${table(
        ['exchanges of a run', ...TRUTHS.map(([before, after]) => `${asPercent(before)} → ${asPercent(after)}`)],
        all.map((row) => [String(row[0]!.exchanges), ...row.map(cell)]),
      )}`,
      failures: all.flat().flatMap(({ exchanges, truth: [before, after], counts }) => {
        const cleared = ((counts['not-grown 1'] ?? 0) + (counts['not-grown 2'] ?? 0)) / experiments
        return after - before < 0.01 - 1e-9 || cleared <= WRONGLY_CLEARED
          ? []
          : [`failures of ${exchanges} exchanges, ${asPercent(before)} → ${asPercent(after)}: ruled out in ${inPercent(cleared)} %`]
      }),
    }
  },
}
