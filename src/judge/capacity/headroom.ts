import type { CapacityAxis } from '../../core/capacity.ts'
import type { Headroom } from '../../core/capacity-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { MadeTrial } from './capacity-events.ts'

const SHARES = [0.5, 0.6, 0.7, 0.8] as const

interface Seen {
  readonly axis: CapacityAxis
  readonly trials: readonly MadeTrial[]
  readonly unloaded: PhaseSummary | undefined
}

/**
 * What shares of a load that held come to. Of a rate its share is served too. Slots give less and less the more they are, so that half of them may
 * give nearly as much as all: whole slots, with the throughput that trials on either side of them had, by a straight line.
 */
export function headroomOf(verified: number, { axis, trials, unloaded }: Seen): readonly Headroom[] {
  const levels = levelsOf(trials, axis === 'concurrency' ? unloaded : undefined)
  const whole = between(levels, verified)
  return SHARES.map((utilisation) => {
    const load = axis === 'rate' ? utilisation * verified : Math.max(1, Math.floor(utilisation * verified))
    const throughput = axis === 'rate' ? whole && utilisation * whole : between(levels, load)
    return { utilisation, load, ...(throughput !== undefined && { perHour: throughput * 3600 }) }
  })
}

type Point = readonly [load: number, throughput: number]

/** Mean throughput of each load, the lowest first; runs sent one at a time are one slot. */
function levelsOf(trials: readonly MadeTrial[], unloaded: PhaseSummary | undefined): readonly Point[] {
  const counted = trials.filter(({ finding }) => finding === 'held' || finding === 'missed')
  const all = [...counted, ...(unloaded && counted.every(({ load }) => load > 1) ? [{ load: 1, phase: unloaded }] : [])]
  return [...Map.groupBy(all, ({ load }) => load)]
    .map(([load, at]): Point => [load, at.reduce((sum, { phase }) => sum + phase.throughput, 0) / at.length])
    .sort(([a], [b]) => a - b)
}

/** On the straight line between the levels on either side; undefined outside of what was tried. */
function between(levels: readonly Point[], load: number): number | undefined {
  const [above, below] = [levels.find(([at]) => at >= load), levels.findLast(([at]) => at <= load)]
  if (!above || !below) return undefined
  return above[0] === below[0] ? below[1] : below[1] + ((above[1] - below[1]) * (load - below[0])) / (above[0] - below[0])
}
