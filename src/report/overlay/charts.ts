import type { MetricSummary } from '../../core/metric-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { Unit } from '../../measure/metrics.ts'
import { describe } from '../catalogue.ts'
import { countAxis } from '../charts/count-axis.ts'
import { latencyAxis } from '../charts/duration-axis.ts'
import type { Figure } from '../charts/figure.ts'
import { type Axis, drawn } from '../charts/frame.ts'
import { dots, line } from '../charts/marks.ts'
import { curvesFigure } from '../charts/percentiles.ts'
import { linear } from '../charts/scale.ts'
import { interval, NONE, quantity } from '../format.ts'
import { html } from '../markup.ts'
import { RUN_LOOKS } from '../style.ts'
import type { OverlaidPhase, RunOfPhase } from './view.ts'

/** A class for the run in that place: a colour and a dash. */
const lookOf = (at: number): string => `run${at % RUN_LOOKS.length}`

/** Latencies whose curves are drawn, where a run has them. */
const DRAWN = ['response_time', 'first_output', 'first_event', 'elapsed_time'] as const

/** The percentile curves of one phase, a figure for each latency, a line for each run. In a blocking phase the first output is the whole reply. */
export function curveFigures({ name, runs }: OverlaidPhase, place: number): readonly Figure[] {
  const streams = runs.some(({ phase }) => phase.metrics['first_text'])
  return DRAWN.filter((metric) => (metric !== 'first_output' || streams) && runs.some(({ phase }) => phase.metrics[metric])).map((metric) =>
    curvesFigure(
      runs.map(({ label, at, phase }) => ({ name: label, look: lookOf(at), metric: phase.metrics[metric] })),
      metric,
      { id: `curves-${place}-${metric}`, title: `${describe(metric).title} by percentile, ${name}`, of: 'Run' },
    ),
  )
}

interface Level {
  readonly value: number
  readonly low?: number
  readonly high?: number
}

/** What is read off each run of each phase. */
interface Reading {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly unit: Unit
  readonly axis: (values: readonly number[]) => Axis
  readonly of: (phase: PhaseSummary) => Level | undefined
}

/** Of shares, told in percent. */
function percentAxis(label: string, most: number): Axis {
  const { scale, ticks, ...axis } = countAxis(`${label}, %`, 100 * most)
  return { ...axis, scale: (share) => scale(100 * share), ticks: ticks.map(({ at, label }) => ({ at: at / 100, label })) }
}

const WITHIN = 'A line is the 95 % interval within that run, where there is one; it knows nothing of how runs differ from each other.'

const quantileLevel = (metric: MetricSummary | undefined, quantile: 'p50' | 'p95'): Level | undefined =>
  metric && { value: metric[quantile], ...metric.intervals[quantile] }

const latency = (quantile: 'p50' | 'p95'): Reading => ({
  id: `levels-${quantile}`,
  title: `Response time ${quantile} in each phase`,
  note: WITHIN,
  unit: 'µs',
  axis: (values) =>
    latencyAxis(`response time ${quantile}`, Math.min(...values), { lowest: Math.min(...values), highest: Math.max(...values) }),
  of: ({ metrics }) => quantileLevel(metrics['response_time'], quantile),
})

const READINGS: readonly Reading[] = [
  latency('p50'),
  latency('p95'),
  {
    id: 'levels-throughput',
    title: 'Throughput in each phase',
    note: 'Accepted runs that ended inside the phase, per second of it.',
    unit: 'per second',
    axis: (values) => countAxis('runs per second', Math.max(...values)),
    of: ({ throughput }) => ({ value: throughput }),
  },
  {
    id: 'levels-failures',
    title: 'Share of failures in each phase',
    note: 'Of all intended runs.',
    unit: 'ratio',
    axis: (values) => percentAxis('share of failures', Math.max(...values)),
    of: ({ failureShare }) => (failureShare === undefined ? undefined : { value: failureShare }),
  },
]

/** More phases than this have no room for dots beside each other. */
const PHASES = 8

/** What each run did in each phase, as dots side by side: medians, p95, throughput, failures. */
export const levelFigures = (phases: readonly OverlaidPhase[]): readonly Figure[] => READINGS.map((reading) => levelFigure(phases, reading))

function levelFigure(phases: readonly OverlaidPhase[], { id, title, note, unit, axis, of }: Reading): Figure {
  const shown = phases.slice(0, PHASES)
  const places = 1 + Math.max(0, ...shown.flatMap(({ runs }) => runs.map(({ at }) => at)))
  const points = shown.flatMap(({ runs }, column) =>
    runs.flatMap(({ at, label, phase }) => {
      const level = of(phase)
      return level ? [{ x: column + (at + 1) / (places + 1), at, label, phase: shown[column]!.name, level }] : []
    }),
  )
  const y = axis(points.flatMap(({ level: { value, high } }) => [value, high ?? value]))
  const axes = { x: { label: 'phases, and in each the runs in their order', scale: linear(0, Math.max(1, shown.length)), ticks: [] }, y }
  const said = ({ value, low, high }: Level) =>
    `${quantity(value, unit)}${low === undefined || high === undefined ? '' : ` (${interval(low, high, unit)})`}`
  const runs = [...new Map(points.map(({ at, label }) => [at, label]))]
  return {
    id,
    title,
    note: `${note}${phases.length > shown.length ? ` The first ${shown.length} of ${phases.length} phases are drawn.` : ''}`,
    key: runs.map(([at, label]) => ({ look: `mark ${lookOf(at)}`, kind: 'dot', label })),
    drawing: drawn(
      {
        id,
        title,
        description: points.map(({ phase, label, level }) => `${phase}, ${label}: ${said(level)}.`).join(' '),
        ...axes,
        bands: shown.map(({ name }, at) => ({ from: at, to: at + 1, name, shade: at % 2 === 0 ? 'even' : 'odd' })),
        hovers: points.map(({ x, phase, label, level }) => ({
          from: x - 0.5 / (places + 1),
          to: x + 0.5 / (places + 1),
          text: `${phase}, ${label}: ${said(level)}`,
        })),
      },
      html`${points.map(({ x, at, level: { value, low, high } }) => [
        low !== undefined &&
          high !== undefined &&
          line(
            [
              { x, y: low },
              { x, y: high },
            ],
            axes,
            `reach ${lookOf(at)}`,
          ),
        dots([{ x, y: value }], axes, `mark ${lookOf(at)}`),
      ])}`,
    ),
    table: {
      head: ['Phase', ...runs.map(([, label]) => label)],
      rows: phases.map((phase) => [phase.name, ...cellsOf(phase, runs, said, of)]),
    },
  }
}

const cellsOf = (
  { runs }: OverlaidPhase,
  places: readonly (readonly [number, string])[],
  said: (level: Level) => string,
  of: (phase: PhaseSummary) => Level | undefined,
): readonly string[] =>
  places.map(([at]) => {
    const own: RunOfPhase | undefined = runs.find((run) => run.at === at)
    const level = own && of(own.phase)
    return level ? said(level) : NONE
  })
