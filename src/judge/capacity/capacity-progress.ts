import type { CapacityOrder, CapacityPurpose, CapacitySearch } from '../../core/capacity.ts'
import { keyed, wholeBetween } from '../../core/random.ts'
import { SECOND } from '../../core/units.ts'
import type { CapacityEvent, MadeTrial, Unloaded } from './capacity-events.ts'
import { bracketOf, levelsOf, nextStep, type SearchEnd, type SearchSettings } from './capacity-search.ts'
import { type MadeTrials, madeTrials } from './made-trials.ts'
import { hasRoom, isAffordable, type Left, leftOf, type Spent, spentOf, tokensPerRun } from './search-budget.ts'
import { type MostCost, type Promised, promised } from './search-cost.ts'
import { CEILING_TAKES, type TrialLength, type TrialNeeds, trialLength } from './trial-length.ts'
import { unloadedIn } from './unloaded.ts'

/** `unanswered`: not even one run at a time succeeded. `ceiling`: this machine cannot send more, or not even the lowest load. */
export type CapacityEnd = SearchEnd | 'ceiling' | 'unanswered'

export type CapacityNext =
  | {
      readonly kind: 'run'
      readonly order: CapacityOrder
      readonly length?: TrialLength
      /** What it may take of the budget. */
      readonly left: Left
    }
  | {
      readonly kind: 'over'
      readonly end: CapacityEnd
      /** Where the trials do not say it. */
      readonly because?: string
    }

export interface CapacityProgress {
  /** All that was taken so far. */
  readonly spent: Spent
  readonly unloaded?: Unloaded
  /** Runs per second that this machine can send. */
  readonly ceiling?: number
  /** The bounds of the search, once they are known. */
  readonly settings?: SearchSettings
  readonly needs?: TrialNeeds
  /** What the search takes in all, as far as is known before the first trial. */
  readonly promised?: Promised
  readonly trials: readonly MadeTrial[]
  /** The bracket so far. */
  readonly lower?: number
  readonly upper?: number
  readonly verified?: number
  readonly next: CapacityNext
}

/** No more than this share of what this machine can send: beyond it its own lateness would be the target's. */
export const CEILING_SHARE = 0.5
/** What this machine can send is measured anew where it spoiled that, so many times in all. */
const CEILING_TRIES = 3

/** Where a search stands after the runs that have ended, and what comes next: a function of them alone. Runs cut short are no trials, but are paid for. */
export function follow(search: CapacitySearch, events: readonly CapacityEvent[]): CapacityProgress {
  const whole = wholeOf(events)
  const spent = spentOf(events)
  const run = runner(search, events, leftOf(search.budget, spent))
  const begun = { spent, trials: [] }
  const unloaded = unloadedIn(whole, search.phase)
  if (!unloaded) return { ...begun, next: run('unloaded', { takes: 0 }) }
  if ('end' in unloaded) return { ...begun, next: { kind: 'over', ...unloaded } }
  const ceiling = search.ceiling ?? ownCeiling(whole, search.phase)
  if (ceiling === undefined) return { ...begun, unloaded, next: run('ceiling', { takes: CEILING_TAKES }) }
  const needs = { ...search, unloaded: unloaded.p50 }
  const made = madeTrials(whole, { phase: search.phase, unloaded })
  const first = topOf(ceiling, needs, [])
  const known = { ...begun, unloaded, ceiling, needs }
  if (first < search.from) return { ...known, next: { kind: 'over', end: 'ceiling' } }
  const told = promised(search, Math.min(search.to ?? Number.POSITIVE_INFINITY, first), unloaded)
  return { ...known, promised: told, ...afterTrials(search, made, { ...known, most: told.most, run }) }
}

/** The runs that came to their end. Where the search was gone on with after one that did not, it was so after the last that did. */
function wholeOf(events: readonly CapacityEvent[]): readonly CapacityEvent[] {
  const whole: CapacityEvent[] = []
  for (const event of events) {
    const last = whole.at(-1)
    if (event.summary.status === 'whole') whole.push(event)
    else if (event.resumed && last) whole[whole.length - 1] = { ...last, resumed: true }
  }
  return whole
}

const SPENT: CapacityNext = { kind: 'over', end: 'budget' }
const AT_THE_MOST: CapacityNext = { ...SPENT, because: 'The search has come to the most that it said it would take' }

type Runner = (
  purpose: CapacityPurpose,
  over: { readonly takes: number; readonly load?: number; readonly length?: TrialLength; readonly tokensPerRun?: number },
) => CapacityNext

