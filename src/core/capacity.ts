import type { Mode } from './sample.ts'
import type { Micros } from './units.ts'

/** What a search varies: runs per second of an open phase, or slots of a closed one. */
export type CapacityAxis = 'rate' | 'concurrency'

/** How the capacity of a deployment is searched for: the scenario's `capacity`, with defaults filled in. */
export interface CapacitySettings {
  readonly axis: CapacityAxis
  /** The first load tried, above 0. */
  readonly from: number
  /** The highest load tried; absent: as high as this machine can tell. */
  readonly to?: number
  /** How far apart the ends of the bracket may lie, as a share of the lower one. */
  readonly width: number
  /** The shortest trial, without its ramp-in. */
  readonly trial: Micros
  /** Nothing is sent that would pass any of these. */
  readonly budget: CapacityBudget
}

export interface CapacityBudget {
  readonly trials?: number
  readonly time?: Micros
  readonly tokens?: number
  /** Sent to the target: `limits.runs` of the scenario. */
  readonly runs?: number
  /** A person said that none is wanted. */
  readonly waived?: true
}

/**
 * What a run of a search is for: how fast the target is with one run at a time, how much this machine can send, a vote on a load, the long proof of
 * an end of the bracket, or whether the target has come back to rest after a trial.
 */
export type CapacityPurpose = 'unloaded' | 'ceiling' | 'level' | 'verify' | 'probe'

/** One run of a search. */
export interface CapacityOrder {
  readonly purpose: CapacityPurpose
  /** In runs per second or slots, by the axis; 1 where it is no trial. */
  readonly load: number
  readonly seed: number
}

/** What a stored search was begun with. */
export interface CapacitySearch extends CapacitySettings {
  readonly mode: Mode
  /** The measured phase of the scenario that every trial is made of. */
  readonly phase: string
  /** Runs that the objectives need in each trial to be decided at all. */
  readonly runs: number
  /** Pause of a slot between two runs. */
  readonly think: Micros
  readonly seed: number
  /** Runs per second that this machine can send, where `calibrate` has measured it; else the search measures it itself. */
  readonly ceiling?: number
}
