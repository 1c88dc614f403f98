import type { Fate, LookUp } from './fate.ts'
import type { NodesSummary } from './nodes-summary.ts'
import type { Mode, OutcomeKind } from './sample.ts'
import type { Shard } from './shard.ts'

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

export const OVERLOAD_KINDS = [
  'connections',
  'workers',
  'worker-cpu',
  'api-connections',
  'api-cpu',
  'database-pool',
  'limit',
  'unclear',
] as const
export type OverloadKind = (typeof OVERLOAD_KINDS)[number]

/** Which overload a phase shows, read off what grew over a lighter one. */
export interface Overload {
  /** `none` where nothing grew, or where there is nothing to hold it against. */
  readonly kind: OverloadKind | 'none'
  /** The settings to check; absent where there is no overload or no knob is known for it. */
  readonly knob?: string
  /** What was seen and what follows, in whole sentences. */
  readonly because: string
  /** Where it is unclear: the kinds that come into question. */
  readonly suspects?: readonly OverloadKind[]
  /** The numbers it rests on, largest growth first. */
  readonly evidence: readonly OverloadEvidence[]
  /** Load of the lighter phase that it was held against, in words. */
  readonly against?: string
  /** Where runs themselves got slower: the node that grew most, by the median of the server's own time for it, in µs. */
  readonly node?: { readonly nodeId: string; readonly title: string; readonly lighter: number; readonly loaded: number }
}

/** What one part of a run's time was, in µs. */
export interface OverloadEvidence {
  readonly part: 'firstByte' | 'admission' | 'engine' | 'delivery' | 'outside' | 'textGap' | 'internalError'
  readonly statistic: 'p50' | 'p90'
  /** Absent where the number is telling by itself. */
  readonly lighter?: number
  readonly loaded: number
}

/** How the events of a phase's streams reached us. */
export interface Delivery {
  /** Something on the way holds them back until it has many: a proxy, or an API process that comes to them late. */
  readonly buffered: boolean
  /** The target named a proxy in front of it before the load. */
  readonly proxied: boolean
  /** Mean share of a run's events that came in one read with an earlier one. */
  readonly coalesced: number
  readonly bytesPerEvent: number
  /** Median time from one ping to the next while runs went on; absent where none lasted long enough for one. */
  readonly pingEvery?: number
  /** The same in whole sentences. */
  readonly text: string
}

/** What the numbers of one measured phase say of the target. */
export interface Diagnosis {
  readonly overload: Overload
  /** Only for streams. */
  readonly delivery?: Delivery
}

export const CAVEAT_KINDS = [
  'generator-late',
  'late-beside',
  'suspended',
  'clock',
  'books',
  'generator-fault',
  'loop-stalled',
  'generator-busy',
  'sends-dropped',
  'few-samples',
  'not-steady',
  'input-repeated',
  'work-differs',
  'stale-connections',
  'connections-linger',
  'throttled',
  'new-users',
  'budget',
  'interrupted',
  'incomplete',
  'insecure',
  'outputs-recorded',
  'may-still-run',
  'shards-apart',
] as const
export type CaveatKind = (typeof CAVEAT_KINDS)[number]

/** A reason to doubt the numbers: what is wrong, what it does to them, what to do. Whole sentences. */
export interface Caveat {
  readonly kind: CaveatKind
  readonly text: string
  /** True where it makes the run invalid. */
  readonly invalidates: boolean
  /** Where it concerns one phase. */
  readonly phase?: string
}

export type ObjectiveVerdict = 'held' | 'held-not-proven' | 'missed' | 'undecided'

export interface ObjectiveResult {
  /** As the user wrote it. */
  readonly text: string
  readonly verdict: ObjectiveVerdict
  /** What was measured, in the unit of its limit (µs, share, per second); absent where nothing was. */
  readonly value?: number
  readonly low?: number
  readonly high?: number
  readonly limit: number
  /** The sentence for the report: why, with numbers and units. */
  readonly explanation: string
  /** The phase decided worst, where the objective names none. */
  readonly phase?: string
  /** True where it is missed counted from `sent` too, or is on failures: a miss that a late generator cannot explain. */
  readonly missedFromSent?: boolean
}

