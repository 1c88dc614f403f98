import { type Micros, micros } from '../core/units.ts'

/** A server that stands still for a while, again and again. */
export interface Freeze {
  /** From the first run request to the first freeze. */
  readonly first: Micros
  /** From the beginning of one freeze to the beginning of the next. */
  readonly every: Micros
  readonly lasts: Micros
}

/** The moment at which a process frozen like this does what was due at `at`, the first run request having come at `zero`. */
export function thawed(freeze: Freeze, zero: Micros, at: Micros): Micros {
  const since = at - zero - freeze.first
  if (since < 0) return at
  const into = since % freeze.every
  return into < freeze.lasts ? micros(at - into + freeze.lasts) : at
}
