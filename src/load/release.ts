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

/** What a loop gives its releases to. */
export interface LoadPort {
  /**
   * Sends one request at once and gives the moment its exchange ends, however it does; never rejects. Or `dropped`: not sent, and booked so.
   * Or `over`: neither sent nor booked, and none may be any more (budget spent, inputs exhausted). Or, closed phases only, `wait`: neither
   * sent nor booked; ask for leave again.
   */
  offer(release: Release): Promise<Micros> | 'dropped' | 'wait' | 'over'
  /**
   * Closed phases, before each send: the intended time to send with, which is `intended` unless the slot had to wait for leave (then the
   * moment it got it, since the wait was nobody's lateness). Undefined where none may be sent any more.
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
