import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { PhaseSummary } from '../../core/summary.ts'
import type { MadeTrial } from './capacity-events.ts'

/** A node that takes so much longer than in the unloaded runs has bent, if it also takes this much of the run's time. */
const BENT = 1.25
const LEAST_SHARE = 0.02

/** The node that got slower at the lowest load, by the median of the server's own time for it; of several at one load the one that grew most. */
export function firstNodeToBend(
  trials: readonly MadeTrial[],
  unloaded: PhaseSummary,
): NonNullable<CapacitySummary['firstNode']> | undefined {
  const calm = new Map(unloaded.nodes?.nodes.map((node) => [node.nodeId, node.elapsed?.p50]) ?? [])
  const loads = [...new Set(trials.map(({ load }) => load))].sort((a, b) => a - b)
  for (const load of loads) {
    const at = trials.filter((trial) => trial.load === load)
    const bent = [...calm].flatMap(([nodeId, before]) => {
      const nodes = at.flatMap(({ phase }) => phase.nodes?.nodes.filter((node) => node.nodeId === nodeId) ?? [])
      const now = median(nodes.flatMap(({ elapsed }) => elapsed?.p50 ?? []))
      if (before === undefined || before <= 0 || now === undefined || (nodes[0]?.share ?? 0) < LEAST_SHARE) return []
      const inflation = now / before
      return inflation > BENT ? [{ nodeId, title: nodes[0]?.title ?? nodeId, load, inflation }] : []
    })
    const most = bent.sort((a, b) => b.inflation - a.inflation)[0]
    if (most) return most
  }
  return undefined
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
