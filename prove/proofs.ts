import { VERDICTS } from '../src/core/comparison.ts'
import { capacity } from './capacity-proof.ts'
import { APPROXIMATE, EXACT } from './coverage.ts'
import { failures } from './failures-proof.ts'
import { CHANGES, GRID } from './grid.ts'
import { history } from './history-proof.ts'
import { overloads } from './overload-proof.ts'
import { asPercent, inPercent, table } from './page.ts'
import type { Question } from './paired-experiment.ts'
import { type Proof, pieces, shares, sum, sumOf, times } from './proof.ts'
import { stored } from './stored-proof.ts'
import { REQUIRED, RUN_LENGTHS, type Task, WITHIN_QUANTILES } from './tasks.ts'

const EXPERIMENTS = 2000
const GRID_EXPERIMENTS = 500
const TRIALS = 20_000
const BUSY_EXCHANGES = 150_000
const BUSY_PARTS = 6
const isSame = (one: Question, other: Question): boolean => JSON.stringify(one) === JSON.stringify(other)

const paired = (question: Question, experiments: number): readonly Task[] =>
  pieces(experiments).map(([from, to]) => ({ kind: 'paired', question, from, to }))

/** How long the runs of those who compare two single runs are: as one of ours, and as all of ours at the first look together. */
const OPPONENT_LENGTHS = [1, 8] as const

const verdicts: Proof = {
  name: 'error rates',
  tasks: (share) =>
    REQUIRED.flatMap(({ question }) => [
      ...paired(question, times(EXPERIMENTS, share)),
      ...OPPONENT_LENGTHS.flatMap((length) =>
        pieces(times(EXPERIMENTS, share)).map(([from, to]): Task => ({ kind: 'opponents', question, times: length, from, to })),
      ),
    ]),
  tables(done) {
    const ours = REQUIRED.map(({ question }) => sumOf(done, (task) => task.kind === 'paired' && isSame(task.question, question)))
    const experiments = VERDICTS.reduce((total, verdict) => total + (ours[0]![verdict] ?? 0), 0)
    const theirs = OPPONENT_LENGTHS.flatMap((length) =>
      (['welch', 'mannWhitney'] as const).map((name) => {
        const counts = REQUIRED.map(({ question }) =>
          sumOf(done, (task) => task.kind === 'opponents' && task.times === length && isSame(task.question, question)),
        )
        const method = name === 'welch' ? 'Welch' : 'Mann–Whitney'
        const exchanges = `two runs of ${(600 * length).toLocaleString('en')}`
        return {
          verdicts: [`${method}, ${exchanges}`, ...counts.map((each) => shares(each, `${name} `))],
          significant: [
            `${method}, ${exchanges}: p < 0.05`,
            ...counts.map((each) => inPercent((each[`${name} significant`] ?? 0) / experiments)),
          ],
        }
      }),
    )
    const met = REQUIRED.map(({ verdict, atMost = 1, atLeast = 0, name }, index) => {
      const seen = (ours[index]![verdict] ?? 0) / experiments
      return {
        name,
        verdict,
        seen,
        bound: atMost < 1 ? `≤ ${asPercent(atMost)}` : `≥ ${asPercent(atLeast)}`,
        ok: seen <= atMost && seen >= atLeast,
      }
    })
    const rows = [
      ['**flowbench**', ...ours.map((counts) => shares(counts))],
      ['required', ...met.map(({ verdict, bound }) => `${verdict} ${bound}`)],
      ['runs it took, mean', ...ours.map((counts) => ((counts['runs'] ?? 0) / experiments).toFixed(1))],
      ...theirs.map((each) => each.verdicts),
      ...theirs.map((each) => each.significant),
    ]
    return {
      markdown: `${experiments.toLocaleString('en')} experiments in each cell; regressed / improved / no regression / inconclusive, in percent.\n\n${table(['', ...REQUIRED.map(({ name }) => name)], rows)}`,
      failures: met.flatMap(({ name, verdict, seen, bound, ok }) =>
        ok ? [] : [`${name}: ${verdict} in ${inPercent(seen)} %, required ${bound}`],
      ),
    }
  },
}

