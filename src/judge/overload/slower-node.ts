import type { Overload } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'

/** Below this share of what runs grew by, no single node is worth naming. */
const NOTABLE = 0.1

/** The node whose own time grew most; undefined where streams told of none, or none grew by a tenth of what the run did. Containers are left out: they hold their nodes' time. */
export function slowerNode(loaded: PhaseSummary, lighter: PhaseSummary): Overload['node'] {
  const before = new Map(lighter.nodes?.nodes.map((node) => [node.nodeId, node.elapsed?.p50]))
  const now = loaded.nodes?.nodes ?? []
  const containers = new Set(now.map(({ parent }) => parent))
  const grown = (loaded.metrics['elapsed_time']?.p50 ?? 0) - (lighter.metrics['elapsed_time']?.p50 ?? 0)
  const [most] = now
    .flatMap(({ nodeId, title, elapsed }) => {
      const was = before.get(nodeId)
      return elapsed && was !== undefined && !containers.has(nodeId) ? [{ nodeId, title, lighter: was, loaded: elapsed.p50 }] : []
    })
    .sort((a, b) => b.loaded - b.lighter - (a.loaded - a.lighter))
  return most && most.loaded - most.lighter > NOTABLE * Math.max(0, grown) ? most : undefined
}
