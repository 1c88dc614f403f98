import type { OverloadEvidence } from '../../core/diagnosis.ts'
import type { MetricSummary } from '../../core/metric-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { Mode } from '../../core/sample.ts'
import { MILLISECOND } from '../../core/units.ts'

/** Percentiles at which phases are held against each other, the middle first; the other shows a queue that only some runs meet. */
export const STATISTICS = ['p50', 'p90'] as const
type Statistic = (typeof STATISTICS)[number]

/** Fewest runs for which the percentile has an interval. */
const FEWEST = { p50: 6, p90: 29 } as const
/** A percentile of the heavier phase must lie above this one of the lighter: what is ordinary there is no overload here. */
const ORDINARY = { p50: 'p75', p90: 'p95' } as const
/** And above it by this factor, and by this much: less is noise, or nobody's concern. */
const GREW = { p50: 1.25, p90: 1.5 } as const
const GREW_BY = 20 * MILLISECOND

/**
 * How many half-widths of both percentiles together (in logs) the two must be apart, by what leads the growth. A queue adds a wait to one part;
 * a target that drifts slows every part alike, and drifts over a phase are wider than the spread of single runs tells.
 */
const SURE = { wait: 4, engine: 5 } as const

/** Parts of a run's time as a percentile of a phase shows them, in µs, one after another. */
export type Stage = 'firstByte' | 'admission' | 'engine' | 'delivery' | 'outside'
const WAITS: readonly Stage[] = ['firstByte', 'admission', 'delivery', 'outside']

/** Growth of one part between two phases. */
export interface Growth {
  readonly stage: Stage
  readonly lighter: number
  readonly loaded: number
  /** loaded − lighter, the part that more work explains taken off; never below 0. */
  readonly by: number
}

export interface Grown {
  readonly statistic: Statistic
  readonly stages: Readonly<Partial<Record<Stage, Growth>>>
  /** Sum of what the stages grew by. */
  readonly total: number
}

/** What a run took in all at that percentile, our own lateness taken off; undefined where too few runs tell. */
export function responseAt({ metrics }: PhaseSummary, statistic: Statistic): number | undefined {
  const response = metrics['response_time']
  return response && response.count >= FEWEST[statistic] ? response[statistic] - lag(metrics, statistic) : undefined
}

/** What grew where the heavier phase is slower than the lighter beyond chance, spread and size; undefined where it is not. */
export function growthOf(loaded: PhaseSummary, lighter: PhaseSummary, statistic: Statistic): Grown | undefined {
  const [before, now] = [responseAt(lighter, statistic), responseAt(loaded, statistic)]
  if (before === undefined || now === undefined || now < before * GREW[statistic] || now - before < GREW_BY) return undefined
  const [was, is] = [stagesOf(lighter, statistic), stagesOf(loaded, statistic)]
  if (!was || !is) return undefined
  const work = moreWork(loaded, lighter)
  const stages = Object.fromEntries(
    (Object.keys(is) as Stage[]).map((stage): [Stage, Growth] => {
      const [from, to] = [was[stage] ?? 0, is[stage] ?? 0]
      return [stage, { stage, lighter: from, loaded: to, by: Math.max(0, to - from * (stage === 'engine' ? work : 1)) }]
    }),
  )
  const grown = { statistic, stages, total: Object.values(stages).reduce((sum, { by }) => sum + by, 0) }
  return apart(loaded.metrics['response_time']!, lighter.metrics['response_time']!, statistic, leads(grown)) ? grown : undefined
}

/** Whether the server's own time grew by that factor, beyond chance. */
export function engineGrew(loaded: PhaseSummary, lighter: PhaseSummary, { statistic, stages: { engine } }: Grown, factor: number): boolean {
  const [is, was] = [loaded.metrics['elapsed_time'], lighter.metrics['elapsed_time']]
  if (!engine || !is || !was || !apart(is, was, statistic, 'engine')) return false
  return engine.by >= (factor - 1) * Math.max(engine.lighter, MILLISECOND)
}

