import type { CapacityAxis, CapacityBudget, CapacitySearch, CapacitySettings } from '../core/capacity.ts'
import type { Limits, Phase, Plan } from '../core/plan.ts'
import type { Mode } from '../core/sample.ts'
import { type Micros, micros, parseDuration, parseRate } from '../core/units.ts'
import { runsNeeded } from '../judge/capacity/trial-length.ts'
import { trialObjectives } from '../judge/capacity/trial-objectives.ts'
import type { Complain } from './problem.ts'
import type { Scenario } from './schema.ts'

const DEFAULTS = { rate: '1/s', concurrency: 1, width: '5%', trial: '30s' } as const
/** Narrower brackets cost more trials than any deployment stands still for. */
const NARROWEST = 0.01

/** The settings of a search, with defaults filled in; the axis is that of the phase which trials are made of, unless the scenario says another. */
export function planCapacity(
  written: Scenario['capacity'],
  {
    phases,
    limits,
    complain,
  }: { readonly phases: readonly Phase[]; readonly limits: Pick<Limits, 'tokens' | 'runs'>; readonly complain: Complain },
): CapacitySettings {
  const { width = DEFAULTS.width, trial = DEFAULTS.trial, budget } = written ?? {}
  const axis = written?.axis ?? (trialPhase(phases)?.kind === 'closed' ? 'concurrency' : 'rate')
  const from = loadOf('from', written?.from ?? DEFAULTS[axis], { axis, complain })
  const to = written?.to === undefined ? undefined : loadOf('to', written.to, { axis, complain })
  if (to !== undefined && from !== undefined && to < from)
    complain(['capacity', 'to'], 'This is less than where the search begins', 'Write a load above capacity.from, or leave it out.')
  const share = Number(width.slice(0, -1)) / 100
  if (share < NARROWEST)
    complain(['capacity', 'width'], `A bracket of ${width} is narrower than trials can tell`, 'Write 1% or more, such as 5%.')
  const length = parseDuration(trial)
  if (length === undefined || length === 0)
    complain(['capacity', 'trial'], 'A trial of this length tells nothing', 'Write a duration such as 30s or 2m.')
  return {
    axis,
    from: from ?? 1,
    ...(to !== undefined && { to }),
    width: share,
    trial: (length ?? 0) as Micros,
    budget: budget === 'none' ? { waived: true } : budgetOf({ tokens: limits.tokens, runs: limits.runs, ...budget }, complain),
  }
}

/** The phase that trials are made of: the last one that is measured. */
export const trialPhase = (phases: readonly Phase[]): Phase | undefined => phases.findLast(({ measured }) => measured)

/** Runs per second, or slots. */
function loadOf(
  field: 'from' | 'to',
  written: string | number,
  { axis, complain }: { readonly axis: CapacityAxis; readonly complain: Complain },
): number | undefined {
  const load = axis === 'rate' ? (typeof written === 'string' ? parseRate(written) : undefined) : written
  if (typeof load === 'number') return load
  complain(
    ['capacity', field],
    axis === 'rate' ? 'This is no rate, and the search is for one' : 'This is no number of slots, and the search is for one',
    axis === 'rate'
      ? 'Write a rate such as 1/s, or capacity.axis: concurrency.'
      : 'Write a whole number such as 4, or capacity.axis: rate.',
  )
  return undefined
}

function budgetOf(
  {
    trials,
    time,
    tokens,
    runs,
  }: {
    readonly trials?: number | undefined
    readonly time?: string | undefined
    readonly tokens?: number | undefined
    readonly runs?: number | undefined
  },
  complain: Complain,
): CapacityBudget {
  const length = time === undefined ? undefined : parseDuration(time)
  if (time !== undefined && !length) complain(['capacity', 'budget', 'time'], 'No trial fits into this', 'Write a duration such as 2h.')
  return {
    ...(trials !== undefined && { trials }),
    ...(length && { time: length }),
    ...(tokens !== undefined && { tokens }),
    ...(runs !== undefined && { runs }),
  }
}

/** What a scenario asks to be searched for in one mode. */
export function searchOf(plan: Plan, settings: CapacitySettings, mode: Mode): CapacitySearch {
  const made = trialPhase(plan.phases)
  const phase = made?.name ?? ''
  return {
    ...settings,
    mode,
    phase,
    runs: runsNeeded(trialObjectives(plan.objectives, phase), plan.inputs),
    think: made?.kind === 'closed' ? made.think : micros(0),
    seed: plan.seed,
  }
}
