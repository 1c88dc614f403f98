import type { PhaseSummary } from '../core/phase-summary.ts'
import type { CaveatLimits, Plan } from '../core/plan.ts'
import type { MachineSecond } from '../core/record.ts'
import type { Reconciled } from '../core/summary.ts'
import { SECOND } from '../core/units.ts'
import { largest } from '../stats/extremes.ts'
import { during } from './machine-during.ts'
import { type MetricName, metric } from './metrics.ts'
import { type Unsteady, unsteady } from './steadiness.ts'
import type { Measured } from './summary.ts'

/** A reason to doubt the numbers, as figures: times in µs, shares from 0 to 1. */
export type Doubt =
  | { readonly kind: 'generator-late'; readonly phase: string; readonly metric: MetricName; readonly lag: number; readonly p50: number }
  | { readonly kind: 'late-beside'; readonly phase: string; readonly metric: MetricName; readonly lag: number; readonly p50: number }
  | { readonly kind: 'suspended'; readonly gap: number; readonly at: number }
  | { readonly kind: 'clock'; readonly drift: number }
  | { readonly kind: 'books'; readonly phase?: string; readonly text: string; readonly bug: boolean }
  | { readonly kind: 'generator-fault'; readonly count: number; readonly detail?: string }
  | { readonly kind: 'loop-stalled'; readonly phase: string; readonly p99: number; readonly max: number; readonly seconds: number }
  | {
      readonly kind: 'generator-busy'
      readonly phase: string
      readonly cpu: number
      readonly idle?: number
      readonly which: 'own' | 'machine'
    }
  | { readonly kind: 'sends-dropped'; readonly phase: string; readonly dropped: number; readonly intended: number; readonly why: string }
  | { readonly kind: 'few-samples'; readonly phase: string; readonly objective: string; readonly have: number; readonly needed: number }
  | ({ readonly kind: 'not-steady'; readonly phase: string } & Unsteady)
  | { readonly kind: 'input-repeated'; readonly count: number; readonly sent: number; readonly inputs: InputsMadeOf }
  | {
      readonly kind: 'work-differs'
      readonly phase: string
      readonly of: 'tokens' | 'steps'
      readonly first: number
      readonly second: number
    }
  | {
      readonly kind: 'work-differs'
      readonly phase: string
      readonly of: 'path'
      readonly name: string
      readonly first: number
      readonly second: number
    }
  | { readonly kind: 'stale-connections'; readonly count: number; readonly reused: number }
  | {
      readonly kind: 'connections-linger'
      readonly phase: string
      readonly open: number
      readonly inFlight: number
      readonly kept: boolean
    }
  | { readonly kind: 'throttled'; readonly count: number; readonly intended: number; readonly retryAfter?: number }
  | { readonly kind: 'new-users'; readonly users: number }
  | { readonly kind: 'budget'; readonly text: string }
  | { readonly kind: 'interrupted'; readonly text: string }
  | { readonly kind: 'incomplete'; readonly killed: number }
  | { readonly kind: 'insecure' }
  | { readonly kind: 'outputs-recorded' }
  | ({ readonly kind: 'may-still-run' } & Reconciled['mayStillRun'])
  /** `shards` machines began the phase up to `apart` from each other, by their wall clocks. */
  | { readonly kind: 'shards-apart'; readonly phase: string; readonly shards: number; readonly apart: number; readonly share: number }

/** What the inputs of a plan leave room for: a text of its own, only other files, or other values that are no text. */
export type InputsMadeOf = 'text' | 'files' | 'values' | 'nothing'

/** A lag is felt in a metric from this share of its median on. */
const FELT_SHARE = 0.05
/** The machine has too little left below this share of all cores. */
const LEAST_IDLE = 0.2
/** Times as many connections open as exchanges in flight. */
const LINGERING = 1.5
/** One kept connection at a trickle of load takes nobody's slot. */
const LINGERING_AT_LEAST = 1
/** Distinct users from which their rows on the server are worth a word. */
const MANY_USERS = 100
/** Relative difference in work. */
const NOTABLE_CHANGE = 0.1
/** Two halves of the same work differ by so many standard errors about once in 400 times. */
const BEYOND_CHANCE = 3

/** Metrics that lateness is held against where no objective names a time that it has a share of. */
const WITHOUT_OBJECTIVES: readonly MetricName[] = ['first_event', 'response_time']

/** What lateness is held against. */
export interface Heeded {
  /** What objectives use and what a comparison is decided by: where these suffer, the run is invalid. */
  readonly judged: readonly MetricName[]
  /** What a comparison tells beside it: where these suffer, their own numbers alone are worth less. */
  readonly beside: readonly MetricName[]
}

type PhaseEntry = readonly [name: string, summary: PhaseSummary]

