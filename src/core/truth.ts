import type { Mode, OutcomeKind } from './sample.ts'

/** One line of the simulator's truth log. Times are whole µs of the clock that `process.hrtime` reads. */
export interface TruthLine {
  readonly n: number
  readonly mode: Mode
  /** How a client must book the exchange. */
  readonly outcome: OutcomeKind
  readonly workflow_run_id: string
  readonly task_id: string
  readonly arrived: number
  /** What left, in order: `ping`, the kind of an event, `reply`, `nonsense`, `end`, `reset`. The moment is taken right before the write. */
  readonly events: readonly { readonly kind: string; readonly at: number }[]
  /** When the client went away, where it did before the reply had ended. */
  readonly left?: number
  /** The simulator ended before the run or its exchange did. */
  readonly open?: true
}
