import type { NodeSummary, NodesSummary, RunExample, Spread } from '../../core/nodes-summary.ts'
import { pathName } from '../../measure/nodes/path-name.ts'
import { fewestForQuantile, hasInterval } from '../../stats/order.ts'
import { count, digits, duration, NONE, percent } from '../format.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'

type NodeColumn = readonly [head: string, cell: (node: NodeSummary) => string, shown?: (node: NodeSummary) => boolean]

/** Before a percentile of fewer values than have an interval. */
const FEW = '~'

/** What `~` means, for whoever shows a table with one in it. */
export const FEW_MEANS = `${FEW} stands before a percentile of few values (a p50 of fewer than ${fewestForQuantile(0.5)}, a p95 of fewer than ${fewestForQuantile(0.95)}): it is one of them, and says little of the next.`

export const hasFew = ({ rows }: DataTable): boolean => rows.some((cells) => cells.some((cell) => cell.startsWith(FEW)))

const QUANTILE = { p50: 0.5, p95: 0.95 } as const

/** A percentile, marked where it is of few values. */
const percentile = (spread: Pick<Spread, 'count' | 'p50' | 'p95'> | undefined, which: keyof typeof QUANTILE): string =>
  spread === undefined ? NONE : `${hasInterval(spread.count, QUANTILE[which]) ? '' : FEW}${duration(spread[which])}`
const some = (value: number): string => (value === 0 ? NONE : count(value))

/** A node's title, its id where it has none; in a container with the container's. */
export function nameOf(node: Pick<NodeSummary, 'nodeId' | 'title' | 'parent'>, titleOf: (nodeId: string) => string): string {
  const own = plain(node.title, 40) || plain(node.nodeId, 40) || 'a node without a name'
  return node.parent === undefined ? own : `${plain(titleOf(node.parent), 30)} › ${own}`
}

/** Titles by id, of a phase's nodes or of the spans of a run. */
export const titlesOf = (nodes: readonly Pick<NodeSummary, 'nodeId' | 'title'>[]): ((nodeId: string) => string) => {
  const titles = new Map(nodes.map(({ nodeId, title }) => [nodeId, title]))
  return (nodeId) => titles.get(nodeId) || nodeId
}

/** The nodes of a phase, largest share of the run's time first; columns that say nothing of any node are left out. */
export function nodeTable(summary: NodesSummary, rows: number): DataTable {
  const { nodes, runs } = summary
  const title = titlesOf(summary.nodes)
  const columns: readonly NodeColumn[] = [
    ['Node', (node) => nameOf(node, title)],
    ['type', ({ type }) => plain(type, 24)],
    ['ran in', (node) => (runs > 0 ? percent(node.runs / runs) : NONE)],
    ['times', (node) => (node.runs > 0 ? digits(node.executions / node.runs) : NONE), (node) => node.executions > node.runs],
    ['elapsed p50', ({ elapsed }) => percentile(elapsed, 'p50')],
    ['p95', ({ elapsed }) => percentile(elapsed, 'p95')],
    ['wait p50', ({ wait }) => percentile(wait, 'p50')],
    ['p95', ({ wait }) => percentile(wait, 'p95')],
    ['share', ({ share }) => (runs > 0 ? percent(share) : NONE)],
    ['on the critical path', ({ critical }) => (runs > 0 ? percent(critical.runs / runs) : NONE)],
    ['tokens', ({ tokens }) => some(tokens), ({ tokens }) => tokens > 0],
    ['prompt', ({ promptTokens }) => some(promptTokens), ({ promptTokens }) => promptTokens > 0],
    ['completion', ({ completionTokens }) => some(completionTokens), ({ completionTokens }) => completionTokens > 0],
    ['model p50', ({ modelTime }) => percentile(modelTime, 'p50'), ({ modelTime }) => modelTime !== undefined],
    ['first token p50', ({ firstToken }) => percentile(firstToken, 'p50'), ({ firstToken }) => firstToken !== undefined],
    ['failed', ({ failed }) => some(failed), ({ failed }) => failed > 0],
    ['handled', ({ handled }) => some(handled), ({ handled }) => handled > 0],
    ['retries', ({ retries }) => some(retries), ({ retries }) => retries > 0],
    ['cut off', ({ cutOff }) => some(cutOff), ({ cutOff }) => cutOff > 0],
    ['errors', errorsOf, (node) => Object.keys(node.errors).length > 0],
  ]
  const shown = columns.filter(([, , shows]) => !shows || nodes.some(shows))
  return {
    head: shown.map(([head]) => head),
    words: shown.flatMap(([head], at) => (head === 'type' || head === 'errors' ? [at] : [])),
    rows: nodes.slice(0, rows).map((node) => shown.map(([, cell]) => cell(node))),
  }
}

/** Kinds of error, the most frequent first. */
export const errorsOf = ({ errors }: NodeSummary): string =>
  Object.entries(errors)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, many]) => `${kind} ${count(many)}`)
    .join(', ') || NONE

/** The paths of a phase, each named by what not all of them have. */
export function pathTable(summary: NodesSummary): DataTable {
  const { paths } = summary
  return {
    head: ['Path', 'runs', 'share', 'response time p50', 'p95'],
    rows: paths.map((path) => [
      plain(pathName(path, paths, titlesOf(summary.nodes)), 160),
      count(path.count),
      percent(path.share),
      percentile(path, 'p50'),
      percentile(path, 'p95'),
    ]),
  }
}

/** One run node by node. */
export const exampleTable = ({ spans }: RunExample, rows: number): DataTable => ({
  head: ['Node', 'type', 'status', 'round', 'began after', 'took', 'on the critical path'],
  words: [1, 2, 6],
  rows: spans
    .slice(0, rows)
    .map((span) => [
      nameOf(span, titlesOf(spans)),
      plain(span.type, 24),
      plain(span.status ?? 'cut off', 20),
      span.round === undefined ? NONE : count(span.round + 1),
      duration(span.startUs),
      duration(span.finishUs - span.startUs),
      span.critical ? 'yes' : 'no',
    ]),
})
