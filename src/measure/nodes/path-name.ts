import type { PathSummary } from '../../core/nodes-summary.ts'

type Path = Pick<PathSummary, 'nodes'>

/** What tells a path from all the others: the nodes that not every one of them has, with rounds. Titles by node id. */
export function pathName(path: Path, all: readonly Path[], titleOf: (nodeId: string) => string): string {
  if (path.nodes.length === 0) return 'rarer paths together'
  const told = all.filter(({ nodes }) => nodes.length > 0)
  const own = path.nodes.filter(
    ({ nodeId, rounds }) => !told.every(({ nodes }) => nodes.some((one) => one.nodeId === nodeId && one.rounds === rounds)),
  )
  const names = own.map(({ nodeId, rounds }) => `${titleOf(nodeId).slice(0, 60)}${rounds === undefined ? '' : ` × ${rounds}`}`)
  return names.length === 0 ? 'only what every run executed' : `with ${names.join(', ')}`
}
