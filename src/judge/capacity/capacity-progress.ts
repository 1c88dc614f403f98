import type { CapacityOrder, CapacityPurpose, CapacitySearch } from '../../core/capacity.ts'
import { keyed, wholeBetween } from '../../core/random.ts'
import type { PhaseSummary, RunSummary } from '../../core/summary.ts'
import { type Micros, micros, SECOND } from '../../core/units.ts'
import {
  bracketOf,
  levelsOf,
  nextStep,
  type SearchEnd,
  type SearchSettings,
  type SearchStep,
  type Trial,
  type TrialFinding,
  worstCase,
} from './capacity-search.ts'
import { inItsWords, judgeTrial } from './capacity-trial.ts'
import { inAll, mostRuns, type TrialLength, type TrialNeeds, trialLength } from './trial-length.ts'

/** A run of a search that has ended. */
export interface CapacityEvent {
  readonly run: string
  readonly order: CapacityOrder
  readonly summary: RunSummary
  /** Wall-clock time in ms. */
  readonly began: number
  readonly ended: number
}

/** A trial with what it showed. */
export interface MadeTrial extends Trial {
  readonly run: string
  readonly began: number
  readonly because: string
  /** What it was missed by: an objective as written, or in a word what piled up. */
  readonly limitedBy?: string
  readonly phase: PhaseSummary
}

/** One run at a time: how fast the target is with nothing else to do. */
export interface Unloaded {
  readonly p50: Micros
  readonly tokensPerRun: number
  readonly phase: PhaseSummary
}

/** `unanswered`: not even one run at a time succeeded. `ceiling`: this machine cannot send more, or not even the lowest load. */
export type CapacityEnd = SearchEnd | 'ceiling' | 'unanswered'

export type CapacityNext =
  | { readonly kind: 'run'; readonly order: CapacityOrder; readonly length?: TrialLength }
  | {
      readonly kind: 'over'
      readonly end: CapacityEnd
      /** Where it ended before the search began. */
      readonly because?: string
    }

export interface CapacityProgress {
  readonly unloaded?: Unloaded
  /** Runs per second that this machine can send. */
  readonly ceiling?: number
  /** The bounds of the search, once they are known. */
  readonly settings?: SearchSettings
  readonly needs?: TrialNeeds
  readonly trials: readonly MadeTrial[]
  /** The bracket so far. */
  readonly lower?: number
  readonly upper?: number
  readonly verified?: number
  readonly next: CapacityNext
}

/** A probe that takes longer than so many unloaded runs finds the target busy. */
const RESTED = 1.5
/** Probing is given up once it has taken this long, or so many unloaded runs. */
const COOL_DOWN_MOST = 60 * SECOND
const COOL_DOWN_RUNS = 20
/** No more than this share of what this machine can send: beyond it its own lateness would be the target's. */
export const CEILING_SHARE = 0.5
/** Proofs that disagree send levels back: a search without a budget may take so many times its worst case without any. */
const SPARE = 2

/** Where a search stands after the runs that have ended, and what comes next: a function of them alone. Runs that were cut short count for nothing. */
export function follow(search: CapacitySearch, events: readonly CapacityEvent[]): CapacityProgress {
  const whole = events.filter(({ summary }) => summary.status === 'whole')
  const order = (purpose: CapacityPurpose, load = 1): CapacityOrder => ({
    purpose,
    load,
    seed: wholeBetween(keyed(search.seed, 'capacity', events.length), 1, 2 ** 31 - 1),
  })
  const first = whole.find((event) => event.order.purpose === 'unloaded')
  if (!first) return { trials: [], next: { kind: 'run', order: order('unloaded') } }
  const unloaded = unloadedOf(first, search.phase)
  if ('end' in unloaded) return { trials: [], next: { kind: 'over', ...unloaded } }
  const ceiling = search.ceiling ?? whole.find((event) => event.order.purpose === 'ceiling')?.summary.phases[search.phase]?.throughput
  if (ceiling === undefined) return { unloaded, trials: [], next: { kind: 'run', order: order('ceiling') } }
  const needs = { ...search, unloaded: unloaded.p50 }
  const bound = topOf(ceiling, needs)
  const known = { unloaded, ceiling, needs, trials: [] }
  if (bound < search.from) return { ...known, next: { kind: 'over', end: 'ceiling' } }
  const settings = settingsOf(search, Math.min(search.to ?? Number.POSITIVE_INFINITY, bound))
  const { trials, open } = trialsOf(whole, { phase: search.phase, unloaded })
  const bracket = bracketOf(levelsOf(trials))
  if (open) return { ...known, settings, trials, ...bracket, next: { kind: 'run', order: order('probe') } }
  const step = nextStep(trials, settings)
  const verified = step.kind === 'over' && step.verified !== undefined ? { verified: step.verified } : {}
  const found = { ...known, settings, trials, ...bracket, ...verified }
  if (step.kind === 'over') {
    const atCeiling = step.end === 'top-held' && !(search.to !== undefined && search.to <= bound)
    return { ...found, next: { kind: 'over', end: atCeiling ? 'ceiling' : step.end } }
  }
  if (!isAffordable(step, { search, needs, unloaded, trials })) return { ...found, next: { kind: 'over', end: 'budget' } }
  return {
    ...found,
    next: {
      kind: 'run',
      order: order(step.purpose, step.load),
      length: trialLength(step.load, step.purpose, { ...needs, seen: seenBelow(step.load, trials) }),
    },
  }
}

