import type { CapacityBudget, CapacitySearch } from '../../core/capacity.ts'
import { type Micros, micros, SECOND } from '../../core/units.ts'
import type { Unloaded } from './capacity-events.ts'
import { GROWTH, mostTrials } from './capacity-search.ts'
import { AROUND_A_TRIAL, CEILING_TAKES, inAll, mostRuns, trialLength, UNLOADED_RUNS } from './trial-length.ts'

/** What a search takes in all. */
export interface SearchCost {
  readonly trials: number
  /** With ramp-ins and waits, in µs. */
  readonly time: number
  readonly runs: number
}

/** Votes at a level: at the most, and on average where a level is decided by the third vote as a rule. */
const VOTES = { most: 5, usual: 3.4 } as const
/** Proofs of the two ends of the bracket. */
const PROOFS = 2
/** Proofs that disagree send levels back: a search without a budget may take so many times what it takes without any. */
const SPARE = 2

/** What a search up to `top` takes where no proof disagrees: with all the votes that there can be, or with as many as there usually are. */
export function searchCost(search: CapacitySearch, top: number, unloaded: Micros, votes: keyof typeof VOTES = 'most'): SearchCost {
  const needs = { ...search, unloaded }
  const { axis, from, width } = search
  const climb: number[] = []
  for (let load = from; ; load = Math.min(top, load * GROWTH)) {
    climb.push(load)
    if (load >= top) break
  }
  const levels = (mostTrials({ axis, from, top, width }) - PROOFS) / VOTES.most
  const bisections = Math.max(0, levels - climb.length)
  const each = VOTES[votes]
  const dearest = (one: (load: number, purpose: 'level' | 'verify') => number) =>
    Math.max(
      ...climb.map((_, last) => {
        const climbed = climb.slice(0, last + 1).reduce((sum, load) => sum + each * one(load, 'level'), 0)
        const ends = [climb[Math.max(0, last - 1)]!, climb[last]!]
        const between = Math.max(...ends.map((load) => each * bisections * one(load, 'level') + PROOFS * one(load, 'verify')))
        return climbed + between
      }),
    )
  const around = AROUND_A_TRIAL + unloaded
  return {
    trials: Math.ceil(each * levels) + PROOFS,
    time: UNLOADED_RUNS * unloaded + CEILING_TAKES + dearest((load, purpose) => inAll(trialLength(load, purpose, needs)) + around),
    runs: UNLOADED_RUNS + dearest((load, purpose) => mostRuns(load, purpose, needs) + 1),
  }
}

/** The most that a search takes: it ends rather than go past any of these. */
export type MostCost = CapacityBudget & Required<Pick<CapacityBudget, 'trials' | 'time' | 'runs'>>

/** Its budget, and where that says nothing so many times what a search takes without proofs that disagree. */
export function mostCost(search: CapacitySearch, top: number, { p50, tokensPerRun }: Pick<Unloaded, 'p50' | 'tokensPerRun'>): MostCost {
  const { budget } = search
  const cost = searchCost(search, top, p50)
  const runs = Math.ceil(SPARE * cost.runs)
  return {
    trials: SPARE * cost.trials,
    time: micros(SPARE * cost.time),
    runs,
    ...(tokensPerRun > 0 && { tokens: Math.ceil(runs * tokensPerRun) }),
    ...budget,
  }
}

/** What a search usually takes, and the most that it does. */
export interface Promised {
  readonly usual: Omit<SearchCost, 'runs'> & { readonly runs: number; readonly tokens: number }
  readonly most: MostCost
}

export function promised(search: CapacitySearch, top: number, unloaded: Pick<Unloaded, 'p50' | 'tokensPerRun'>): Promised {
  const most = mostCost(search, top, unloaded)
  const usual = searchCost(search, top, unloaded.p50, 'usual')
  const tokens = usual.runs * unloaded.tokensPerRun
  return {
    usual: {
      trials: Math.min(usual.trials, most.trials),
      time: Math.min(usual.time, most.time),
      runs: Math.min(usual.runs, most.runs),
      tokens: Math.min(tokens, most.tokens ?? tokens),
    },
    most,
  }
}

/** A time that is a guess as a person would say it: up to the next minute, below two of them to the next ten seconds. */
export function roundTime(us: number): Micros {
  const unit = us < 120 * SECOND ? 10 * SECOND : 60 * SECOND
  return micros(Math.ceil(us / unit) * unit)
}
