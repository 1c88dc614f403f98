/** `atLeast`: the value is a lower bound, since it falls among exchanges without an answer. */
export interface AnsweredWithin {
  readonly value: number
  readonly atLeast: boolean
  /** Within this run; an end that falls among the unanswered is absent, as is the whole where none exists at this many exchanges. */
  readonly interval?: { readonly low?: number; readonly high?: number }
}

export const QUANTILES = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 } as const
export type QuantileName = keyof typeof QUANTILES
/** Those that carry an interval and, for latencies, an answered-within twin. */
export const JUDGED_QUANTILES = ['p50', 'p90', 'p95', 'p99'] as const
export type JudgedQuantile = (typeof JUDGED_QUANTILES)[number]

/** The distribution of one metric over the accepted exchanges of a phase, in the metric's unit. */
export type MetricSummary = {
  /** Numbers recorded. */
  readonly count: number
  /** Intended exchanges (statistics' exceptions left out) without this number or not accepted. */
  readonly unanswered: number
  readonly mean: number
  readonly min: number
  readonly max: number
  /** Within this run; absent where none exists at this many samples. */
  readonly intervals: Readonly<Partial<Record<QuantileName, { readonly low: number; readonly high: number }>>>
  /** Answered-within; only for latencies. */
  readonly ofAll?: Readonly<Record<JudgedQuantile, AnsweredWithin>>
  /** The sample size that the intervals count with, after autocorrelation. */
  readonly effectiveCount: number
  /** A percentile curve for the chart: [1/(1 − p), value], ascending. */
  readonly curve: readonly (readonly [number, number])[]
} & Readonly<Record<QuantileName, number>>
