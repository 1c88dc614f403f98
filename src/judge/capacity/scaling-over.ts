import type { Between, ScalingFit } from '../../core/capacity-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { keyed } from '../../core/random.ts'
import { quantile } from '../../stats/order.ts'
import { fitScaling, peakOf, type ScalingLaw, type ScalingPoint, scalingDraws, throughputAt } from '../../stats/scalability.ts'
import type { MadeTrial } from './capacity-events.ts'
import { fallsBehind } from './capacity-trial.ts'

/** Phases with fewer completions say little of throughput. */
const FEWEST = 10
/** How far beyond the data the band is drawn, and at how many places. */
const BEYOND = 2
const STEPS = 40

/** Different loads that a law of three numbers can be fitted to. */
const FEWEST_LOADS = 4

/** Beyond its peak throughput must be seen to fall, by so much of the best: a queue that is merely full bends the fitted law as well. */
const FALLS = 0.05

/** What was measured at one load, by the medians of its trials. */
interface Measured extends ScalingPoint {
  readonly points: readonly ScalingPoint[]
}

/** What came in went out: while runs pile up, throughput is less than the target gives, and says nothing of so many in flight. */
const isBalanced = ({ phase, limitedBy }: MadeTrial): boolean => fallsBehind(phase) === 0 && limitedBy !== 'in flight'

/** Whether the best was measured no further than the peak, everything beyond is less, and the furthest clearly so. */
function isSeenToFall(peak: number, levels: readonly Measured[]): boolean {
  const best = levels.reduce((a, b) => (b.throughput > a.throughput ? b : a))
  const beyond = levels.filter(({ load }) => load > peak)
  const furthest = beyond.reduce<Measured | undefined>((a, b) => (a && a.load > b.load ? a : b), undefined)
  return best.load <= peak && furthest !== undefined && furthest.throughput < (1 - FALLS) * best.throughput
}

/** The Universal Scalability Law over the trials and the unloaded runs: throughput against runs in flight. Undefined where too few different loads were tried. */
export function scalingOver(
  trials: readonly MadeTrial[],
  { unloaded, seed }: { readonly unloaded: PhaseSummary | undefined; readonly seed: number },
): ScalingFit | undefined {
  const counted = trials.filter(({ finding }) => finding === 'held' || finding === 'missed')
  if (new Set(counted.map(({ load }) => load)).size < FEWEST_LOADS) return undefined
  const levels = measuredAt([...(unloaded ? [{ load: 0, phase: unloaded }] : []), ...counted])
  const points = levels.flatMap(({ points }) => points)
  const law = fitScaling(points)
  if (!law) return undefined
  const draws = scalingDraws(points, law, keyed(seed, 'scaling'))
  if (draws.length === 0) return undefined
  const between = (of: (law: ScalingLaw) => number): Between => {
    const drawn = Float64Array.from(draws, of).sort()
    return { estimate: of(law), low: quantile(drawn, 0.025) ?? of(law), high: quantile(drawn, 0.975) ?? of(law) }
  }
  const most = Math.max(...points.map(({ load }) => load))
  const peak = between((one) => peakOf(one) ?? Number.POSITIVE_INFINITY)
  return {
    gamma: between(({ gamma }) => gamma),
    alpha: between(({ alpha }) => alpha),
    beta: between(({ beta }) => beta),
    ...(peak.high <= most &&
      isSeenToFall(peak.estimate, measuredAt(counted.filter(isBalanced))) && {
        peak: { inFlight: peak.estimate, low: peak.low, high: peak.high, throughput: throughputAt(law, peak.estimate) },
      }),
    misfit: Math.max(...levels.map(({ load, throughput }) => Math.abs(throughputAt(law, load) / throughput - 1))),
    points: points.map(({ load, throughput }) => ({ inFlight: load, throughput })),
    band: Array.from({ length: STEPS + 1 }, (_, step) => {
      const inFlight = (most * BEYOND) ** (step / STEPS)
      const { estimate, low, high } = between((one) => throughputAt(one, inFlight))
      return { inFlight, low, fit: estimate, high }
    }),
  }
}

function measuredAt(trials: readonly Pick<MadeTrial, 'load' | 'phase'>[]): readonly Measured[] {
  const median = (of: readonly number[]) => quantile(Float64Array.from(of).sort(), 0.5)!
  return [...Map.groupBy(trials, ({ load }) => load).values()].flatMap((at) => {
    const points = at
      .filter(({ phase: { completedInside, inFlight } }) => completedInside >= FEWEST && inFlight.mean > 0)
      .map(({ phase: { inFlight, throughput } }): ScalingPoint => ({ load: inFlight.mean, throughput }))
    if (points.length === 0) return []
    return [{ points, load: median(points.map(({ load }) => load)), throughput: median(points.map(({ throughput }) => throughput)) }]
  })
}
