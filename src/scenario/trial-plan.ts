import type { CapacityOrder, CapacitySearch } from '../core/capacity.ts'
import type { ClosedPhase, OpenPhase, Phase, Plan } from '../core/plan.ts'
import { type Micros, micros, perSecond, SECOND } from '../core/units.ts'
import type { Left } from '../judge/capacity/search-budget.ts'
import { type TrialLength, UNLOADED_RUNS } from '../judge/capacity/trial-length.ts'
import { trialObjectives } from '../judge/capacity/trial-objectives.ts'
import { trialPhase } from './capacity.ts'
import { planHash } from './plan.ts'

/** Of the runs one at a time those that warm the target, and the longest that it takes to have the others. */
const WARMING_RUNS = 2
const UNLOADED_MOST = micros(120 * SECOND)
/** How much this machine can send: slots that never wait, for so long. */
const CEILING_SLOTS = 32
const CEILING_LENGTH = micros(2 * SECOND)

/** The plan of one run of a search: `plan` with its load in place of the scenario's phases, and judged by what speaks of the phase. */
export function trialPlan(
  plan: Plan,
  search: CapacitySearch,
  { purpose, load, seed }: CapacityOrder,
  { length, left }: { readonly length?: TrialLength; readonly left: Left },
): Plan {
  const { tokens: _tokens, runs: _runs, ...limits } = plan.limits
  const { time, ...bounds } = left
  const { schema, name, arm, description, seed: _seed, hash: _hash, ...content } = plan
  const planned = {
    ...content,
    // The simulator that this machine is measured against costs nothing.
    limits: { ...limits, ...(purpose !== 'ceiling' && bounds) },
    phases: phasesFor(purpose, load, { plan, search, length, time }),
    objectives: trialObjectives(plan.objectives, search.phase),
  }
  return { ...plan, ...planned, seed, hash: planHash(planned) }
}

interface Making {
  readonly plan: Plan
  readonly search: CapacitySearch
  readonly length: TrialLength | undefined
  /** There is no more than that for it. */
  readonly time: Micros | undefined
}

function phasesFor(
  purpose: CapacityOrder['purpose'],
  load: number,
  { plan, search, length, time = UNLOADED_MOST }: Making,
): readonly Phase[] {
  const { mode, phase: name } = search
  const clients = (from: number, over: Partial<ClosedPhase>): ClosedPhase => ({
    name,
    mode,
    kind: 'closed',
    from,
    to: from,
    think: micros(0),
    measured: true,
    settle: false,
    ...over,
  })
  switch (purpose) {
    case 'unloaded':
      return [
        clients(1, { name: ramp('warm-up', name), runs: WARMING_RUNS, length: time, measured: false, settle: true }),
        clients(1, { runs: UNLOADED_RUNS - WARMING_RUNS, length: micros(Math.min(time, UNLOADED_MOST)) }),
      ]
    case 'probe':
      return [clients(1, { runs: 1 })]
    case 'ceiling':
      return [
        clients(CEILING_SLOTS, { name: ramp('warm-up', name), length: micros(CEILING_LENGTH / 4), measured: false }),
        clients(CEILING_SLOTS, { length: CEILING_LENGTH }),
      ]
    case 'level':
    case 'verify': {
      if (!length) throw new Error('a trial has a length')
      const from = trialPhase(plan.phases)
      const at = (part: Partial<Phase>, begin: number): Phase =>
        search.axis === 'rate'
          ? ({ ...openOf(from), mode, from: perSecond(begin), to: perSecond(load), ...part } as OpenPhase)
          : ({ ...closedOf(from), mode, from: begin, to: load, ...part } as ClosedPhase)
      return [
        at({ name: ramp('rise', name), measured: false, length: length.rise }, search.axis === 'rate' ? load / 10 : 1),
        at({ name: ramp('settle', name), measured: false, length: length.settle }, load),
        at({ name, measured: true, length: length.measured }, load),
      ]
    }
  }
}

/** A name that no measured phase has. */
const ramp = (word: string, measured: string): string => (word === measured ? `${word}-in` : word)

const openOf = (phase: Phase | undefined): Omit<OpenPhase, 'from' | 'to' | 'length' | 'name' | 'measured'> => ({
  kind: 'open',
  mode: 'streaming',
  settle: false,
  arrivals: phase?.kind === 'open' ? phase.arrivals : 'constant',
})

const closedOf = (phase: Phase | undefined): Omit<ClosedPhase, 'from' | 'to' | 'length' | 'name' | 'measured'> => ({
  kind: 'closed',
  mode: 'streaming',
  settle: false,
  think: phase?.kind === 'closed' ? phase.think : micros(0),
})
