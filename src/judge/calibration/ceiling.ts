import type { Ceiling, CeilingLevel } from '../../core/calibration.ts'
import type { CaveatKind } from '../../core/caveat.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { MachineSecond } from '../../core/record.ts'
import type { RunSummary } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import { during } from '../../measure/machine-during.ts'

/** Slots that are tried, in turn. */
const FIRST_SLOTS = 1
export const MOST_SLOTS = 128
/** What brings no more than this beyond the best level before it brings nothing. */
const RISE = 0.05
/** Levels in a row that must bring nothing, or be too busy, before the climb ends: one alone may have been disturbed. */
const IN_A_ROW = 2
/** Share of the machine's CPU that others may take before what is measured is in doubt. */
export const DISTURBED = 0.1

/** Caveats of the generator itself; those of a target say nothing here, where it is the simulator. */
const OWN: ReadonlySet<CaveatKind> = new Set([
  'generator-late',
  'suspended',
  'clock',
  'generator-fault',
  'loop-stalled',
  'generator-busy',
] satisfies CaveatKind[])

/** What one level of the climb showed. */
export function levelOf(
  { caveats }: Pick<RunSummary, 'caveats'>,
  phase: PhaseSummary,
  { machine, cores, concurrency }: { readonly machine: readonly MachineSecond[]; readonly cores: number; readonly concurrency: number },
): CeilingLevel {
  const watched = during(machine, phase)
  const others = watched.flatMap(({ machineIdle, cpu }) => (machineIdle === undefined ? [] : [Math.max(0, 1 - machineIdle - cpu / cores)]))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return {
    concurrency,
    perSecond: phase.throughput,
    cpu: mean(watched.map(({ cpu }) => cpu)),
    ...(others.length > 0 && { others: mean(others) }),
    loopDelay: Math.max(0, ...watched.map(({ loop }) => loop.p99)),
    eventsPerRun: phase.mode === 'blocking' ? 1 : (phase.metrics['events']?.mean ?? 0),
    succeeded: phase.outcomes.succeeded ?? 0,
    failures: phase.failures,
    tries: 1,
    doubts: caveats.filter(({ kind }) => OWN.has(kind)).map(({ text }) => text),
  }
}

/**
 * Slots of the next level after those measured so far, or why there is none. Before levels that were disturbed end the climb each of them is measured once
 * more, when whatever disturbed it may be over. `ownCpu`: the share of a core from which the generator doubts itself.
 */
export function nextLevel(measured: readonly CeilingLevel[], ownCpu: number): number | Ceiling['endedBy'] {
  const levels = levelsOf(measured)
  const last = levels.at(-1)
  if (!last) return FIRST_SLOTS
  const end = endOf(levels, ownCpu)
  if (end === undefined) return last.concurrency * 2
  return levels.slice(-IN_A_ROW).find((level) => level.tries === 1 && isDisturbed(level))?.concurrency ?? end
}

function endOf(levels: readonly CeilingLevel[], ownCpu: number): Ceiling['endedBy'] | undefined {
  const end = levels.slice(-IN_A_ROW)
  const isFlat = (level: CeilingLevel) => {
    const before = levels.slice(0, levels.indexOf(level)).map(({ perSecond }) => perSecond)
    return before.length > 0 && level.perSecond <= (1 + RISE) * Math.max(...before)
  }
  const last = levels.at(-1)!
  if (end.length === IN_A_ROW && end.every(isFlat)) return 'flat'
  // A busy generator that still sends more has not come to its end.
  if (end.length === IN_A_ROW && end.every(({ cpu }) => cpu > ownCpu) && isFlat(last)) return 'doubts'
  if (last.concurrency < MOST_SLOTS) return undefined
  return isFlat(last) ? 'flat' : 'most-slots'
}

/** Where the system does not tell what others took, nobody knows. */
const isDisturbed = ({ others, failures }: CeilingLevel): boolean => others === undefined || others > DISTURBED || failures > 0

/** One for each number of slots, fewest first: of those measured twice the one with fewer failures, else the faster. */
function levelsOf(measured: readonly CeilingLevel[]): readonly CeilingLevel[] {
  const better = (one: CeilingLevel, other: CeilingLevel) =>
    other.failures < one.failures || (other.failures === one.failures && other.perSecond > one.perSecond) ? other : one
  return [...Map.groupBy(measured, ({ concurrency }) => concurrency).values()]
    .map((same) => ({ ...same.reduce(better), tries: same.length }))
    .sort((a, b) => a.concurrency - b.concurrency)
}

/** The best of at least one level. */
export function ceilingOf(measured: readonly CeilingLevel[], endedBy: Ceiling['endedBy']): Ceiling {
  const levels = levelsOf(measured)
  const best = levels.reduce((one, other) => (other.perSecond > one.perSecond ? other : one))
  const cpuPerRun = best.perSecond > 0 ? (best.cpu * SECOND) / best.perSecond : 0
  return {
    perSecond: best.perSecond,
    concurrency: best.concurrency,
    cpuPerRun,
    cpuPerEvent: best.eventsPerRun > 0 ? cpuPerRun / best.eventsPerRun : 0,
    endedBy,
    levels,
  }
}
