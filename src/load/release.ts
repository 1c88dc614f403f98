import type { Micros } from '../core/units.ts'

/** Leave to send one request. */
export interface Release {
  /** Position in the phase, from 0. Dropped releases keep theirs. */
  readonly n: number
  /** When the load model wanted the request sent. Response times count from here. */
  readonly intended: Micros
  /** Which slot sends; closed phases only. */
  readonly slot?: number
}

/** What a loop does with the releases it gives. */
export interface LoadPort {
  /** Whether one more may be under way; asked right before a release of an open phase, else it is dropped. */
  admits(): boolean
  /** Sends one request. Resolves with the moment its exchange ended, however it did; never rejects. */
  begin(release: Release): Promise<Micros>
  /** Takes note of a release that was not sent. */
  drop(release: Release): void
  /**
   * Closed phases, before each send: the intended time to send with, which is `intended` unless the slot had to wait for leave (then the
   * moment it got it, since the wait was nobody's lateness). Undefined where none may ever be sent again: budget spent, inputs exhausted.
   */
  permit(intended: Micros): Promise<Micros | undefined>
}

/** How sending in a phase ended. */
export interface PhaseEnd {
  readonly at: Micros
  /** Releases that the schedule held, where it knows a number. */
  readonly planned?: number
  readonly notReached: number
}