const grid: Proof = {
  name: 'grid',
  tasks: (share) => GRID.flatMap(({ law }) => CHANGES.flatMap((change) => paired({ law, change }, times(GRID_EXPERIMENTS, share)))),
  tables(done) {
    const rows = GRID.map(({ noise, law }) => [
      noise,
      String(law.exchanges),
      asPercent(law.runEffect),
      ...CHANGES.map((change) => shares(sumOf(done, (task) => task.kind === 'paired' && isSame(task.question, { law, change })))),
    ])
    const head = [
      'noise',
      'exchanges',
      'run effect',
      ...CHANGES.map((change) => (change === 0 ? 'A/A' : `${change > 0 ? '+' : ''}${asPercent(change)}`)),
    ]
    const first = sumOf(done, (task) => task.kind === 'paired' && isSame(task.question, { law: GRID[0]!.law, change: 0 }))
    const experiments = VERDICTS.reduce((total, verdict) => total + (first[verdict] ?? 0), 0)
    return { markdown: `${experiments} experiments in each cell, in the same order.\n\n${table(head, rows)}`, failures: [] }
  },
}

const intervals: Proof = {
  name: 'coverage',
  tasks: (share) =>
    (
      [
        ['approximate', APPROXIMATE],
        ['exact', EXACT],
      ] as const
    ).flatMap(([of, covers]) =>
      Object.keys(covers).map(
        (name): Task => ({
          kind: 'coverage',
          of,
          name,
          trials: times(name.includes('runs of') || name.includes('both looks') ? TRIALS / 10 : TRIALS, share),
        }),
      ),
    ),
  tables(done) {
    const each = done.flatMap(({ task, counts }) => {
      if (task.kind !== 'coverage') return []
      const seen = counts[' held']! / counts[' intervals']!
      const bounds = task.of === 'exact' ? ([0.94, 1] as const) : ([0.93, 0.97] as const)
      const required = task.of === 'exact' ? '≥ 94' : '93–97'
      return [{ name: task.name, trials: counts[' intervals']!, seen, required, ok: seen >= bounds[0] && seen <= bounds[1] }]
    })
    return {
      markdown: table(
        ['95 % interval', 'trials', 'held the truth, %', 'required, %'],
        each.map(({ name, trials, seen, required }) => [name, trials.toLocaleString('en'), inPercent(seen), required]),
      ),
      failures: each.flatMap(({ name, seen, required, ok }) =>
        ok ? [] : [`${name}: held the truth in ${inPercent(seen)} %, required ${required}`],
      ),
    }
  },
}

/** Exchanges from which on a run is long against the memory of its queue, about a hundred exchanges. */
const LONG_ENOUGH = 1200

const withinRun: Proof = {
  name: 'within a run',
  tasks: (share) =>
    Array.from({ length: BUSY_PARTS }, (_, part): Task => ({ kind: 'within-run', exchanges: times(BUSY_EXCHANGES, share), part })),
  tables(done) {
    const counts = sum(done.map(({ counts }) => counts))
    const share = (key: string) => {
      const [held, intervals, tried] = ['held', 'intervals', 'tried'].map((name) => counts[`${key} ${name}`] ?? 0) as [
        number,
        number,
        number,
      ]
      return { seen: intervals === 0 ? undefined : held / intervals, exists: intervals / tried }
    }
    const rows = RUN_LENGTHS.flatMap((length) =>
      WITHIN_QUANTILES.map((p) => {
        const [own, neighbour] = [share(`sum ${length} ${p}`), share(`neighbour ${length} ${p}`)]
        const cells = ({ seen, exists }: typeof own) => [seen === undefined ? '–' : inPercent(seen), inPercent(exists)]
        return {
          length,
          row: [String(length), `p${p * 100}`, ...cells(own), ...cells(neighbour)],
          own,
          name: `p${p * 100} in runs of ${length}`,
        }
      }),
    )
    return {
      markdown: table(
        ['exchanges', '', 'held the truth, %', 'exists, %', 'by the neighbour alone: held, %', 'exists, %'],
        rows.map(({ row }) => row),
      ),
      failures: rows.flatMap(({ length, own: { seen }, name }) =>
        length >= LONG_ENOUGH && seen !== undefined && seen < 0.9
          ? [`within a run, ${name}: held the truth in ${inPercent(seen)} %, required ≥ 90`]
          : [],
      ),
    }
  },
}

export const PROOFS: readonly Proof[] = [verdicts, failures, stored, intervals, withinRun, grid, history, capacity, overloads]
