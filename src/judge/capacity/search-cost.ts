import type { CapacitySearch } from '../../core/capacity.ts'
import type { Micros } from '../../core/units.ts'
import { worstCase } from './capacity-search.ts'
import { inAll, mostRuns, trialLength } from './trial-length.ts'

/** The most that a search can take, of which it is known before it begins. Its budget is not in it. */
export interface SearchCost {
  readonly trials: number
  /** Of its trials with their ramp-ins, without the waits between them, in µs. */
  readonly time: number
  readonly runs: number
}

/** By this factor the climb goes up. */
const GROWTH = 2
/** Votes at a level, at the most. */
const VOTES = 5
/** Proofs of the two ends of the bracket. */
const PROOFS = 2

/** What a search up to `top` takes where every level needs all its votes, the bracket lies where that is dearest, and no proof disagrees. */
export function searchCost(search: CapacitySearch, top: number, unloaded: Micros): SearchCost {
  const needs = { ...search, unloaded }
  const { axis, from, width } = search
  const climb: number[] = []
  for (let load = from; ; load = Math.min(top, load * GROWTH)) {
    climb.push(load)
    if (load >= top) break
  }
  const { trials } = worstCase({ axis, from, top, width })
  const bisections = Math.max(0, (trials - PROOFS) / VOTES - climb.length)
  const dearest = (one: (load: number, purpose: 'level' | 'verify') => number) =>
    Math.max(
      ...climb.map((_, last) => {
        const climbed = climb.slice(0, last + 1).reduce((sum, load) => sum + VOTES * one(load, 'level'), 0)
        const ends = [climb[Math.max(0, last - 1)]!, climb[last]!]
        const between = Math.max(...ends.map((load) => VOTES * bisections * one(load, 'level') + PROOFS * one(load, 'verify')))
        return climbed + between
      }),
    )
  return {
    trials,
    time: dearest((load, purpose) => inAll(trialLength(load, purpose, needs))),
    runs: dearest((load, purpose) => mostRuns(load, purpose, needs)),
  }
}