/** Every doubt that the log, the machine's seconds and the plan give rise to; too few samples is for objectives to say. */
export function findDoubts(plan: Plan, measured: Measured, { judged, beside }: Heeded): readonly Doubt[] {
  const times = judged.filter(isTime)
  const phases = Object.entries(measured.phases).filter(([, { measured }]) => measured)
  const limits = plan.caveats
  const why = measured.facts.dropDetail ?? `limit of ${plan.limits.inFlight} in flight`
  return [
    ...phases.flatMap((phase) => generatorLate(phase, { judged: times.length > 0 ? times : WITHOUT_OBJECTIVES, beside }, limits)),
    ...suspended(measured.machine, limits),
    ...clock(measured.machine, limits),
    ...measured.breaches.map(
      ({ kind, phase, text }): Doubt => ({ kind: 'books', text, bug: kind !== 'area', ...(phase !== undefined && { phase }) }),
    ),
    ...generatorFault(measured),
    ...phases.flatMap((phase) => loopStalled(phase, measured.machine, limits)),
    ...phases.flatMap((phase) => generatorBusy(phase, measured.machine, limits)),
    ...phases.flatMap(([phase, { dropped, intended }]): Doubt[] =>
      dropped > 0 ? [{ kind: 'sends-dropped', phase, dropped, intended, why }] : [],
    ),
    ...phases.flatMap(([phase, summary]) =>
      unsteady(phase, summary, plan.phases).map((how): Doubt => ({ kind: 'not-steady', phase, ...how })),
    ),
    ...inputRepeated(phases, measured, plan.inputs),
    ...workDiffers(measured),
    ...phases.flatMap(mixDiffers),
    ...staleConnections(phases, measured, limits),
    ...phases.flatMap((phase) => connectionsLinger(phase, plan.target.connections)),
    ...throttled(phases, measured),
    ...(measured.facts.users >= MANY_USERS ? [{ kind: 'new-users', users: measured.facts.users } as const] : []),
    ...ofTheRun(plan, measured),
  ]
}

const total = (phases: readonly PhaseEntry[], of: (summary: PhaseSummary) => number | undefined): number =>
  phases.reduce((sum, [, summary]) => sum + (of(summary) ?? 0), 0)

/** A time that lateness can have a share of. */
export const isTime = (name: MetricName): boolean => metric(name).unit === 'µs' && !metric(name).signed

/** The judged metric that suffers most, where one does; else the one of those beside. */
function generatorLate([phase, { metrics }]: PhaseEntry, { judged, beside }: Heeded, { generatorLate }: CaveatLimits): Doubt[] {
  const lag = metrics['schedule_lag']?.p99
  if (lag === undefined || lag <= generatorLate) return []
  const suffering = (names: readonly MetricName[]) =>
    names
      .flatMap((metric) => (metrics[metric] ? [{ metric, p50: metrics[metric].p50 }] : []))
      .filter(({ p50 }) => lag > FELT_SHARE * p50)
      .sort((a, b) => a.p50 - b.p50)[0]
  const worst = suffering(judged)
  if (worst) return [{ kind: 'generator-late', phase, lag, ...worst }]
  const other = suffering(beside)
  return other ? [{ kind: 'late-beside', phase, lag, ...other }] : []
}

/** A stall that the loop saw, or a second of the machine that came late. */
function suspended(machine: readonly MachineSecond[], limits: CaveatLimits): Doubt[] {
  let worst: { gap: number; at: number } | undefined
  machine.forEach(({ at, loop }, i) => {
    const late = i === 0 ? 0 : at - machine[i - 1]!.at - SECOND
    const gap = Math.max(loop.max, late)
    if (gap > limits.suspended && gap > (worst?.gap ?? 0)) worst = { gap, at }
  })
  return worst ? [{ kind: 'suspended', ...worst }] : []
}

function clock(machine: readonly MachineSecond[], { clockDrift }: CaveatLimits): Doubt[] {
  const drift = machine.reduce((worst, { clockOffset }) => (Math.abs(clockOffset) > Math.abs(worst) ? clockOffset : worst), 0)
  return Math.abs(drift) > clockDrift ? [{ kind: 'clock', drift }] : []
}

function generatorFault({ facts: { faults, faultDetail } }: Measured): Doubt[] {
  return faults > 0 ? [{ kind: 'generator-fault', count: faults, ...(faultDetail !== undefined && { detail: faultDetail }) }] : []
}