/** An exchange named in the report's lists. */
export interface NotableExchange {
  readonly seq: number
  readonly phase: string
  readonly mode: Mode
  readonly inputSet: string
  readonly outcome: OutcomeKind
  readonly detail?: string
  readonly intendedUs: number
  readonly responseUs?: number
  readonly elapsedUs?: number
  readonly workflowRunId?: string
  readonly taskId?: string
}

/** A machine's share in a run that was put together. */
export interface MergedShard {
  readonly shard: number
  /** Its own run's id. */
  readonly run: string
  /** Its zero after that of the earliest, by the machines' own wall clocks, in µs. */
  readonly offsetUs: number
}

/** `run.json`: all that is concluded of a run. Times in µs. */
export interface RunSummary {
  readonly schema: 1
  readonly run: string
  readonly name: string
  readonly status: 'whole' | 'interrupted' | 'incomplete'
  readonly exitCode: number
  /** One sentence that names every code that applies. */
  readonly exitReason: string
  readonly valid: boolean
  readonly start: string
  readonly durationUs: number
  readonly planHash: string
  readonly seed: number
  /** This is one machine's share of the plan: its objectives are those of the whole and not judged here. */
  readonly shard?: Shard
  /** Put together from these; absent where one machine sent all. */
  readonly shards?: readonly MergedShard[]
  readonly caveats: readonly Caveat[]
  readonly objectives: readonly ObjectiveResult[]
  readonly phases: Readonly<Record<string, PhaseSummary>>
  /** By name of the measured phase. */
  readonly diagnoses: Readonly<Record<string, Diagnosis>>
  /** At most 20, longest response time first, over measured phases. */
  readonly slowest: readonly NotableExchange[]
  /** Groups of failures that share outcome and detail, most frequent first; at most 50. */
  readonly failures: readonly {
    readonly outcome: OutcomeKind
    readonly detail?: string
    readonly count: number
    readonly examples: readonly NotableExchange[]
  }[]
  /** Runs given up and what came of stopping them. */
  readonly givenUp: {
    readonly stopped: number
    readonly stopFailed: number
    readonly noTaskId: number
    readonly blocking: number
  }
  readonly reconciled: Reconciled
}

/** What became of exchanges that had reached the server and whose end was not heard. None of it is in any other number but a budget of tokens. */
export interface Reconciled {
  readonly lost: number
  /** How far they were looked up; `needless` where none was lost, `never` where flowbench was killed first. */
  readonly lookUp: LookUp | 'needless' | 'never'
  /** How many came to what; adds up to `lost`. */
  readonly fates: Readonly<Partial<Record<Fate, number>>>
  /** Where the ids of some were never heard and the logs were read, at least in part. */
  readonly inLogs?: {
    /** `shared` where others may run as the same user. */
    readonly user: 'own' | 'shared'
    /** Lost exchanges without an id. */
    readonly nameless: number
    /** Runs in the user's logs, since this run began, that no exchange knows as its own; more than `nameless` where others run as it. */
    readonly runs: number
    readonly fates: Readonly<Partial<Record<Fate, number>>>
  }
  /** The server's own time for them, in sum, as far as it told. */
  readonly elapsedUs: number
  readonly tokens: {
    readonly reported: number
    /** Of runs that failed or were stopped (the server then reports 0), or whose end is not known. */
    readonly estimated: number
    readonly estimatedRuns: number
    /** Runs for which there is nothing to estimate by. */
    readonly unpricedRuns: number
  }
  /** Those that may go on: running by the server's word, those of which it told nothing, those that may wait in its queue. */
  readonly mayStillRun: {
    readonly running: number
    readonly untold: number
    readonly waiting: number
    /** Of all three, blocking ones, which cannot be stopped. */
    readonly blocking: number
    /** Of the running and the untold, as far as known; at most 1000. */
    readonly ids: readonly string[]
  }
}
