import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { Spread } from '../../core/nodes-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { MadeTrial } from './capacity-events.ts'

/** A node that takes so much longer than in the unloaded runs has bent, if it also takes this much of the run's time. */
const BENT = 1.25
const LEAST_SHARE = 0.02
/** And by so many half-widths of both medians together, in logs: every node is looked at under every load, and few unloaded runs are behind all of it. */
const SURE = 2

type FirstNode = NonNullable<CapacitySummary['firstNode']>

/**
 * The node that got slower at the lowest load and stays so under more, by the median of the server's own time for it; of several at one load the one
 * that grew most. What our own machine spoiled tells nothing.
 */
export function firstNodeToBend(trials: readonly MadeTrial[], unloaded: PhaseSummary): FirstNode | undefined {
  const told = trials.filter(({ finding }) => finding !== 'spoiled')
  const loads = [...new Set(told.map(({ load }) => load))].sort((a, b) => a - b)
  const first = (unloaded.nodes?.nodes ?? []).flatMap(({ nodeId, elapsed }) => {
    if (!elapsed) return []
    const at = loads.map((load) => nodeAt(nodeId, load, { told, before: elapsed }))
    // Where a load tells nothing of it, the others decide.
    const from = at.findLastIndex((node) => node === 'as before') + 1
    return at.slice(from).find((node) => typeof node === 'object') ?? []
  })
  return first.sort((a, b) => a.load - b.load || b.inflation - a.inflation)[0]
}

/** What became of a node under a load; undefined where no trial there tells of it. */
function nodeAt(
  nodeId: string,
  load: number,
  { told, before }: { readonly told: readonly MadeTrial[]; readonly before: Spread },
): FirstNode | 'as before' | undefined {
  const nodes = told
    .flatMap((trial) => (trial.load === load ? (trial.phase.nodes?.nodes ?? []) : []))
    .filter((node) => node.nodeId === nodeId)
  const spreads = nodes.flatMap(({ elapsed }) => elapsed ?? [])
  const now = spreads.toSorted((a, b) => a.p50 - b.p50)[spreads.length >> 1]
  if (!now) return undefined
  if (before.p50 <= 0 || nodes[0]!.share < LEAST_SHARE) return 'as before'
  const inflation = now.p50 / before.p50
  const count = spreads.reduce((sum, spread) => sum + spread.count, 0)
  const half = Math.hypot(halfWidth(before), halfWidth({ ...now, count }))
  if (inflation <= BENT || Math.log(inflation) <= SURE * half) return 'as before'
  return { nodeId, title: nodes[0]!.title, load, inflation }
}

/** Half of the median's 95 % interval in logs, of runs that are independent and log-normal between their median and their p95: 1.96 √(π/2) σ / √n. */
function halfWidth({ p50, p95, count }: Pick<Spread, 'p50' | 'p95' | 'count'>): number {
  const sigma = p50 > 0 ? Math.log(p95 / p50) / 1.645 : 0
  return (1.96 * Math.sqrt(Math.PI / 2) * sigma) / Math.sqrt(Math.max(1, count))
}
