import type { PlannedFile } from './file.ts'
import type { Mode, OutcomeKind } from './sample.ts'
import type { Shard } from './shard.ts'
import type { Micros, PerSecond } from './units.ts'

/** A scenario checked, defaulted, seeded and hashed: exactly what will run. Immutable, serialisable; secrets are not in it. */
export interface Plan {
  readonly schema: 1
  readonly name: string
  /** Which of the scenario's arms this is; absent where it has none, or none was asked for. */
  readonly arm?: string
  readonly description?: string
  /** Which machine's share of it is sent here; absent where this machine sends all. Everything else is the plan of the whole. */
  readonly shard?: Shard
  readonly target: TargetPlan
  /** The API's `user`, a template. */
  readonly user: string
  readonly inputs: readonly InputSet[]
  readonly phases: readonly Phase[]
  readonly limits: Limits
  /** Outcomes besides `succeeded` that are no failure. */
  readonly accept: readonly OutcomeKind[]
  readonly record: readonly 'outputs'[]
  /** As written; an objective on failures is always among them, the default one marked. */
  readonly objectives: readonly { readonly text: string; readonly isDefault?: boolean }[]
  /** Objectives must hold by their interval's bound. */
  readonly strict: boolean
  readonly nodes: 'stream' | 'detail'
  readonly caveats: CaveatLimits
  /** Of a run within a comparison: the figures that it is judged by, as `judge.primary` names them, the one that decides first. */
  readonly compared?: readonly string[]
  readonly seed: number
  /** SHA-256 over everything that decides what is sent and judged (not name, arm, description, compared, seed). */
  readonly hash: string
}

export type TargetPlan = {
  /** The API base as Dify shows it, without a slash at the end; absent with `simulator` until its process has said where it listens. */
  readonly url?: string
  /** Profile name or file of the built-in simulator. */
  readonly simulator?: string
  /** A published version to run in place of the current one: a UUID in lower case. */
  readonly workflowId?: string
  readonly connections: 'auto' | 'reuse' | 'fresh'
  /** Its answer before the load named a proxy in front of it; absent where it named none. */
  readonly proxied?: true
  /** Every exchange carries a trace id of its own, with or without the wish that the server record it; absent: none is sent. */
  readonly trace?: 'unsampled' | 'sampled'
  readonly headers: Readonly<Record<string, string>>
  /** Absolute path of a PEM file. */
  readonly ca?: string
  readonly insecure: boolean
  readonly allow: readonly string[]
  readonly sharedCloudAllowed: boolean
}

/** A named source of inputs. Rows are already read; strings may hold templates. */
export interface InputSet {
  readonly name: string
  readonly weight: number
  /** Without `values` each row is the inputs itself; with it, `values` may use `{{row.column}}`. */
  readonly values?: Readonly<Record<string, unknown>>
  readonly rows?: readonly Readonly<Record<string, unknown>>[]
  /** By variable, as written: one file, or a list. */
  readonly files?: Readonly<Record<string, PlannedFile | readonly PlannedFile[]>>
  /** The request's own files, beside its inputs. */
  readonly requestFiles?: readonly PlannedFile[]
  readonly order: 'sequential' | 'shuffled' | 'random'
  readonly whenExhausted: 'repeat' | 'stop'
}

export type Arrivals = 'constant' | 'poisson'

interface PhaseCommon {
  readonly name: string
  readonly mode: Mode
  /** False for a warm-up: in no statistic. */
  readonly measured: boolean
  /** Drain before the next phase. */
  readonly settle: boolean
}

/** Sends by schedule; a ramp where `from` and `to` differ. */
export interface OpenPhase extends PhaseCommon {
  readonly kind: 'open'
  readonly from: PerSecond
  readonly to: PerSecond
  readonly arrivals: Arrivals
  readonly length: Micros
}

/** Sends when a slot is free; a ramp where `from` and `to` differ. Ends after `length` or once `runs` runs have ended, whichever is given. */
export interface ClosedPhase extends PhaseCommon {
  readonly kind: 'closed'
  readonly from: number
  readonly to: number
  readonly think: Micros
  readonly length?: Micros
  readonly runs?: number
}

export type Phase = OpenPhase | ClosedPhase

export interface Limits {
  readonly inFlight: number
  readonly connect: Micros
  readonly firstEvent: Micros
  readonly idle: Micros
  readonly timeout: { readonly blocking: Micros; readonly streaming: Micros }
  readonly linger: Micros
  readonly drain: Micros
  readonly tokens?: number
  /** What a run is known to cost; where it is not, few are under way until some have ended. */
  readonly tokensPerRun?: number
  readonly runs?: number
}

/** Where the instrument begins to doubt itself. */
export interface CaveatLimits {
  /** schedule_lag p99 above this, and above 5 % of a judged p50. */
  readonly generatorLate: Micros
  /** A gap in our own loop. */
  readonly suspended: Micros
  /** Wall and monotonic clock apart. */
  readonly clockDrift: Micros
  /** Event-loop delay p99. */
  readonly loopDelay: Micros
  /** Any single stall of the event loop. */
  readonly loopStall: Micros
  /** Share of one core. */
  readonly ownCpu: number
  /** Share of reused connections found closed. */
  readonly staleConnections: number
}
