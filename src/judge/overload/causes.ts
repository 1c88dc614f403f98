import type { OverloadKind } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { engineGrew, type Grown, type Growth, type Stage } from './growth.ts'

/** From this share of all growth on, a part is more than a companion of another. */
const OWN_SHARE = 0.25
/** From this share of all growth on, nothing that the table of overloads knows explains the way back. */
const MOST = 0.5
/** Runs that hold their slot longer by this factor make the queue before it longer: what lengthens them is a cause too. */
const HELD_LONGER = 1.2

/**
 * The kinds of overload that what grew speaks for: one, or several where no one explains it all, or none. A run passes through queues one
 * inside the other: a connection slot is held while it waits for a worker and runs, a worker slot while it runs. So a queue outside that grows
 * while runs inside take longer has two causes.
 */
export function causesOf(loaded: PhaseSummary, lighter: PhaseSummary, grown: Grown): readonly OverloadKind[] {
  const by = (stage: Stage) => grown.stages[stage]?.by ?? 0
  if (by('delivery') >= MOST * grown.total) return []
  const slower = engineGrew(loaded, lighter, grown, HELD_LONGER)
  if (grown.stages.outside) {
    // A CPU that is short slows what the API does around a run as well, so that alone is no sign of a queue.
    if (by('outside') > by('engine')) return slower ? ['api-connections', 'api-cpu'] : ['api-connections']
    return slower ? ['api-cpu'] : []
  }
  const inside = insideOf(grown, slower)
  if (by('firstByte') < OWN_SHARE * grown.total) return inside
  const inner = by('admission') + by('engine')
  const longer = heldFor(loaded, grown, 'loaded') >= HELD_LONGER * heldFor(lighter, grown, 'lighter')
  return ['connections', ...(longer || inner >= OWN_SHARE * grown.total ? inside : [])]
}

/** What a worker's queue and its own speed speak for. */
function insideOf({ stages, total }: Grown, slower: boolean): readonly OverloadKind[] {
  const [admission, engine] = [stages.admission?.by ?? 0, stages.engine?.by ?? 0]
  // Starting a run is work too: a short CPU makes it late, but by no more than it lengthens the run itself.
  if (admission > engine) return slower ? ['workers', 'worker-cpu'] : admission > 0 ? ['workers'] : []
  return slower && engine >= OWN_SHARE * (total - (stages.firstByte?.by ?? 0)) ? ['worker-cpu'] : []
}

/** How long a run keeps its connection slot: from its first byte until its stream closes. */
function heldFor({ metrics }: PhaseSummary, { stages, statistic }: Grown, when: keyof Pick<Growth, 'loaded' | 'lighter'>): number {
  const inner = (['admission', 'engine', 'delivery'] as const).map((stage) => stages[stage]?.[when] ?? 0)
  return inner.reduce((sum, one) => sum + one, metrics['close_lag']?.[statistic] ?? 0)
}
