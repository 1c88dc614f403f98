import type { CapacityOrder } from '../../core/capacity.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { RunSummary } from '../../core/summary.ts'
import type { Micros } from '../../core/units.ts'
import type { Trial } from './capacity-search.ts'

/** A run of a search that has ended. */
export interface CapacityEvent {
  readonly run: string
  readonly order: CapacityOrder
  readonly summary: RunSummary
  /** Wall-clock time in ms. */
  readonly began: number
  readonly ended: number
  /** The search ended or was stopped after it, and goes on by `--resume`: what ended it then does not end it again. */
  readonly resumed?: true
}

/** A trial with what it showed. */
export interface MadeTrial extends Trial {
  readonly run: string
  readonly began: number
  readonly because: string
  /** What it was missed by: an objective as written, or in a word what piled up. */
  readonly limitedBy?: string
  readonly phase: PhaseSummary
  /** From the first send of its ramp-in to the end of its cool-down. */
  readonly spentUs: number
  readonly tokens: number
}

/** One run at a time: how fast the target is with nothing else to do. */
export interface Unloaded {
  readonly p50: Micros
  readonly tokensPerRun: number
  readonly phase: PhaseSummary
}