function loopStalled([phase, summary]: PhaseEntry, machine: readonly MachineSecond[], { loopDelay, loopStall }: CaveatLimits): Doubt[] {
  const stalled = during(machine, summary).filter(({ loop }) => loop.p99 > loopDelay || loop.max > loopStall)
  if (stalled.length === 0) return []
  const p99 = largest(stalled.map(({ loop }) => loop.p99))
  const max = largest(stalled.map(({ loop }) => loop.max))
  return [{ kind: 'loop-stalled', phase, p99, max, seconds: stalled.length }]
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function generatorBusy([phase, summary]: PhaseEntry, machine: readonly MachineSecond[], { ownCpu }: CaveatLimits): Doubt[] {
  const seconds = during(machine, summary)
  if (seconds.length === 0) return []
  const cpu = mean(seconds.map((second) => second.cpu))
  const known = seconds.flatMap(({ machineIdle }) => (machineIdle === undefined ? [] : [machineIdle]))
  const idle = known.length > 0 ? mean(known) : undefined
  const figures = { phase, cpu, ...(idle !== undefined && { idle }) }
  if (cpu > ownCpu) return [{ kind: 'generator-busy', which: 'own', ...figures }]
  return idle !== undefined && idle < LEAST_IDLE ? [{ kind: 'generator-busy', which: 'machine', ...figures }] : []
}

function inputRepeated(phases: readonly PhaseEntry[], { facts: { repeatedBodies } }: Measured, inputs: Plan['inputs']): Doubt[] {
  if (repeatedBodies === 0) return []
  return [{ kind: 'input-repeated', count: repeatedBodies, sent: total(phases, ({ sent }) => sent), inputs: madeOf(inputs) }]
}

function madeOf(inputs: Plan['inputs']): InputsMadeOf {
  const values = inputs.flatMap(({ values = {}, rows = [] }) => [values, ...rows]).flatMap((one) => Object.values(one))
  if (values.some(holdsText)) return 'text'
  if (inputs.some(({ files = {}, requestFiles = [] }) => Object.keys(files).length + requestFiles.length > 0)) return 'files'
  return values.length > 0 ? 'values' : 'nothing'
}

const holdsText = (value: unknown): boolean =>
  typeof value === 'string' || (typeof value === 'object' && value !== null && Object.values(value).some(holdsText))

function workDiffers({ facts: { halves } }: Measured): Doubt[] {
  return halves.flatMap(({ phase, of, first, second, z }): Doubt[] => {
    const apart = Math.abs(second - first) > NOTABLE_CHANGE * Math.min(first, second)
    return apart && Math.abs(z) > BEYOND_CHANCE ? [{ kind: 'work-differs', phase, of, first, second }] : []
  })
}

/** Another mix of paths is other work, even where tokens and steps happen to agree. */
function mixDiffers([phase, { nodes }]: PhaseEntry): Doubt[] {
  if (!nodes?.shift) return []
  const { name, first, second, z } = nodes.shift
  const apart = Math.abs(second - first) > NOTABLE_CHANGE
  return apart && Math.abs(z) > BEYOND_CHANCE ? [{ kind: 'work-differs', phase, of: 'path', name, first, second }] : []
}

function staleConnections(phases: readonly PhaseEntry[], { facts: { reused } }: Measured, limits: CaveatLimits): Doubt[] {
  const count = total(phases, ({ outcomes }) => outcomes['stale-connection'])
  return count > limits.staleConnections * reused ? [{ kind: 'stale-connections', count, reused }] : []
}

function connectionsLinger([phase, { connectionsOpen, inFlight }]: PhaseEntry, connections: Plan['target']['connections']): Doubt[] {
  const [open, under] = [connectionsOpen.mean, inFlight.mean]
  if (open <= LINGERING * under || open - under <= LINGERING_AT_LEAST) return []
  return [{ kind: 'connections-linger', phase, open, inFlight: under, kept: connections !== 'fresh' }]
}

function throttled(phases: readonly PhaseEntry[], { facts: { retryAfter } }: Measured): Doubt[] {
  const count = total(phases, ({ outcomes }) => outcomes.throttled)
  const intended = total(phases, (phase) => phase.intended)
  return count > 0 ? [{ kind: 'throttled', count, intended, ...(retryAfter !== undefined && { retryAfter }) }] : []
}

/** What concerns the run as a whole, and not what the target did. */
function ofTheRun(plan: Plan, { notes, status, phases, reconciled: { mayStillRun } }: Measured): Doubt[] {
  const saying = (...kinds: readonly string[]) => notes.filter(({ note }) => kinds.includes(note)).map(({ text }) => text)
  const interruptions = saying('signal', 'stopped', 'write-failed')
  const killed = Object.values(phases).reduce((sum, { outcomes }) => sum + (outcomes.interrupted ?? 0), 0)
  const still = mayStillRun.running + mayStillRun.untold + mayStillRun.waiting
  return [
    ...saying('budget-reached', 'inputs-exhausted').map((text): Doubt => ({ kind: 'budget', text })),
    ...(status === 'interrupted' || interruptions.length > 0 ? [{ kind: 'interrupted', text: interruptions.join(' ') } as const] : []),
    ...(status === 'incomplete' ? [{ kind: 'incomplete', killed } as const] : []),
    ...(plan.target.insecure ? [{ kind: 'insecure' } as const] : []),
    ...(plan.record.includes('outputs') ? [{ kind: 'outputs-recorded' } as const] : []),
    ...(still > 0 ? [{ kind: 'may-still-run', ...mayStillRun } as const] : []),
  ]
}
