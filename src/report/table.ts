import { JUDGED_QUANTILES, type JudgedQuantile, type MetricSummary } from '../core/metric-summary.ts'
import type { PhaseSummary } from '../core/phase-summary.ts'
import type { Mode } from '../core/sample.ts'
import { describe } from './catalogue.ts'
import { count, digits, interval, NONE, percent, quantity, rate, span } from './format.ts'
import { plain } from './plain.ts'

/** Measured phases as columns, what is told of them as rows in groups. */
export interface Table {
  readonly columns: readonly Column[]
  readonly groups: readonly Group[]
}

export interface Column {
  readonly name: string
  readonly mode: Mode
  readonly load: string
  readonly length: string
}

export interface Group {
  readonly title: string
  /** How it is defined; empty where the title says it. */
  readonly definition: string
  readonly rows: readonly Row[]
}

/** One cell per column. */
export interface Row {
  readonly label: string
  readonly cells: readonly Cell[]
}

export interface Cell {
  readonly value: string
  /** 95 % interval within this run; absent where there is none. */
  readonly interval?: string
  /** The answered-within twin; absent where the number is no latency. */
  readonly ofAll?: string
}

/** A plain table: titles and rows of strings, the first cell of a row naming it. */
export interface DataTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Positions of columns that hold words, not numbers; the first always does. */
  readonly words?: readonly number[]
  /** Of these, those whose words are many: they take more lines than one. */
  readonly long?: readonly number[]
}

type Phases = readonly (readonly [string, PhaseSummary])[]

const MAIN = ['response_time', 'service_time', 'first_output', 'first_text', 'first_event', 'elapsed_time'] as const
const EMPTY: Cell = { value: NONE }

/** The headline table: what was sent and came back, then the latencies that a person feels, then tokens. Empty groups without columns. */
export function phaseTable(phases: Phases): Table {
  const row = (label: string, cell: (phase: PhaseSummary) => string | undefined): Row => ({
    label,
    cells: phases.map(([, phase]) => ({ value: cell(phase) ?? NONE })),
  })
  const ever = (value: (phase: PhaseSummary) => number) => phases.some(([, phase]) => value(phase) > 0)
  const traffic = [
    row('planned', (phase) => count(phase.planned)),
    ...(ever((phase) => phase.notReached) ? [row('not reached', (phase) => count(phase.notReached))] : []),
    row('sent', (phase) => count(phase.sent)),
    ...(ever((phase) => phase.dropped) ? [row('dropped, never sent', (phase) => count(phase.dropped))] : []),
    ...(ever((phase) => phase.unfinished) ? [row('unfinished', (phase) => count(phase.unfinished))] : []),
    row('failures', (phase) => count(phase.failures)),
    row('failure share', (phase) => (phase.failureShare === undefined ? undefined : percent(phase.failureShare))),
    row('offered', (phase) => rate(phase.offered)),
    row('throughput', (phase) => rate(phase.throughput)),
    row('in flight, mean', (phase) => digits(phase.inFlight.mean)),
    row('in flight, most', (phase) => count(phase.inFlight.max)),
    row('connections open, mean', (phase) => digits(phase.connectionsOpen.mean)),
    row('connections open, most', (phase) => count(phase.connectionsOpen.max)),
  ]
  return {
    columns: phases.map(([name, phase]) => ({
      name: plain(name, 60),
      mode: phase.mode,
      load: plain(phase.load, 60),
      length: span(phase.endedUs - phase.beganUs),
    })),
    groups: [
      { title: 'Traffic', definition: 'throughput counts accepted runs that ended inside the phase, per second of it', rows: traffic },
      ...MAIN.filter((name) => phases.some(([, phase]) => phase.metrics[name])).map((name) => metricGroup(phases, name)),
      {
        title: 'Tokens',
        definition: describe('tokens').formula,
        rows: [
          row('per run, mean', ({ metrics: { tokens } }) => (tokens ? digits(tokens.mean) : undefined)),
          row('in all, at least', (phase) => count(phase.totals.tokens)),
          row('per second', (phase) => rate(phase.tokensPerSecond)),
        ],
      },
    ],
  }
}

/** One metric over the phases: judged percentiles with interval and answered-within, the longest, how many. */
export function metricGroup(phases: Phases, name: string): Group {
  const { title, formula, unit } = describe(name)
  const cells = (cell: (metric: MetricSummary) => Cell): readonly Cell[] =>
    phases.map(([, phase]) => (phase.metrics[name] ? cell(phase.metrics[name]) : EMPTY))
  const quantile =
    (q: JudgedQuantile) =>
    (metric: MetricSummary): Cell => {
      const [bounds, twin] = [metric.intervals[q], metric.ofAll?.[q]]
      return {
        value: quantity(metric[q], unit),
        ...(bounds ? { interval: interval(bounds.low, bounds.high, unit) } : {}),
        ...(twin ? { ofAll: `${twin.atLeast ? '≥ ' : ''}${quantity(twin.value, unit)}` } : {}),
      }
    }
  return {
    title,
    definition: formula,
    rows: [
      ...JUDGED_QUANTILES.map((q) => ({ label: q, cells: cells(quantile(q)) })),
      { label: unit === 'µs' ? 'longest' : 'most', cells: cells((metric) => ({ value: quantity(metric.max, unit) })) },
      { label: 'counted', cells: cells((metric) => ({ value: count(metric.count) })) },
    ],
  }
}
