import type { CapacityBudget } from '../../core/capacity.ts'
import { type Micros, micros, SECOND } from '../../core/units.ts'
import type { CapacityEvent, MadeTrial, Unloaded } from './capacity-events.ts'
import type { Purpose } from './capacity-search.ts'
import { tokensOf } from './made-trials.ts'
import { AROUND_A_TRIAL, inAll, mostRuns, type TrialLength, type TrialNeeds, trialLength } from './trial-length.ts'

/** What a search has taken, all its runs together, those too that were cut short. */
export interface Spent {
  /** In µs, with the waits between runs, without those between two sessions. */
  readonly time: number
  /** Of the target alone, as are the runs. */
  readonly tokens: number
  readonly runs: number
}

/** What a run of a search may take; absent where nothing bounds it. */
export interface Left {
  readonly time?: Micros
  readonly tokens?: number
  readonly runs?: number
  /** What a run costs in tokens, as far as that is known. */
  readonly tokensPerRun?: number
}

export function spentOf(events: readonly CapacityEvent[]): Spent {
  const onTarget = events.filter(({ order }) => order.purpose !== 'ceiling')
  let time = 0
  let since: number | undefined
  for (const { began, ended, resumed } of events) {
    time += (ended - (since ?? began)) * 1000
    since = resumed ? undefined : ended
  }
  return {
    time,
    tokens: onTarget.reduce((sum, { summary }) => sum + tokensOf(summary), 0),
    runs: onTarget.reduce((sum, { summary }) => sum + Object.values(summary.phases).reduce((all, { sent }) => all + sent, 0), 0),
  }
}

export function leftOf({ time, tokens, runs }: CapacityBudget, spent: Spent): Left {
  return {
    ...(time !== undefined && { time: micros(Math.max(0, time - spent.time)) }),
    ...(tokens !== undefined && { tokens: Math.max(0, tokens - spent.tokens) }),
    ...(runs !== undefined && { runs: Math.max(0, runs - spent.runs) }),
  }
}

/** Whether there is time for so much, and anything left of the rest. */
export const hasRoom = ({ time, tokens = 1, runs = 1 }: Left, us: number): boolean =>
  tokens > 0 && runs > 0 && (time === undefined || time > us)

/** A trial that may be made. */
export interface Wanted {
  readonly load: number
  readonly purpose: Purpose
  readonly length: TrialLength
}

/** Whether one more trial with what comes around it stays within the budget, by the dearest trials so far. */
export function isAffordable(
  wanted: Wanted,
  left: Left,
  { needs, unloaded, trials }: { readonly needs: TrialNeeds; readonly unloaded: Unloaded; readonly trials: readonly MadeTrial[] },
): boolean {
  const around = Math.max(AROUND_A_TRIAL + unloaded.p50, ...trials.map((trial) => aroundOf(trial, needs)))
  if (left.time !== undefined && inAll(wanted.length) + around > left.time) return false
  const runs = runsOf(wanted, needs, trials)
  if (left.runs !== undefined && runs > left.runs) return false
  return left.tokens === undefined || runs * tokensPerRun(unloaded, trials) <= left.tokens
}

/** Trials of one load differ by so much. */
const SLACK = 1.2

/** The most runs that it sends. Slots never send more for each of them than fewer slots did. */
function runsOf({ load, purpose, length }: Wanted, needs: TrialNeeds, trials: readonly MadeTrial[]): number {
  const most = mostRuns(load, purpose, needs)
  if (needs.axis === 'rate') return most
  const seen = trials.filter((trial) => trial.load <= load).map(({ phase, load: slots }) => (phase.offered * load) / slots)
  return Math.min(most, ...seen.map((perSecond) => (SLACK * perSecond * inAll(length)) / SECOND))
}

/** What a trial took beside its own length. */
const aroundOf = ({ load, purpose, spentUs, phase }: MadeTrial, needs: TrialNeeds): number => {
  const { rise, settle } = trialLength(load, purpose, needs)
  return Math.max(0, spentUs - rise - settle - (phase.endedUs - phase.beganUs))
}

/** In the dearest phase so far: what runs cost may grow with the load. */
export const tokensPerRun = (unloaded: Unloaded, trials: readonly MadeTrial[]): number =>
  Math.max(unloaded.tokensPerRun, ...trials.map(({ phase }) => phase.metrics['tokens']?.mean ?? 0))
