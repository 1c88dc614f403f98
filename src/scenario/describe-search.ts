import type { CapacityBudget, CapacitySearch } from '../core/capacity.ts'
import type { Plan } from '../core/plan.ts'
import type { Mode } from '../core/sample.ts'
import { type Micros, micros, SECOND, writeDuration } from '../core/units.ts'
import { loadInUnits } from '../judge/capacity/capacity-words.ts'
import { type Promised, promised, roundTime } from '../judge/capacity/search-cost.ts'
import { leftOut, trialObjectives } from '../judge/capacity/trial-objectives.ts'
import { trialPhase } from './capacity.ts'
import { describePlan, readable, section } from './describe.ts'

/** Where nothing is known of the target yet: how long a run may last. */
const GUESSED = [micros(SECOND / 5), micros(SECOND), micros(5 * SECOND)]

/** What is searched, in what and by what, as lines of plain text; of several searches they differ in mode alone. */
export function describeSearches(plan: Plan, searches: readonly CapacitySearch[]): readonly string[] {
  const { phase } = searches[0]!
  const trial = {
    ...plan,
    phases: plan.phases.filter(({ name }) => name === phase),
    objectives: trialObjectives(plan.objectives, phase),
    limits: withoutBudget(plan.limits),
  }
  return [...describePlan(trial).filter((line) => !/^(in all|load) /.test(line)), ...searchLines(plan, searches)]
}

/** What a search does and at the most takes. */
export function searchLines(plan: Plan, searches: readonly CapacitySearch[]): readonly string[] {
  const search = searches[0]!
  const { axis, from, to, width, phase, budget } = search
  const modes = searches.map(({ mode }) => mode)
  const load = (value: number) => loadInUnits(value, axis)
  const not = leftOut(plan.objectives, phase)
  return [
    ...section('capacity', [
      `from ${load(from)} up to ${to === undefined ? 'half of what this machine can send' : load(to)}, to a bracket of ${Number((width * 100).toPrecision(3))} %, in ${modes.join(' mode, then in ')} mode`,
      `each trial is the phase ${phase}${arrivalsOf(plan)}, at least ${writeDuration(search.trial)} long after a ramp-in of a quarter of that`,
      ...(search.runs > 0 ? [`and long enough for the ${Math.ceil(search.runs)} runs that the objectives need`] : []),
      ...(not.length > 0 ? [`not judged, since they say nothing of a trial: ${not.join(', ')}`] : []),
    ]),
    ...section('takes', takesInWords(searches)),
    ...section('may cost', [budgetInWords(budget, modes)]),
  ]
}

/** What the whole search may cost is said below. */
const withoutBudget = ({ tokens: _tokens, runs: _runs, ...limits }: Plan['limits']): Plan['limits'] => limits

function arrivalsOf({ phases }: Plan): string {
  const made = trialPhase(phases)
  return made?.kind === 'open' ? `, arrivals ${made.arrivals}` : made && made.think > 0 ? `, think ${writeDuration(made.think)}` : ''
}

/** What it takes hangs on how long a run is, of which nothing is known yet: told for quick, middling and slow ones. */
function takesInWords(searches: readonly CapacitySearch[]): readonly string[] {
  const by = GUESSED.map((p50) => ({ p50, each: searches.flatMap((one) => promisedOf(one, p50)) }))
  if (by[0]!.each.length === 0) return ['not known before this machine was measured, since capacity.to says no end; it is told then']
  const sum = (each: readonly Promised[], of: (one: Promised) => number) => each.reduce((total, one) => total + of(one), 0)
  const inAll = (each: readonly Promised[], of: (one: Promised) => number) => readable(roundTime(sum(each, of)))
  return [
    `usually about ${sum(by[0]!.each, ({ usual }) => usual.trials)} trials${searches.length > 1 ? ' in both modes together' : ''}; at the very worst ${sum(by[0]!.each, ({ most }) => most.trials)}, where it ends`,
    ...by.map(
      ({ p50, each }) =>
        `runs of ${writeDuration(p50)}: about ${inAll(each, ({ usual }) => usual.time)} (≤ ${inAll(each, ({ most }) => most.time)}), about ${Number(sum(each, ({ usual }) => usual.runs).toPrecision(2))} runs`,
    ),
    'by the median of one run at a time, which is measured first',
  ]
}

const promisedOf = (search: CapacitySearch, p50: Micros): readonly Promised[] =>
  search.to === undefined ? [] : [promised(search, search.to, { p50, tokensPerRun: 0 })]

function budgetInWords({ trials, time, tokens, runs }: CapacityBudget, modes: readonly Mode[]): string {
  const parts = [
    ...(trials === undefined ? [] : [`${trials} trials`]),
    ...(time === undefined ? [] : [readable(time)]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
    ...(runs === undefined ? [] : [`${runs} runs`]),
  ]
  return parts.length === 0
    ? 'whatever it takes: no budget'
    : `no more than ${parts.join(', ')}${modes.length > 1 ? ` in both modes together: half for ${modes[0]}, what that leaves for ${modes[1]}` : ''}`
}
