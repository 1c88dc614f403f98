import type { MetricSummary } from './metric-summary.ts'
import type { NodesSummary } from './nodes-summary.ts'
import type { Mode, OutcomeKind } from './sample.ts'

/** What one phase did. All counts are of exchanges intended in it. */
export interface PhaseSummary {
  readonly arm?: string
  readonly mode: Mode
  readonly measured: boolean
  readonly kind: 'open' | 'closed'
  /** In words, as the plan prints it: `10/s poisson`. */
  readonly load: string
  readonly beganUs: number
  readonly endedUs: number
  /** Exchanges that the schedule wanted, reached or not; equals `intended + notReached`. */
  readonly planned: number
  readonly notReached: number
  readonly intended: number
  readonly released: number
  /** Those whose request was written on a connection. */
  readonly sent: number
  readonly dropped: number
  readonly unfinished: number
  readonly failures: number
  /** failures / intended without interrupted and generator-fault; absent where that is 0. */
  readonly failureShare?: number
  /** The longest time that any of them was observed for, from intended, answered or not; absent where none was. */
  readonly longestObservedUs?: number
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
  /** Intended per second of the phase's length. */
  readonly offered: number
  /** Accepted exchanges finished inside the phase. */
  readonly completedInside: number
  /** Exchanges that ended inside the phase whatever their outcome, but for those that were never sent. */
  readonly endedInside: number
  /** completedInside per second of the phase's length. */
  readonly throughput: number
  readonly inFlight: { readonly mean: number; readonly max: number }
  readonly connectionsOpen: { readonly mean: number; readonly max: number }
  /** Tokens of the accepted exchanges finished inside, per second. */
  readonly tokensPerSecond: number
  /** Sums over all exchanges of the phase; tokens are a lower bound (0 for failed and stopped runs). */
  readonly totals: { readonly tokens: number; readonly steps: number; readonly bytes: number; readonly events: number }
  /** By metric name; a metric without a single number is absent. */
  readonly metrics: Readonly<Record<string, MetricSummary>>
  /** The same for each input set, where there are several. */
  readonly inputSets: Readonly<Record<string, InputSetSummary>>
  /** Where the time of accepted exchanges went; absent where none has all that is needed. */
  readonly split?: PhaseSplit
  /** Of accepted streams that opened with a ping, the share whose ping came in one read with their first event; absent where none opened so. */
  readonly startHeld?: number
  /** Replies with HTTP 500, and the median time from sent until they came; absent where there was none. */
  readonly internalErrors?: { readonly count: number; readonly p50: number }
  /** How our own event loop stood still: the longest stall in µs, and of each second the longest, added up, as a share of the phase. Absent where nobody watched. */
  readonly ownStall?: { readonly longest: number; readonly share: number }
  readonly series: PhaseSeries
  /** Of measured phases whose streams told of nodes; blocking replies never do. */
  readonly nodes?: NodesSummary
}

/**
 * Parts of an exchange's life in µs, one after another; they add up to its response time. `beforeSent`: sent − intended. Streaming goes on with
 * `firstByte` (firstByte − sent), `admission` (firstEvent − firstByte), `engine` (the server's elapsed_time) and `delivery`, which is what is
 * left: below zero where the start event came late. Blocking goes on with `outside` (service_time − elapsed_time) and `engine`.
 */
export type SplitPart = 'beforeSent' | 'firstByte' | 'admission' | 'outside' | 'engine' | 'delivery'
export type TimeSplit = Readonly<Partial<Record<SplitPart, number>>>

/** Means of the parts over a group of exchanges; they add up to the group's mean response time. */
export interface SplitMeans {
  readonly runs: number
  readonly response: number
  readonly parts: TimeSplit
  /** Mean of close_lag, which comes after the response; absent where no stream's close is known. */
  readonly closeLag?: number
}

export interface PhaseSplit {
  readonly all: SplitMeans
  /** The middle fifth by response time: a typical run. From 10 runs. */
  readonly typical?: SplitMeans
  /** The slowest twentieth. From 20 runs. */
  readonly slowest?: SplitMeans
}

export type InputSetSummary = Pick<PhaseSummary, 'intended' | 'failures' | 'failureShare' | 'metrics'> &
  Partial<Pick<PhaseSummary, 'unfinished' | 'outcomes' | 'longestObservedUs'>>

/** One entry per second of the phase, from its beginning: what the charts over time draw. */
export interface PhaseSeries {
  readonly seconds: readonly SecondSummary[]
}

export interface SecondSummary {
  /** Second of the run (from its zero), whole. */
  readonly second: number
  /** Exchanges intended in this second. */
  readonly intended: number
  /** Accepted exchanges finished in this second. */
  readonly completed: number
  /** Of response times by second of intention: exact, of accepted exchanges; absent where none. */
  readonly p50?: number
  readonly p95?: number
  readonly max?: number
  /** Mean by area. */
  readonly inFlight: number
  readonly connectionsOpen: number
  /** By second of the ending. */
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}
