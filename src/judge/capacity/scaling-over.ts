import type { Between, ScalingFit } from '../../core/capacity-summary.ts'
import { keyed } from '../../core/random.ts'
import type { PhaseSummary } from '../../core/summary.ts'
import { quantile } from '../../stats/order.ts'
import { fitScaling, peakOf, type ScalingLaw, type ScalingPoint, scalingDraws, throughputAt } from '../../stats/scalability.ts'
import type { MadeTrial } from './capacity-events.ts'

/** Phases with fewer completions say little of throughput. */
const FEWEST = 10
/** How far beyond the data the band is drawn, and at how many places. */
const BEYOND = 2
const STEPS = 40

/** Different loads that a law of three numbers can be fitted to. */
const FEWEST_LOADS = 4

/** Beyond its peak throughput must be seen to fall, by so much of the best: a queue that is merely full bends the fitted law as well. */
const FALLS = 0.05

function isReached(peak: number, points: readonly ScalingPoint[]): boolean {
  const sorted = (of: readonly ScalingPoint[]) => Float64Array.from(of, ({ throughput }) => throughput).sort()
  const [best, beyond] = [sorted(points), sorted(points.filter(({ load }) => load > peak))]
  // The ninth tenth, not the very best: one lucky trial makes no peak.
  const [top, past] = [quantile(best, 0.9), quantile(beyond, 0.5)]
  return top !== undefined && past !== undefined && past < (1 - FALLS) * top
}

/** The Universal Scalability Law over the trials and the unloaded runs: throughput against runs in flight. Undefined where too few different loads were tried. */
export function scalingOver(
  trials: readonly MadeTrial[],
  { unloaded, seed }: { readonly unloaded: PhaseSummary | undefined; readonly seed: number },
): ScalingFit | undefined {
  const counted = trials.filter(({ finding }) => finding === 'held' || finding === 'missed')
  if (new Set(counted.map(({ load }) => load)).size < FEWEST_LOADS) return undefined
  const points = [...(unloaded ? [unloaded] : []), ...counted.map(({ phase }) => phase)]
    .filter(({ completedInside, inFlight }) => completedInside >= FEWEST && inFlight.mean > 0)
    .map(({ inFlight, throughput }): ScalingPoint => ({ load: inFlight.mean, throughput }))
  const law = fitScaling(points)
  if (!law) return undefined
  const draws = scalingDraws(points, law, keyed(seed, 'scaling'))
  if (draws.length === 0) return undefined
  const between = (of: (law: ScalingLaw) => number): Between => {
    const drawn = Float64Array.from(draws, of).sort()
    return { estimate: of(law), low: quantile(drawn, 0.025) ?? of(law), high: quantile(drawn, 0.975) ?? of(law) }
  }
  const most = Math.max(...points.map(({ load }) => load))
  const peak = peakOf(law)
  return {
    gamma: between(({ gamma }) => gamma),
    alpha: between(({ alpha }) => alpha),
    beta: between(({ beta }) => beta),
    ...(peak !== undefined && isReached(peak, points) && { peak: { inFlight: peak, throughput: throughputAt(law, peak) } }),
    points: points.map(({ load, throughput }) => ({ inFlight: load, throughput })),
    band: Array.from({ length: STEPS + 1 }, (_, step) => {
      const inFlight = (most * BEYOND) ** (step / STEPS)
      const { estimate, low, high } = between((one) => throughputAt(one, inFlight))
      return { inFlight, low, fit: estimate, high }
    }),
  }
}
