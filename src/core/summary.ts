import type { Caveat } from './caveat.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Fate, LookUp } from './fate.ts'
import type { PhaseSummary } from './phase-summary.ts'
import type { Mode, OutcomeKind } from './sample.ts'
import type { Shard } from './shard.ts'

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
