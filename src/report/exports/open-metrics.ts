import { type MetricSummary, QUANTILES } from '../../core/metric-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { RunSummary } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import { isMetricName, metric } from '../../measure/metrics.ts'
import { describe, inOrder } from '../catalogue.ts'
import { type Family, type Labels, line, metricsText } from './open-metrics-text.ts'

/**
 * `metrics.txt`: OpenMetrics 1.0 text, for a textfile collector or for GitLab's metrics report. Base units: seconds, bytes, ratios. Unsigned
 * metrics are summaries (quantiles, count, sum); signed ones, which a summary cannot hold, are gauges with a label `statistic`. Measured phases only.
 */
export function openMetrics(summary: RunSummary): string {
  const phases = Object.entries(summary.phases).filter(([, phase]) => phase.measured)
  const labelsOf = ([name, { mode }]: (typeof phases)[number]): Labels => [
    ['scenario', summary.name],
    ['phase', name],
    ['mode', mode],
  ]
  const each = (line: (phase: PhaseSummary, labels: Labels) => readonly string[]) =>
    phases.flatMap((entry) => line(entry[1], labelsOf(entry)))
  const names = inOrder([...new Set(phases.flatMap(([, phase]) => Object.keys(phase.metrics)))])
  const families: readonly Family[] = [
    {
      name: 'flowbench_exchanges',
      type: 'counter',
      help: 'Exchanges by how they ended',
      lines: each((phase, labels) =>
        Object.entries(phase.outcomes).map(([outcome, count]) =>
          line('flowbench_exchanges_total', [...labels, ['outcome', outcome]], count),
        ),
      ),
    },
    {
      name: 'flowbench_throughput_runs_per_second',
      type: 'gauge',
      help: 'Accepted runs that ended inside the phase, per second of it',
      lines: each((phase, labels) => [line('flowbench_throughput_runs_per_second', labels, phase.throughput)]),
    },
    {
      name: 'flowbench_failures_ratio',
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of intended exchanges that failed',
      lines: each((phase, labels) =>
        phase.failureShare === undefined ? [] : [line('flowbench_failures_ratio', labels, phase.failureShare)],
      ),
    },
    {
      name: 'flowbench_valid',
      type: 'gauge',
      help: '1 where the instrument can be believed',
      lines: [line('flowbench_valid', [['scenario', summary.name]], summary.valid ? 1 : 0)],
    },
    ...names.map((name) => metricFamily(name, each)),
  ]
  return metricsText(families)
}

function metricFamily(name: string, each: (line: (phase: PhaseSummary, labels: Labels) => readonly string[]) => readonly string[]): Family {
  const { title, formula, unit } = describe(name)
  const [suffix, size] = UNITS[unit]
  const full = `flowbench_${name.replace(/\W/g, '_').replace(new RegExp(`_?${suffix}$`), '')}${suffix === '' ? '' : `_${suffix}`}`
  const isSigned = isMetricName(name) && metric(name).signed
  const quantiles = (of: MetricSummary) =>
    Object.entries(QUANTILES).map(([q, p]) => [q, p, of[q as keyof typeof QUANTILES] * size] as const)
  const lines = each((phase, labels) => {
    const of = phase.metrics[name]
    if (!of) return []
    if (isSigned)
      return [
        ...quantiles(of).map(([q, , value]) => line(full, [...labels, ['statistic', q]], value)),
        line(full, [...labels, ['statistic', 'mean']], of.mean * size),
      ]
    return [
      ...quantiles(of).map(([, p, value]) => line(full, [...labels, ['quantile', String(p)]], value)),
      line(`${full}_count`, labels, of.count),
      line(`${full}_sum`, labels, of.mean * of.count * size),
    ]
  })
  return {
    name: full,
    type: isSigned ? 'gauge' : 'summary',
    ...(suffix === '' ? {} : { unit: suffix }),
    help: `${title}: ${formula}`,
    lines,
  }
}

const UNITS = {
  µs: ['seconds', 1 / SECOND],
  count: ['', 1],
  bytes: ['bytes', 1],
  ratio: ['ratio', 1],
  'per second': ['per_second', 1],
} as const
