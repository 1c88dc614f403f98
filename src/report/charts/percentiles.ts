import type { MetricSummary } from '../../core/metric-summary.ts'
import { describe } from '../catalogue.ts'
import { count, duration, NONE } from '../format.ts'
import { html } from '../markup.ts'
import { plain } from '../plain.ts'
import { latencyAxis } from './duration-axis.ts'
import type { Figure } from './figure.ts'
import { drawn } from './frame.ts'
import { phaseLooks } from './looks.ts'
import { type Look, line } from './marks.ts'
import { logarithmic } from './scale.ts'
import { thinned } from './thin.ts'
import type { Phases } from './timeline.ts'

/** More lines than this cannot be told apart. */
const LINES = 8
const ROWS = 40
const POINTS = 1000

/** Percentiles that name the axis, as 1/(1 − p). The shortest run stands at 1, where the axis begins. */
const NAMED = [
  [2, '50 %'],
  [10, '90 %'],
  [100, '99 %'],
  [1000, '99.9 %'],
  [10_000, '99.99 %'],
  [100_000, '99.999 %'],
  [1e6, '99.9999 %'],
] as const

/** Where the longest run stands: at the median rank of the largest of so many, 1 − ln 2 / count. */
const longest = ({ count, max }: MetricSummary): readonly [number, number] => [count / Math.LN2, max]

/** What a line of the figure shows. */
export interface Curve {
  readonly name: string
  readonly look: Look
  /** Absent where it has no such number. */
  readonly metric: MetricSummary | undefined
}

/** The percentile curves of a latency for the measured phases. */
export function percentileFigure(phases: Phases, name: string): Figure {
  const looks = phaseLooks(phases)
  const curves = phases.map(([phase, { metrics }], at) => ({ name: plain(phase, 60), look: looks[at]!, metric: metrics[name] }))
  return curvesFigure(curves, name, { id: `percentiles-${name}`, title: `${describe(name).title} by percentile`, of: 'Phase' })
}

interface Naming {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What each line is one of. */
  readonly of: 'Phase' | 'Run'
}

/** Percentile curves of a latency, one for each name, on an axis that gives each factor of ten in rarity the same room. */
export function curvesFigure(curves: readonly Curve[], metricName: string, { id, title, of }: Naming): Figure {
  const all = curves.flatMap(({ name, look, metric }) => {
    const curve = metric?.curve.filter(([odds, value]) => Number.isFinite(odds) && odds >= 1 && Number.isFinite(value)) ?? []
    return metric && curve.length > 0 ? [{ name, look, metric, curve: [...curve, longest(metric)] }] : []
  })
  const shown = all.slice(0, LINES)
  const most = Math.max(2, ...shown.map(({ curve }) => curve.at(-1)![0]))
  const highest = Math.max(1, ...shown.map(({ metric }) => metric.max))
  const typical = Math.min(...shown.map(({ metric }) => metric.p50))
  const y = latencyAxis(describe(metricName).title, typical, { highest, lowest: Math.min(...shown.map(({ curve }) => curve[0]![1])) })
  const x = {
    label: 'share of runs that took at most this long',
    scale: logarithmic(1, most),
    ticks: NAMED.filter(([odds]) => odds <= most * 1.001).map(([at, label]) => ({ at, label })),
  }
  const more = all.length - shown.length
  return {
    id,
    title,
    note: `Accepted runs only; the further right, the rarer. A curve ends at its longest run.${y.logarithmic ? ' The axis of times is logarithmic.' : ''}${more > 0 ? ` The first ${LINES} of ${all.length} ${of.toLowerCase()}s are drawn; the table holds more.` : ''}`,
    key: shown.map(({ name, look }) => ({ look, kind: 'line', label: name })),
    drawing: drawn(
      {
        id,
        title,
        description: shown
          .map(
            ({ name, metric }) =>
              `${name}: ${duration(metric.p50)} at 50 %, ${duration(metric.p95)} at 95 %, ${duration(metric.max)} at most.`,
          )
          .join(' '),
        x,
        y,
      },
      html`${shown.map(({ curve, look }) =>
        line(
          thinned(
            curve.map(([odds, value]) => ({ x: odds, y: value })),
            Math.floor(POINTS / shown.length),
          ),
          { x, y },
          look,
        ),
      )}`,
    ),
    table: {
      head: [of, 'runs', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'longest'],
      rows: all
        .slice(0, ROWS)
        .map(({ name, metric }) => [
          name,
          count(metric.count),
          ...([metric.p50, metric.p75, metric.p90, metric.p95, metric.p99, metric['p99.9'], metric.max] as const).map((value) =>
            value === undefined ? NONE : duration(value),
          ),
        ]),
    },
  }
}
