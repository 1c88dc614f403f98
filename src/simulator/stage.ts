import type { Cancel } from '../core/clock.ts'
import type { Micros } from '../core/units.ts'
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
  | { readonly kind: 'end' }
  | { readonly kind: 'reset'; readonly by: 'fin' | 'rst' }

/** What a run needs of the model that plays it. */
export interface Stage {
  readonly profile: Profile
  readonly seed: number
  readonly workers: Slots
  readonly api: Slots
  /** Calls `act` at the moment, or when the server thaws. */
  schedule(at: Micros, act: (at: Micros) => void): Cancel
  /** The moment at which that will be. */
  due(at: Micros): Micros
  /** Whole Unix seconds. */
  wall(at: Micros): number
  began(): void
}
