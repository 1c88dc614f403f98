import type { Mode, OutcomeKind } from '../core/sample.ts'
import type { Micros } from '../core/units.ts'
import type { RunIdentity } from './events.ts'
import type { Play } from './profile-schema.ts'
import type { Result } from './script.ts'

/** What the server knows of one run; it grows while the run goes on. Times on the model's clock. */
export interface RunRecord {
  readonly n: number
  readonly mode: Mode
  readonly play: Play
  readonly identity: RunIdentity
  readonly arrived: Micros
  /** How a client must book the exchange. A stop by a person or a full queue changes it. */
  outcome: OutcomeKind
  /** `waiting` for a slot, `running`, `over`; `lost` with its worker: it will stay as it is. */
  state: 'waiting' | 'running' | 'over' | 'lost'
  /** When the worker said so. */
  started?: Micros
  finished?: Micros
  /** When its client went away, where it did before the reply had ended. */
  left?: Micros
  result?: Result
}
