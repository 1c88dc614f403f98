import { JUDGED_QUANTILES } from '../../core/metric-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { RunSummary } from '../../core/summary.ts'
import type { Unit } from '../../measure/metrics.ts'
import { describe, inOrder } from '../catalogue.ts'
import { plain } from '../plain.ts'

/** One number of a run under the name that services which keep numbers over time know it by. */
export interface Measurement {
  /** `scenario/phase/mode/metric/p95`, the same from run to run; without slashes, blanks or control characters within a part. */
  readonly name: string
  readonly value: number
  /** 95 % interval within this run; absent where there is none. */
  readonly interval?: { readonly low: number; readonly high: number }
  readonly unit: Unit
  readonly better: 'lower' | 'higher'
}

/** Metrics that a person would follow over time: what users feel, what the server says of itself, what it costs. */
const FOLLOWED = ['response_time', 'first_output', 'first_text', 'first_event', 'elapsed_time', 'time_per_chunk']

/** What is worth following over time of each measured phase: judged percentiles of latencies, throughput, share of failures. */
export function measurements(summary: RunSummary): readonly Measurement[] {
  const scenario = namePart(summary.name)
  return Object.entries(summary.phases)
    .filter(([, phase]) => phase.measured)
    .flatMap(([name, phase]) => ofPhase(phase).map((one) => ({ ...one, name: `${scenario}/${namePart(name)}/${phase.mode}/${one.name}` })))
}

function ofPhase({ metrics, throughput, failureShare }: PhaseSummary): readonly Measurement[] {
  return [
    ...inOrder(FOLLOWED).flatMap((name) => {
      const metric = metrics[name]
      if (!metric) return []
      const { unit } = describe(name)
      return JUDGED_QUANTILES.map((q) => {
        const interval = metric.intervals[q]
        return { name: `${name}/${q}`, value: metric[q], ...(interval && { interval }), unit, better: 'lower' } as const
      })
    }),
    { name: 'throughput', value: throughput, unit: 'per second', better: 'higher' },
    ...(failureShare === undefined ? [] : [{ name: 'failures', value: failureShare, unit: 'ratio', better: 'lower' } as const]),
  ]
}

/** A part of such a name. */
export const namePart = (text: string): string => plain(text, 100).replace(/[\s/]+/g, '-') || 'unnamed'
