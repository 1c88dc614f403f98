import type { CapacityAxis, CapacityPurpose, CapacitySettings } from './capacity.ts'
import type { OverloadKind } from './diagnosis.ts'
import type { Concluded } from './experiment.ts'
import type { Mode } from './sample.ts'

/**
 * Why a search is over: the bracket is found and proven; the highest load asked for held; this machine can send no more; not even the lowest load
 * held, or not one run succeeded; a budget was spent; the target refused by a limit, or did not come back to rest; this machine spoiled too many
 * trials in a row; it was stopped and goes on with --resume.
 */
export type CapacityStop =
  | 'found'
  | 'top-held'
  | 'ceiling'
  | 'lowest-missed'
  | 'unanswered'
  | 'budget'
  | 'throttled'
  | 'stuck'
  | 'generator'
  | 'unfinished'

/** One trial, in the order in which they were made. Times in µs. */
export interface CapacityTrial {
  /** Its id, the name of its folder. */
  readonly run: string
  readonly load: number
  readonly purpose: Extract<CapacityPurpose, 'level' | 'verify'>
  readonly finding: 'held' | 'missed' | 'spoiled' | 'throttled' | 'stuck'
  /** In whole sentences. */
  readonly because: string
  /** Wall-clock time, ISO 8601 in UTC. */
  readonly began: string
  /** With ramp-in and cool-down. */
  readonly seconds: number
  readonly measuredSeconds: number
  readonly exchanges: number
  readonly failures: number
  readonly tokens: number
  readonly offered: number
  readonly throughput: number
  readonly inFlight: number
  readonly connectionsOpen: number
  /** Of accepted runs; absent where there was none. */
  readonly responseP50?: number
  readonly responseP95?: number
}

/** One load with its votes. */
export interface CapacityLevel {
  readonly load: number
  /** Decided by the majority of its votes or by its proofs; absent where neither has decided. */
  readonly verdict?: 'held' | 'missed'
  /** Trials that held, and all that counted, proofs too. */
  readonly held: number
  readonly trials: number
  /** A verifying trial agreed. */
  readonly proven: boolean
}

/** Where runs in flight were, in means of a trial, by Little's law. */
export interface LittleSplit {
  readonly load: number
  readonly inFlight: number
  /** Throughput × mean response time: what the law says is in flight. */
  readonly byLaw: number
  /** Throughput × mean elapsed_time. */
  readonly inside: number
  /** The rest: queues, network, proxy. */
  readonly outside: number
}

export interface Between {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** The Universal Scalability Law fitted over runs in flight; intervals of 95 % by drawing the residuals anew. */
export interface ScalingFit {
  /** Throughput of one run at a time, contention, coherency. */
  readonly gamma: Between
  readonly alpha: Between
  readonly beta: Between
  /**
   * Runs in flight beyond which throughput falls, with the interval of that, and the throughput there; absent where the interval does not lie within the
   * data, or where throughput was not seen to fall.
   */
  readonly peak?: { readonly inFlight: number; readonly low: number; readonly high: number; readonly throughput: number }
  /** How far the law is from the level that it fits worst (median of its trials), as a share of what was measured. */
  readonly misfit: number
  readonly points: readonly { readonly inFlight: number; readonly throughput: number }[]
  /** The band of the fitted throughput, from 1 to twice the largest point. */
  readonly band: readonly { readonly inFlight: number; readonly low: number; readonly fit: number; readonly high: number }[]
}

/** What a share of the verified load comes to. */
export interface Headroom {
  /** Of the verified load. */
  readonly utilisation: number
  readonly load: number
  /** Of runs, where the load is a rate or its throughput is known. */
  readonly perHour?: number
}

/** How far an objective was from its limit. */
export interface Margin {
  readonly objective: string
  readonly value: number
  readonly limit: number
  readonly margin: number
  /** Its interval within that trial lies on the right side of the limit too. */
  readonly proven: boolean
  /** Where it does not, the end of the interval beyond the limit; absent where it has no interval. */
  readonly bound?: number
}

/** `capacity.json`: all that is concluded of a search. Loads in runs per second or slots, by the axis. */
export interface CapacitySummary extends Concluded {
  readonly schema: 1
  readonly mode: Mode
  readonly axis: CapacityAxis
  readonly unit: 'runs per second' | 'slots'
  /** The highest load that a long trial held too; null where none did. */
  readonly verified: number | null
  /** The bracket: the highest level that held, and the lowest above it that was missed. */
  readonly lower: number | null
  readonly upper: number | null
  /** How long the verified load was held in one trial; 0 where none was. */
  readonly heldSeconds: number
  /** What the upper end was missed by most often: an objective as written, `completions` or `in flight`. */
  readonly limitedBy: string | null
  readonly overload: { readonly kind: OverloadKind; readonly knob: string; readonly because: string } | null
  readonly levels: readonly CapacityLevel[]
  /** How many were made. */
  readonly trials: number
  /** Of the whole search. */
  readonly tokens: number
  readonly stopped: CapacityStop
  /** The answer in whole sentences, the most important first. */
  readonly sentences: readonly string[]
  /** At the verified load, or at the highest that held. */
  readonly throughput: number | null
  readonly perHour: number | null
  readonly tokensPerMinute: number | null
  /** How far each objective was from its limit in the trial that held the verified load: as a share of the limit, the nearest first. */
  readonly margins: readonly Margin[]
  /** The node that got slower first, and by how much over the unloaded runs; null where none did or none is known. */
  readonly firstNode: { readonly nodeId: string; readonly title: string; readonly load: number; readonly inflation: number } | null
  readonly headroom: readonly Headroom[]
  readonly little: readonly LittleSplit[]
  readonly scaling: ScalingFit | null
  readonly replicas: readonly { readonly replicas: number; readonly linear: number; readonly low: number }[]
  /** Objectives that trials were judged by, and those that say nothing of a trial. */
  readonly objectives: readonly string[]
  /** In µs; null before it was measured. */
  readonly unloaded: { readonly p50: number; readonly tokensPerRun: number } | null
  /** Runs per second that this machine could send to a simulator that takes no time. */
  readonly generatorCeiling: number | null
  /** The highest load that the search could try. */
  readonly top: number | null
  /** With the seed that the seeds of all its runs are drawn from. */
  readonly settings: CapacitySettings & { readonly seed: number }
  readonly seconds: number
  readonly trialList: readonly CapacityTrial[]
  readonly notes: readonly string[]
}
