import type { Micros } from '../core/units.ts'
import type { Database } from './database.ts'
import type { Pace, Schedule } from './pace.ts'
import type { Profile } from './profile-schema.ts'
import type { Slots } from './slots.ts'

/** What the server sends of a run's exchange. */
export type Message =
  | { readonly kind: 'ping' }
  | { readonly kind: 'event'; readonly name: string; readonly event: object }
  /** The whole of a blocking reply, or of a refusal. */
  | { readonly kind: 'reply'; readonly status: number; readonly body: object }
  /** What no client can make sense of. */
  | { readonly kind: 'nonsense'; readonly form: 'first' | 'second' }
  /** The reply ends properly, or the connection is cut. */
  | Ending

export type Ending = { readonly kind: 'end' } | { readonly kind: 'reset'; readonly by: 'fin' | 'rst' }

/** A process that carries out runs: how many it takes at once, and the core that they share. */
export interface Process {
  readonly slots: Slots
  readonly pace: Pace
}

/** What a run needs of the model that plays it. */
export interface Stage {
  readonly profile: Profile
  readonly seed: number
  /** Carries out streaming runs. */
  readonly worker: Process
  /** Takes every request, and carries out blocking runs. */
  readonly api: Process
  /** Absent where it is endless. */
  readonly database: Database | undefined
  /** Blocking runs of the app that are under way; absent where there is no limit to them. */
  readonly activeRuns: Slots | undefined
  /** Calls `act` at the moment, or when the server thaws. */
  readonly schedule: Schedule
  /** Whole Unix seconds. */
  wall(at: Micros): number
  began(): void
}
