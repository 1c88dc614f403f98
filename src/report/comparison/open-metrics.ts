import { VERDICTS } from '../../core/comparison.ts'
import type { ComparisonSummary } from '../../core/comparison-summary.ts'
import { EXIT } from '../../core/errors.ts'
import { type Family, type Labels, line, metricsText } from '../exports/open-metrics-text.ts'

/**
 * `metrics.txt` of a comparison: OpenMetrics 1.0 text with each relative change and the ends of its interval, shares of failures of both arms, and
 * which verdict it is. An end that is unbounded has no line; before anything was judged there is only what is known.
 */
export function comparisonMetrics(summary: ComparisonSummary): string {
  const { name, arms, metrics, failures, verdict, exitCode } = summary
  const labels: Labels = [
    ['scenario', name],
    ['baseline', arms[0]],
    ['candidate', arms[1]],
  ]
  const families: readonly Family[] = [
    {
      name: CHANGE,
      type: 'gauge',
      unit: 'ratio',
      help: 'Change of the candidate against the baseline, 0.12 is 12 % more, with the ends of its interval',
      lines: Object.entries(metrics).flatMap(([metric, judged]) =>
        (['estimate', 'low', 'high'] as const).flatMap((end) => {
          const value = judged[end]
          return value === undefined ? [] : [line(CHANGE, [...labels, ['metric', metric], ['end', end]], value)]
        }),
      ),
    },
    {
      name: FAILURES,
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of exchanges that failed, in each arm',
      lines:
        failures === null
          ? []
          : (['baseline', 'candidate'] as const).map((side) => line(FAILURES, [...labels, ['side', side]], failures[side])),
    },
    {
      name: VERDICT,
      type: 'gauge',
      help: '1 for the verdict of the comparison',
      lines: verdict === null ? [] : VERDICTS.map((each) => line(VERDICT, [...labels, ['verdict', each]], each === verdict ? 1 : 0)),
    },
    {
      name: VALID,
      type: 'gauge',
      help: '1 where the instrument can be believed',
      lines: [line(VALID, labels, exitCode === EXIT.invalid ? 0 : 1)],
    },
  ]
  return metricsText(families)
}

const CHANGE = 'flowbench_comparison_change_ratio'
const FAILURES = 'flowbench_comparison_failures_ratio'
const VERDICT = 'flowbench_comparison_verdict'
const VALID = 'flowbench_comparison_valid'
