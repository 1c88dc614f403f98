import type { Micros } from './units.ts'

/** Takes a timer back; nothing happens where it has fired. */
export type Cancel = () => void

/** The only source of time in the harness. Tests pass a virtual one. */
export interface Clock {
  /** Time since the run's zero. Never goes back. */
  now(): Micros
  /** Resolves at `at` or a little after, at once if that has passed; never before. Rejects with `signal.reason` when aborted. */
  sleepUntil(at: Micros, signal?: AbortSignal): Promise<void>
  /** Calls `wake` once, at `at` or a little after, never before and never from inside this call. For deadlines: coarser than `sleepUntil`. */
  at(at: Micros, wake: () => void): Cancel
}
