import type { CapacitySummary, ScalingFit } from '../../core/capacity-summary.ts'
import { throughputAt } from '../../stats/scalability.ts'

const REPLICAS = [2, 3, 4] as const

/**
 * Runs per second of several deployments like the measured one. `linear`: they share nothing. `low`: all that runs contend for is one thing behind all of
 * them, so that together they are the measured deployment with n times as many runs in flight; by the scalability law, with the contention at the upper
 * end of its interval. Where that falls again it stays at the best of fewer, since replicas can be left idle. Empty without a law, which alone tells of
 * contention.
 */
export function replicasOf(
  held: { readonly throughput: number; readonly inFlight: number } | undefined,
  scaling: ScalingFit | undefined,
): CapacitySummary['replicas'] {
  if (!held || !scaling) return []
  const { throughput, inFlight } = held
  const law = { gamma: scaling.gamma.estimate, alpha: scaling.alpha.high, beta: scaling.beta.estimate }
  let gains = 1
  return REPLICAS.map((replicas) => {
    gains = Math.max(gains, throughputAt(law, replicas * inFlight) / throughputAt(law, inFlight))
    return { replicas, linear: replicas * throughput, low: throughput * Math.min(replicas, gains) }
  })
}
