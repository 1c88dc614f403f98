import type { HistorySummary, Series, Trend } from '../../core/history.ts'
import { FAILURES, FEWEST_RUNS } from '../../judge/history/history.ts'
import { short } from '../../judge/history/history-words.ts'
import { count } from '../format.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'
import type { Statement } from '../verdict.ts'
import { amount, type Changed, changeStatement, changeText } from './figures.ts'

/** A history as strings: what text and HTML share. */
export interface HistoryView {
  readonly series: readonly SeriesView[]
}

export interface SeriesView {
  readonly title: string
  readonly facts: readonly string[]
  /** Every change of every figure, or that there is none. */
  readonly findings: readonly Statement[]
  readonly notes: readonly string[]
  /** A row for each figure: how it began, how it is, what changed. */
  readonly figures: DataTable
  readonly of: Series
}

export const historyView = ({ series }: HistorySummary): HistoryView => ({ series: series.map(seriesView) })

function seriesView(series: Series): SeriesView {
  const { name, arm, runs, planHash, machine, trends, notes, earlier } = series
  const [first, last] = [runs[0]!, runs.at(-1)!]
  return {
    title: plain(name, 80) + (arm === undefined ? '' : `, arm ${plain(arm, 40)}`),
    facts: [
      `${count(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`,
      first.start.slice(0, 10) === last.start.slice(0, 10) ? day(first.start) : `${day(first.start)} to ${day(last.start)}`,
      `plan ${plain(short(planHash), 8)}`,
      plain(machine.words, 80),
    ],
    findings: findingsOf(series),
    notes: [
      ...notes.map((note) => plain(note, 300)),
      ...(earlier > 0 ? [`${count(earlier)} earlier runs of it are left out; --last takes more.`] : []),
    ],
    figures: {
      head: ['Figure', 'at first', 'now', 'latest run', 'changes'],
      words: [4],
      rows: trends.map((trend) => [
        plain(trend.figure, 60),
        amount(trend.levels[0]?.level, trend.figure),
        amount(trend.levels.at(-1)?.level, trend.figure),
        latest(trend),
        trend.changes.length === 0 ? 'none' : trend.changes.map((change) => changeText(change, trend.figure)).join(', '),
      ]),
    },
    of: series,
  }
}

const day = (iso: string): string => plain(iso, 40).slice(0, 10)

const latest = ({ values, figure }: Trend): string => {
  const value = values.at(-1)?.value
  return value === 'endless' ? 'endless' : amount(value, figure)
}

function findingsOf({ trends, runs }: Series): readonly Statement[] {
  const places = changedTogether(trends)
  if (places.length > 0) return places.map(changeStatement)
  const judged = runs.filter(({ valid }) => valid).length
  if (judged < FEWEST_RUNS)
    return [
      {
        tone: 'plain',
        word: 'Too few runs',
        sentence: `A change is looked for from ${FEWEST_RUNS} valid runs on, and ${judged === 1 ? 'there is 1' : `there are ${judged}`}.`,
      },
    ]
  return [
    {
      tone: 'good',
      word: 'No change',
      sentence: trends.length === 1 ? `${plain(trends[0]!.figure, 60)} stayed at one level.` : 'Every figure stayed at one level.',
    },
  ]
}

/** Changes by place and direction, in order of time: what happens at one run has one cause, as a rule. */
export function changedTogether(trends: readonly Trend[]): readonly (readonly [Changed, ...Changed[]])[] {
  const all = trends.flatMap(({ figure, changes }) => changes.map((change): Changed => ({ figure, change })))
  const groups = [...Map.groupBy(all, ({ change: { run, toward } }) => JSON.stringify([run, toward])).values()]
  return groups.map(([first, ...others]) => [first!, ...others] as const).toSorted(([a], [b]) => (a.change.start < b.change.start ? -1 : 1))
}

/** Whether a trend is worth a chart of its own: failures that never were are told in the table. */
export const isDrawn = ({ figure, values }: Trend): boolean =>
  values.some((value) => typeof value?.value === 'number' && (figure !== FAILURES || value.value > 0))
