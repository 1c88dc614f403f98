import type { Change, HistoryEntry, HistoryFigure, HistorySummary, Level, Series, Trend } from '../../core/history.ts'
import { changePoints } from '../../stats/change-points.ts'
import { betterOf, figureName, parseFigureName } from '../figure-name.ts'
import { cutSentence, leftOutSentences, versionSentences } from './history-words.ts'

/** Chance plays a part in the permutation test: the same history gives the same answer. */
const SEED = 1
/** The fewest runs in which a change can be found: twice the shortest stretch. */
export const FEWEST_RUNS = 10
/** The share of failures is a figure of every run. */
export const FAILURES = 'failures'

export interface HistoryQuestion {
  /** Only these figures; all that the newest run has where none is named. */
  readonly figures?: readonly string[]
  /** The most runs of a series, from the latest back. */
  readonly last: number
}

/** Trends and changes of a history. What cannot be held against each other (another plan, another machine) is a series of its own. */
export function concludeHistory(entries: readonly HistoryEntry[], question: HistoryQuestion): HistorySummary {
  const ordered = entries.toSorted((a, b) => (a.start < b.start ? -1 : 1))
  const groups = [...Map.groupBy(ordered, ({ name, arm = '' }) => JSON.stringify([name, arm])).values()]
  const series = groups.flatMap((group) =>
    [...Map.groupBy(group, ({ planHash, machine }) => `${planHash} ${machine.print}`).values()].map((alike) =>
      seriesOf(alike, group, question),
    ),
  )
  const latest = ({ runs }: Series) => runs.at(-1)!.start
  return { schema: 1, kind: 'history', runs: entries.length, series: series.toSorted((a, b) => (latest(a) > latest(b) ? -1 : 1)) }
}

function seriesOf(all: readonly HistoryEntry[], group: readonly HistoryEntry[], { figures, last }: HistoryQuestion): Series {
  const alike = all.slice(-last)
  const newest = alike.at(-1)!
  const { name, arm, planHash, machine } = newest
  const cut = cutSentence(all[0]!, group)
  return {
    name,
    ...(arm !== undefined && { arm }),
    planHash,
    machine,
    earlier: all.length - alike.length,
    runs: alike.map(({ run, start, commit, branch, valid, versions }) => ({
      run,
      start,
      ...(commit !== undefined && { commit }),
      ...(branch !== undefined && { branch }),
      valid,
      versions,
    })),
    trends: (figures ?? [...Object.keys(newest.figures).filter(isReadable), FAILURES]).map((figure) => trendOf(figure, alike)),
    notes: [...(cut === undefined ? [] : [cut]), ...versionSentences(alike), ...leftOutSentences(alike)],
  }
}

/** A later version may keep figures that this one knows nothing of. */
const isReadable = (figure: string): boolean => !('problem' in parseFigureName(figure))

function trendOf(figure: string, runs: readonly HistoryEntry[]): Trend {
  const values = runs.map((entry) => valueIn(entry, figure))
  /** Places of runs that may be judged: valid ones with a number. */
  const judged = values.flatMap((value, at) => (runs[at]!.valid && typeof value?.value === 'number' ? [at] : []))
  const numbers = judged.map((at) => values[at]!.value as number)
  const scale = figure === FAILURES ? SHARES : LOGARITHMS
  const found = changePoints(numbers.map(scale.into), { seed: SEED })
  const bounds = [0, ...found.map(({ at }) => at), numbers.length]
  const levelOf = (from: number, to: number) => scale.outOf(mean(numbers.slice(from, to).map(scale.into)))
  const levels =
    numbers.length === 0
      ? []
      : bounds
          .slice(1)
          .map((to, n): Level => ({ from: judged[bounds[n]!]!, to: judged[to] ?? runs.length, level: levelOf(bounds[n]!, to) }))
  return {
    figure,
    values: values.map((value) => value ?? null),
    levels,
    changes: found.map(({ p }, n) => changeOf({ figure, p, runs, levels }, n)),
  }
}

const LOGARITHMS = { into: Math.log, outOf: Math.exp }
const SHARES = { into: (share: number) => share, outOf: (share: number) => share }

function valueIn({ figures, failures }: HistoryEntry, figure: string): HistoryFigure | undefined {
  if (figure !== FAILURES) return figures[figure]
  return failures.of === 0 ? undefined : { value: failures.count / failures.of }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

interface Found {
  readonly figure: string
  readonly p: number
  readonly runs: readonly HistoryEntry[]
  readonly levels: readonly Level[]
}

function changeOf({ figure, p, runs, levels }: Found, n: number): Change {
  const [before, after] = [levels[n]!, levels[n + 1]!]
  const { run, start, commit } = runs[after.from]!
  const change = figure === FAILURES ? after.level - before.level : after.level / before.level - 1
  const lower = figure === FAILURES || betterOf(figureName(figure)) === 'lower'
  const work = workChange(runs.slice(before.from, before.to), runs.slice(after.from, after.to))
  return {
    run,
    start,
    ...(commit !== undefined && { commit }),
    before: before.level,
    after: after.level,
    change,
    toward: change > 0 === lower ? 'worse' : 'better',
    p,
    ...(work && { work }),
  }
}

/** Difference in work that makes times incomparable. */
const NOTABLE = 0.1

function workChange(before: readonly HistoryEntry[], after: readonly HistoryEntry[]): Change['work'] {
  const candidates = (['tokens', 'chunks'] as const).flatMap((of) => {
    const told = (runs: readonly HistoryEntry[]) => runs.flatMap(({ work }) => work[of] ?? [])
    const [one, other] = [told(before), told(after)]
    if (one.length === 0 || other.length === 0 || mean(one) === 0) return []
    return [{ of, change: mean(other) / mean(one) - 1 }]
  })
  return candidates.find(({ change }) => Math.abs(change) > NOTABLE)
}
