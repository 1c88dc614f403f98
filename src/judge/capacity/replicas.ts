import type { CapacitySummary, ScalingFit } from '../../core/capacity-summary.ts'

const REPLICAS = [2, 3, 4] as const

/**
 * Runs per second of several deployments like the measured one. `linear`: they share nothing. `low`: they share what the scalability law found to be
 * done one at a time, as with one database behind all of them: Amdahl's bound 1 / (1 + α(n − 1)) on each.
 */
export function replicasOf(throughput: number | undefined, scaling: ScalingFit | undefined): CapacitySummary['replicas'] {
  if (throughput === undefined) return []
  const alpha = Math.min(1, scaling?.alpha.estimate ?? 0)
  return REPLICAS.map((replicas) => {
    const linear = replicas * throughput
    return { replicas, linear, low: linear / (1 + alpha * (replicas - 1)) }
  })
}
