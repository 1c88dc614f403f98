import type { CapacityBudget, CapacitySearch } from '../core/capacity.ts'
import type { Plan } from '../core/plan.ts'
import type { Mode } from '../core/sample.ts'
import { micros, SECOND, writeDuration } from '../core/units.ts'
import { loadInUnits } from '../judge/capacity/capacity-words.ts'
import { type SearchCost, searchCost } from '../judge/capacity/search-cost.ts'
import { leftOut, trialObjectives } from '../judge/capacity/trial-objectives.ts'
import { trialPhase } from './capacity.ts'
import { describePlan, readable, section } from './describe.ts'

/** Where nothing is known of the target yet, a run is taken to last so long. */
const GUESSED = micros(SECOND)

/** What is searched, in what and by what, as lines of plain text; of several searches they differ in mode alone. */
export function describeSearches(plan: Plan, searches: readonly CapacitySearch[]): readonly string[] {
  const { phase } = searches[0]!
  const trial = {
    ...plan,
    phases: plan.phases.filter(({ name }) => name === phase),
    objectives: trialObjectives(plan.objectives, phase),
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
    ...section('worst case', [worstInWords(searches)]),
    ...section('may cost', [budgetInWords(budget, modes)]),
  ]
}

function arrivalsOf({ phases }: Plan): string {
  const made = trialPhase(phases)
  return made?.kind === 'open' ? `, arrivals ${made.arrivals}` : made && made.think > 0 ? `, think ${writeDuration(made.think)}` : ''
}

function worstInWords(searches: readonly CapacitySearch[]): string {
  const costs = searches.flatMap((search) => (search.to === undefined ? [] : [searchCost(search, search.to, GUESSED)]))
  if (costs.length === 0) return 'not known before this machine was measured, since capacity.to says no end; it is told then'
  const sum = (of: (cost: SearchCost) => number) => costs.reduce((total, cost) => total + of(cost), 0)
  const both = costs.length > 1 ? ' in both modes together' : ''
  return `≤ ${sum(({ trials }) => trials)} trials, ≤ ${readable(micros(sum(({ time }) => time)))} of load, ≤ ${Math.ceil(sum(({ runs }) => runs))} runs${both}, if a run takes up to ${writeDuration(GUESSED)} on the unloaded target`
}

function budgetInWords({ trials, time, tokens }: CapacityBudget, modes: readonly Mode[]): string {
  const parts = [
    ...(trials === undefined ? [] : [`${trials} trials`]),
    ...(time === undefined ? [] : [readable(time)]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
  ]
  return parts.length === 0
    ? 'whatever it takes: no budget'
    : `no more than ${parts.join(', ')}${modes.length > 1 ? ` in both modes together: half for ${modes[0]}, what that leaves for ${modes[1]}` : ''}`
}
