import { VERDICTS } from '../src/core/comparison.ts'
import { REQUIRED_LAW } from './law.ts'
import { asPercent, inPercent, table } from './page.ts'
import { type Proof, pieces, shares, sumOf, times } from './proof.ts'
import type { StoredQuestion } from './stored-experiment.ts'
import type { Task } from './tasks.ts'

const EXPERIMENTS = 2000
/** Runs of the candidate, beside ten of the baseline. */
const CANDIDATES = [1, 2, 4, 8] as const
const BASELINE = 10
const STORED = [
  { name: 'A/A', drift: 0, change: 0 },
  { name: 'A/A, drift 0.5 % a run', drift: 0.005, change: 0 },
  { name: 'A/A, drift 2 % a run', drift: 0.02, change: 0 },
  { name: '+15 %', drift: 0, change: 0.15 },
  { name: '+30 %', drift: 0, change: 0.3 },
] as const
/** Of stored runs that do not drift, as at two looks of pairs. */
const STORED_ALARMS = 0.05

const storedQuestion = (after: number, { drift, change }: (typeof STORED)[number]): StoredQuestion => ({
  law: { ...REQUIRED_LAW, drift },
  change,
  before: BASELINE,
  after,
})

/** What stored runs are called, with and without a change, with and without drift. */
export const stored: Proof = {
  name: 'stored runs',
  tasks: (share) =>
    CANDIDATES.flatMap((after) =>
      STORED.flatMap((asked) =>
        pieces(times(EXPERIMENTS, share)).map(([from, to]): Task => ({ kind: 'stored', question: storedQuestion(after, asked), from, to })),
      ),
    ),
  tables(done) {
    const countsOf = (after: number, asked: (typeof STORED)[number]) =>
      sumOf(done, (task) => task.kind === 'stored' && JSON.stringify(task.question) === JSON.stringify(storedQuestion(after, asked)))
    const alarms = CANDIDATES.map((after) => ({ after, counts: countsOf(after, STORED[0]) }))
    const all = VERDICTS.reduce((total, verdict) => total + (alarms[0]!.counts[verdict] ?? 0), 0)
    return {
      markdown: `${all.toLocaleString('en')} experiments in each cell, with ${BASELINE} runs of the baseline; regressed / improved / no regression / inconclusive, in percent.\n\n${table(
        ['runs of the candidate', ...STORED.map(({ name }) => name)],
        CANDIDATES.map((after) => [String(after), ...STORED.map((asked) => shares(countsOf(after, asked)))]),
      )}`,
      failures: alarms.flatMap(({ after, counts }) => {
        const seen = (counts['regressed'] ?? 0) / all
        return seen <= STORED_ALARMS
          ? []
          : [`stored runs, A/A with ${after}: regressed in ${inPercent(seen)} %, required ≤ ${asPercent(STORED_ALARMS)}`]
      }),
    }
  },
}
