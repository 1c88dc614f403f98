import type { CapacityPurpose, CapacitySearch } from '../../core/capacity.ts'
import { QUANTILES } from '../../core/metric-summary.ts'
import type { InputSet } from '../../core/plan.ts'
import { type Micros, micros, SECOND } from '../../core/units.ts'
import { fewestForShare } from '../../stats/binomial.ts'
import { fewestForQuantile } from '../../stats/order.ts'
import { parseObjective } from '../objectives/objective-grammar.ts'
import { VERIFY_LENGTH } from './capacity-search.ts'

/** How long the parts of a trial are: the load rises, is held unmeasured until the target is in its steady state, and is measured. */
export interface TrialLength {
  readonly rise: Micros
  readonly settle: Micros
  readonly measured: Micros
}

/** What decides the length of a trial at any load. */
export interface TrialNeeds extends Pick<CapacitySearch, 'axis' | 'trial' | 'think' | 'runs'> {
  /** Median response time of one run at a time. */
  readonly unloaded: Micros
  /** The most runs per second that trials of no more load have completed; absent before there was one. */
  readonly seen?: number
}

/** A trial is at least so many times as long as a run of its own. */
const RUNS_LONG = 30
/**
 * The ramp-in is a quarter of the trial, and no less than twenty unloaded runs: a queue near its limit comes to its steady state so slowly that with
 * less, trials that began on an empty target would hold loads that do not last (30 s before 120 s of runs of 0.2 s were enough in simulations).
 */
const RAMP_IN_SHARE = 0.25
const RAMP_IN_RUNS = 20
/** Of the ramp-in, the part in which the load rises: no burst, for which no server is made. */
const RISE_SHARE = 1 / 3
/** Of what was completed under no more load, so much can be counted on. */
const COUNTED_ON = 0.7

/** Around a trial: connections that close, its folder, and the probe with its own. Measured on the simulator: 2.8 to 3.4 s. */
export const AROUND_A_TRIAL = 3.5 * SECOND
/** Runs one at a time, those too that warm the target. */
export const UNLOADED_RUNS = 32
/** What it takes to measure what this machine can send, until the simulator for it is up. */
export const CEILING_TAKES = 4 * SECOND

/** How long a trial at `load` is. */
export function trialLength(load: number, purpose: CapacityPurpose, needs: TrialNeeds): TrialLength {
  const { trial, unloaded } = needs
  const once = Math.max(trial, RUNS_LONG * unloaded, (needs.runs / leastPerSecond(load, needs)) * SECOND)
  const rampIn = Math.max(RAMP_IN_SHARE * once, RAMP_IN_RUNS * unloaded)
  return {
    rise: whole(rampIn * RISE_SHARE),
    settle: whole(rampIn * (1 - RISE_SHARE)),
    measured: whole(once * (purpose === 'verify' ? VERIFY_LENGTH : 1)),
  }
}

/** Up to the next tenth of a second: lengths that a person can read. */
const whole = (us: number): Micros => micros(Math.ceil(us / (SECOND / 10) - 1e-9) * (SECOND / 10))

export const inAll = ({ rise, settle, measured }: TrialLength): number => rise + settle + measured

/** Runs per second that a trial can count on: of slots no more than one at a time gives, until more was seen. */
function leastPerSecond(load: number, { axis, unloaded, think, seen = 0 }: TrialNeeds): number {
  return axis === 'rate' ? load : Math.max(SECOND / Math.max(1, unloaded + think), COUNTED_ON * seen)
}

/** The most runs that a trial at `load` can send, its ramp-in too. */
export function mostRuns(load: number, purpose: CapacityPurpose, needs: TrialNeeds): number {
  const perSecond = needs.axis === 'rate' ? load : (load * SECOND) / Math.max(1, needs.unloaded + needs.think)
  const { rise, settle, measured } = trialLength(load, purpose, needs)
  return (perSecond * (rise / 2 + settle + measured)) / SECOND
}

/** Random arrivals come in different numbers: so many standard deviations above the floor leave it undecided once in a thousand trials. */
const SPREAD = 3

/** Runs that the floors of the objectives ask of each trial: each objective is decided there, also by input set. */
export function runsNeeded(
  objectives: readonly { readonly text: string; readonly isDefault?: boolean }[],
  inputs: readonly Pick<InputSet, 'name' | 'weight'>[],
): number {
  const weights = inputs.reduce((sum, { weight }) => sum + weight, 0)
  return Math.max(
    0,
    ...objectives.map(({ text, isDefault }) => {
      const parsed = parseObjective(text)
      if ('problem' in parsed || isDefault) return 0
      const { subject, limit, inputSet } = parsed.objective
      const floor =
        subject.kind === 'failures'
          ? limit > 0
            ? fewestForShare(limit)
            : 0
          : subject.kind === 'throughput' || subject.statistic === 'mean' || subject.statistic === 'max'
            ? 0
            : fewestForQuantile(QUANTILES[subject.statistic])
      const own = inputs.find(({ name }) => name === inputSet)
      return (floor + SPREAD * Math.sqrt(floor)) / (own ? own.weight / weights : 1)
    }),
  )
}