/** Orders the next run, or ends the search where there is no time for what it takes (in µs) or nothing left of the rest. */
function runner(search: CapacitySearch, events: readonly CapacityEvent[], left: Left): Runner {
  return (purpose, { takes, load = 1, length, tokensPerRun }) =>
    hasRoom(left, takes)
      ? {
          kind: 'run',
          order: { purpose, load, seed: wholeBetween(keyed(search.seed, 'capacity', events.length), 1, 2 ** 31 - 1) },
          ...(length && { length }),
          left: { ...left, ...(tokensPerRun !== undefined && { tokensPerRun }) },
        }
      : SPENT
}

interface Known {
  readonly spent: Spent
  readonly unloaded: Unloaded
  readonly ceiling: number
  readonly needs: TrialNeeds
  readonly most: MostCost
  readonly run: Runner
}

function afterTrials(
  search: CapacitySearch,
  { trials, open, cut }: MadeTrials,
  { spent, unloaded, ceiling, needs, most, run }: Known,
): Pick<CapacityProgress, 'settings' | 'trials' | 'lower' | 'upper' | 'verified' | 'next'> {
  const { axis, from, to, width } = search
  const bound = topOf(ceiling, needs, trials)
  const settings: SearchSettings = {
    axis,
    from,
    top: Math.min(to ?? Number.POSITIVE_INFINITY, bound),
    width,
    budget: { trials: most.trials },
  }
  const found = { settings, trials, ...bracketOf(levelsOf(trials)), ...sureOf(trials, settings) }
  const perRun = { tokensPerRun: tokensPerRun(unloaded, trials) }
  if (cut !== undefined) return { ...found, next: { kind: 'over', end: 'budget', because: cut } }
  if (open) return { ...found, next: run('probe', { takes: 0, ...perRun }) }
  const step = nextStep(trials, settings)
  if (step.kind === 'over') {
    const atBound = step.end === 'top-held' && !(to !== undefined && to <= bound)
    const verified = step.verified === undefined ? {} : { verified: step.verified }
    if (step.end === 'budget') return { ...found, ...verified, next: search.budget.trials === undefined ? AT_THE_MOST : SPENT }
    return { ...found, ...verified, next: { kind: 'over', end: atBound ? 'ceiling' : step.end } }
  }
  const { load, purpose } = step
  const length = trialLength(load, purpose, { ...needs, seen: seenBelow(load, trials) })
  const spends = { needs, unloaded, trials }
  const wanted = { load, purpose, length }
  const over = isAffordable(wanted, leftOf(search.budget, spent), spends) ? AT_THE_MOST : SPENT
  const next = isAffordable(wanted, leftOf(most, spent), spends) ? run(purpose, { takes: 0, load, length, ...perRun }) : over
  return { ...found, next }
}

/** The lower end that is proven already, should the search end here, for want of budget or by Ctrl-C. */
function sureOf(trials: readonly MadeTrial[], settings: SearchSettings): { readonly verified?: number } {
  const { lower } = bracketOf(levelsOf(trials))
  const step = nextStep(trials, { ...settings, budget: { trials: 0 } })
  return step.kind === 'over' && step.verified !== undefined && lower !== undefined ? { verified: step.verified } : {}
}

/** The first measurement of the ceiling that this machine did not spoil, or the best of as many as are made; undefined before that. */
function ownCeiling(whole: readonly CapacityEvent[], phase: string): number | undefined {
  const made = whole.filter(({ order }) => order.purpose === 'ceiling')
  const sent = ({ summary }: CapacityEvent) => summary.phases[phase]?.throughput ?? 0
  const good = made.find(({ summary }) => summary.valid)
  if (good) return sent(good)
  return made.length < CEILING_TRIES ? undefined : Math.max(...made.map(sent))
}

/**
 * The highest load at which this machine sends no more than it may, by its axis. Slots send as many runs as the target answers: what was sent at a load
 * tells how many slots more come to the bound, since throughput never grows faster than the slots; not so a trial that this machine spoiled.
 */
function topOf(ceiling: number, { axis, unloaded, think }: TrialNeeds, trials: readonly MadeTrial[]): number {
  const perSecond = CEILING_SHARE * ceiling
  if (axis === 'rate') return Number(perSecond.toPrecision(3))
  const told = trials.filter(({ phase, finding }) => phase.throughput > 0 && finding !== 'spoiled')
  const bySlots = told.map(({ load, phase }) => (load * perSecond) / phase.throughput)
  return Math.floor(Math.max((perSecond * (unloaded + think)) / SECOND, ...bySlots))
}

/** The most runs per second that trials of no more load have completed. */
const seenBelow = (load: number, trials: readonly MadeTrial[]): number =>
  Math.max(0, ...trials.filter((trial) => trial.load <= load).map(({ phase }) => phase.throughput))
