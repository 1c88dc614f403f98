import type { PhaseSummary, SecondSummary } from '../../core/phase-summary.ts'
import type { OutcomeKind } from '../../core/sample.ts'
import { SECOND } from '../../core/units.ts'
import { plain } from '../plain.ts'
import type { Band } from './frame.ts'
import { grouped } from './thin.ts'

/** One phase's part of one second of the run. Times in seconds from the run's zero. */
export interface Entry {
  readonly phase: number
  readonly from: number
  readonly to: number
  readonly second: SecondSummary
}

/** A row of a table over time: neighbouring entries together, extremes kept. Absent where no run has a number. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly phase: string
  readonly offered: number
  readonly completed: number
  /** Lowest p50, highest p95 and longest of its seconds. */
  readonly p50?: number
  readonly p95?: number
  readonly max?: number
  readonly inFlight: number
  readonly connectionsOpen: number
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}

export type Phases = readonly (readonly [string, PhaseSummary])[]

/** Shorter parts of a second would make a rate out of one or two events. */
const SHORTEST = 0.2

/** The run second by second, phases one after another. Slivers of a second at the edge of a phase are left out. */
export const entriesOf = (phases: Phases): readonly Entry[] =>
  phases.flatMap(([, phase], index) =>
    phase.series.seconds.flatMap((second): readonly Entry[] => {
      const from = Math.max(second.second, phase.beganUs / SECOND)
      const to = Math.min(second.second + 1, phase.endedUs / SECOND)
      return to - from < SHORTEST && phase.series.seconds.length > 1 ? [] : [{ phase: index, from, to: Math.max(to, from + 1e-6), second }]
    }),
  )

/** At most `most` rows over the whole run. */
export function bucketsOf(phases: Phases, most: number): readonly Bucket[] {
  return grouped(entriesOf(phases), most).map((entries) => {
    const [first, last] = [entries[0]!, entries.at(-1)!]
    const length = sum(entries.map(({ from, to }) => to - from))
    const weighed = (value: (second: SecondSummary) => number) =>
      sum(entries.map(({ from, to, second }) => value(second) * (to - from))) / length
    const told = (value: (second: SecondSummary) => number | undefined) =>
      entries.map(({ second }) => value(second)).filter((one) => one !== undefined)
    const [p50, p95, max] = [told(({ p50 }) => p50), told(({ p95 }) => p95), told(({ max }) => max)]
    const outcomes: Partial<Record<OutcomeKind, number>> = {}
    for (const { second } of entries)
      for (const [kind, many] of Object.entries(second.outcomes) as [OutcomeKind, number][]) outcomes[kind] = (outcomes[kind] ?? 0) + many
    return {
      from: first.from,
      to: last.to,
      phase: plain(phases[first.phase]![0], 40) + (first.phase === last.phase ? '' : ' …'),
      offered: sum(entries.map(({ second }) => second.intended)) / length,
      completed: sum(entries.map(({ second }) => second.completed)) / length,
      ...(p50.length > 0 && { p50: Math.min(...p50) }),
      ...(p95.length > 0 && { p95: Math.max(...p95) }),
      ...(max.length > 0 && { max: Math.max(...max) }),
      inFlight: weighed((second) => second.inFlight),
      connectionsOpen: weighed((second) => second.connectionsOpen),
      outcomes,
    }
  })
}

/** The phases as shaded stretches of the time axis. */
export const bandsOf = (phases: Phases): readonly Band[] =>
  phases.map(([name, phase], at) => ({
    from: phase.beganUs / SECOND,
    to: phase.endedUs / SECOND,
    name: plain(name, 60),
    shade: phase.measured ? (at % 2 === 0 ? 'even' : 'odd') : 'unmeasured',
  }))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