/** The growths as evidence, largest first; then what lies between two texts. */
export function evidenceOf({ statistic, stages }: Grown, loaded: PhaseSummary, lighter: PhaseSummary): readonly OverloadEvidence[] {
  const [gap, before] = [loaded.metrics['text_gap'], lighter.metrics['text_gap']]
  return [
    ...Object.values(stages)
      .sort((a, b) => b.by - a.by)
      .map(({ stage, lighter, loaded }) => ({ part: stage, statistic, lighter, loaded })),
    ...(gap && before ? [{ part: 'textGap', statistic, lighter: before[statistic], loaded: gap[statistic] } as const] : []),
  ]
}

/** What leads: waits by more than they would have grown had all slowed alike, or the run itself. */
function leads({ stages, total }: Grown): keyof typeof SURE {
  const { engine } = stages
  const alike = engine && engine.lighter > 0 ? Math.max(1, engine.loaded / engine.lighter) : 1
  const beyond = WAITS.reduce((sum, wait) => {
    const { lighter = 0, loaded = 0 } = stages[wait] ?? {}
    return sum + Math.max(0, loaded - Math.max(0, lighter) * alike)
  }, 0)
  return beyond * 2 >= total ? 'wait' : 'engine'
}

/** Above what is ordinary in the lighter phase, and surely so. */
function apart(loaded: MetricSummary, lighter: MetricSummary, statistic: Statistic, led: keyof typeof SURE): boolean {
  if (loaded[statistic] <= lighter[ORDINARY[statistic]]) return false
  const half = Math.hypot(halfWidth(loaded, statistic), halfWidth(lighter, statistic))
  return Math.log(loaded[statistic] / lighter[statistic]) > SURE[led] * half
}

/**
 * Half of a percentile's 95 % interval in logs if runs were independent, by the slope of the quantile function above it: 1.96 √(p(1 − p)/n) d ln x/dp.
 * The intervals of the summary would not do: in a saturated queue all runs are alike, so that they say nearly nothing, and it is the queue that is looked for.
 */
function halfWidth(metric: MetricSummary, statistic: Statistic): number {
  const [p, above] = statistic === 'p50' ? [0.5, 0.75] : [0.9, 0.95]
  const slope = Math.log(metric[ORDINARY[statistic]] / metric[statistic]) / (above - p)
  return 1.96 * Math.sqrt((p * (1 - p)) / metric.count) * slope || 0
}

const lag = (metrics: PhaseSummary['metrics'], statistic: Statistic): number => metrics['schedule_lag']?.[statistic] ?? 0

function stagesOf({ mode, metrics }: PhaseSummary, statistic: Statistic): Readonly<Partial<Record<Stage, number>>> | undefined {
  const at = (name: string) => metrics[name]?.[statistic]
  const [response, engine] = [at('response_time'), at('elapsed_time')]
  if (response === undefined || engine === undefined) return undefined
  return { ...before(mode, { response, engine, lag: lag(metrics, statistic) }, at), engine }
}

function before(
  mode: Mode,
  { response, engine, lag }: { readonly response: number; readonly engine: number; readonly lag: number },
  at: (name: string) => number | undefined,
): Readonly<Partial<Record<Stage, number>>> {
  const [byte, event] = [at('first_byte'), at('first_event')]
  if (mode === 'blocking' || byte === undefined || event === undefined) return { outside: response - lag - engine }
  return { firstByte: byte - lag, admission: event - byte, delivery: response - event - engine }
}

/** How much more the heavier phase had to do for a run, as a factor from 1: longer answers are no overload. */
function moreWork(loaded: PhaseSummary, lighter: PhaseSummary): number {
  const factors = ['tokens', 'steps', 'text_chunks'].map((name) => {
    const [is, was] = [loaded.metrics[name]?.mean ?? 0, lighter.metrics[name]?.mean ?? 0]
    return was > 0 ? is / was : 1
  })
  return Math.max(1, ...factors)
}
