import type { Caveat } from './caveat.ts'
import type { LookUp, StoredRun } from './fate.ts'
import type { Sample, StopResult } from './sample.ts'
import type { MergedShard } from './summary.ts'
import type { Micros } from './units.ts'

/** First line of `samples.jsonl`. */
export interface LogHeader {
  readonly schema: 'flowbench-samples'
  readonly version: 1
  /** The plan's hash. */
  readonly plan: string
  /** The run's id. */
  readonly run: string
  /** Wall-clock time of the run's zero, ISO 8601 in UTC. */
  readonly start: string
}

/**
 * Any further line of `samples.jsonl`, told apart by its first key. Times are µs from the run's zero.
 * Everything that is ever said of a run is derived from these lines, so that a report made again is the same report.
 */
export type LogLine =
  /** An exchange was released; where no `sample` follows, the run died with it under way. */
  | {
      readonly open: number
      readonly phase: string
      readonly n: number
      readonly inputSet: string
      readonly at: Micros
      readonly intended: Micros
    }
  /** An exchange has ended. `closed` in its marks only where the stream was closed by then. */
  | { readonly sample: Sample }
  /** The stream of an exchange that had already ended closed; `cut` where we closed it. */
  | { readonly closed: number; readonly at: Micros; readonly cut?: boolean }
  | { readonly connected: number; readonly at: Micros }
  | { readonly disconnected: number; readonly at: Micros }
  /** An exchange was given up; what came of stopping its run on the server. */
  | { readonly stop: number; readonly result: StopResult; readonly workflowRunId?: string }
  | { readonly phaseBegan: string; readonly at: Micros }
  /** `planned` is absent where the load model knows no number in advance. */
  | { readonly phaseEnded: string; readonly at: Micros; readonly planned?: number; readonly notReached: number }
  /** Something a reader should know, with whether it asks for belief to be withheld: budget reached, key revoked, signal. */
  | { readonly note: RunNote; readonly at: Micros; readonly text: string }
  /** The run came to its end by itself or by a first signal; only what was looked up afterwards follows. */
  | { readonly end: RunStatus; readonly at: Micros; readonly signal?: string; readonly stoppedBecause?: 'key' | 'unreachable' }
  /** What the server had stored of a run whose end was not heard; where it did not tell, why. */
  | { readonly fate: number; readonly at: Micros; readonly stored?: StoredRun; readonly unanswered?: string }
  /** A run, by its id, in the server's log of a user as whom runs were lost. */
  | { readonly logged: string; readonly at: Micros; readonly stored: StoredRun }
  /** How far looking up came: the last line where any run was lost. */
  | { readonly lookedUp: LookUp; readonly at: Micros }

export type RunNote = 'budget-warning' | 'budget-reached' | 'inputs-exhausted' | 'signal' | 'stopped' | 'write-failed' | 'looking-up'
export type RunStatus = 'whole' | 'interrupted'

/** One line of `machine.jsonl`: what the second before `at` was like on the generator's machine. */
export interface MachineSecond {
  readonly at: Micros
  /** Number of the machine, in a run that was put together from several. */
  readonly shard?: number
  /** Delay of our event loop beyond its sampling step. */
  readonly loop: { readonly p50: Micros; readonly p99: Micros; readonly max: Micros }
  /** CPU of this process as a share of one core. */
  readonly cpu: number
  /** CPU left idle on the whole machine as a share of all cores, our own simulator's counted as idle; absent where the system does not tell. */
  readonly machineIdle?: number
  readonly gc: { readonly count: number; readonly total: Micros; readonly longest: Micros }
  readonly inFlight: number
  readonly connectionsOpen: number
  /** Wall clock minus monotonic clock, against what it was at the run's zero. */
  readonly clockOffset: Micros
}

/** What is known of machine and software, for the report's last section. */
export interface Environment {
  readonly flowbench: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly libraries: Readonly<Record<string, string>>
  /** Names of a CI system and of variables that matter (proxy settings seen and ignored). */
  readonly ci?: string
  readonly commit?: string
}

/** What a run that was put together keeps of each machine's own run. */
export interface ShardRecord extends MergedShard {
  readonly environment: Environment
  /** Those that only the machine itself could find; all that concern the target are found again in the whole. */
  readonly caveats: readonly Caveat[]
  /** When each phase began there, on the clock of the whole, by its name. */
  readonly began: Readonly<Record<string, number>>
}