function unloadedOf({ summary }: CapacityEvent, name: string): Unloaded | { readonly end: CapacityEnd; readonly because: string } {
  const phase = summary.phases[name]
  const ours = summary.caveats.filter(({ invalidates }) => invalidates)
  if (!summary.valid) return { end: 'generator', because: ours.map(({ text }) => text).join(' ') }
  const throttled = phase?.outcomes.throttled ?? 0
  if (throttled > 0)
    return {
      end: 'throttled',
      because: `The target refused ${throttled} of its runs by a limit, sent one at a time${inItsWords(summary.failures)}.`,
    }
  const response = phase?.metrics['response_time']
  if (!phase || !response)
    return { end: 'unanswered', because: 'No run succeeded, not even sent one at a time: the report of that run says how they ended.' }
  return { phase, p50: micros(response.p50), tokensPerRun: phase.metrics['tokens']?.mean ?? 0 }
}

/** The highest load at which this machine sends no more than it may, by its axis. */
function topOf(ceiling: number, { axis, unloaded, think }: TrialNeeds): number {
  const perSecond = CEILING_SHARE * ceiling
  return axis === 'rate' ? Number(perSecond.toPrecision(3)) : Math.floor((perSecond * (unloaded + think)) / SECOND)
}

function settingsOf({ axis, from, width, budget }: CapacitySearch, top: number): SearchSettings {
  const trials = budget.trials ?? SPARE * worstCase({ axis, from, top, width }).trials
  return {
    axis,
    from,
    top,
    width,
    budget: {
      trials,
      ...(budget.time !== undefined && { spentUs: budget.time }),
      ...(budget.tokens !== undefined && { tokens: budget.tokens }),
    },
  }
}

/** The most runs per second that trials of no more load have completed. */
const seenBelow = (load: number, trials: readonly MadeTrial[]): number =>
  Math.max(0, ...trials.filter((trial) => trial.load <= load).map(({ phase }) => phase.throughput))

/** The trials with the probes that followed each; `open` where the last one has not been followed by a quick one yet. */
function trialsOf(
  events: readonly CapacityEvent[],
  { phase, unloaded }: { readonly phase: string; readonly unloaded: Unloaded },
): { readonly trials: readonly MadeTrial[]; readonly open: boolean } {
  const trials: MadeTrial[] = []
  let open = false
  for (const { run, order, summary, began, ended } of events) {
    const { purpose, load } = order
    const measured = summary.phases[phase]
    if (purpose === 'level' || purpose === 'verify') {
      if (!measured) continue
      open = true
      const { finding, because, limitedBy } = judgeTrial(summary, measured)
      trials.push({
        run,
        began,
        load,
        purpose,
        finding,
        because,
        ...(limitedBy !== undefined && { limitedBy }),
        phase: measured,
        spentUs: (ended - began) * 1000,
        tokens: tokensOf(summary),
      })
    } else if (purpose === 'probe' && open) {
      const trial = trials.pop()!
      const spentUs = (ended - trial.began) * 1000
      const response = measured?.metrics['response_time']?.p50
      const coolingUs = spentUs - trial.spentUs
      open = response === undefined || response > RESTED * unloaded.p50
      const stuck = open && coolingUs > Math.max(COOL_DOWN_MOST, COOL_DOWN_RUNS * unloaded.p50)
      trials.push({
        ...trial,
        tokens: trial.tokens + tokensOf(summary),
        ...(open ? {} : { spentUs }),
        ...(stuck && { finding: 'stuck' as TrialFinding, spentUs, because: `${trial.because} ${stuckFor(coolingUs, response)}` }),
      })
      if (stuck) open = false
    }
  }
  return { trials, open }
}

const stuckFor = (us: number, response: number | undefined): string =>
  `${Math.round(us / SECOND)} s after it a single run still ${response === undefined ? 'did not succeed' : `took more than ${RESTED} times as long as on the unloaded target`}.`

const tokensOf = ({ phases }: RunSummary): number => Object.values(phases).reduce((sum, { totals }) => sum + totals.tokens, 0)

function isAffordable(
  { load, purpose }: Extract<SearchStep, { kind: 'trial' }>,
  {
    search: { budget },
    needs,
    unloaded,
    trials,
  }: {
    readonly search: CapacitySearch
    readonly needs: TrialNeeds
    readonly unloaded: Unloaded
    readonly trials: readonly MadeTrial[]
  },
): boolean {
  const spent = trials.reduce((sum, { spentUs }) => sum + spentUs, 0)
  const tokens = trials.reduce((sum, trial) => sum + trial.tokens, 0)
  if (budget.time !== undefined && spent + inAll(trialLength(load, purpose, needs)) > budget.time) return false
  return budget.tokens === undefined || tokens + mostRuns(load, purpose, needs) * unloaded.tokensPerRun <= budget.tokens
}
