import type { NodeSummary, Spread } from '../../core/nodes-summary.ts'
import type { NodeError, NodeSpan } from '../../core/sample.ts'
import { quantileRank } from '../../stats/order.ts'
import { createHistogram, type Histogram } from '../histogram.ts'
import type { Anatomy, Execution } from './anatomy.ts'

/** A workflow with more nodes has the others counted as one. */
const MOST_NODES = 100
const OTHERS = { nodeId: '', title: 'other nodes', type: '' } as const
/** Titles are written by people; what is longer is none. */
const LONGEST_NAME = 200

interface Row {
  readonly who: Pick<NodeSummary, 'nodeId' | 'title' | 'type' | 'parent'>
  readonly elapsed: Histogram
  readonly wait: Histogram
  readonly modelTime: Histogram
  readonly firstToken: Histogram
  readonly errors: Map<NodeError, number>
  readonly counts: { -readonly [K in 'runs' | 'executions' | 'failed' | 'handled' | 'cutOff' | 'retries']: number }
  readonly tokens: { all: number; prompt: number; completion: number }
  readonly times: { self: number; critical: number; criticalWait: number }
  criticalRuns: number
  /** The last run that counted it, so that a node in a loop counts once. */
  seenIn: unknown
  criticalIn: unknown
}

export interface NodeTable {
  /** How executions ended, and what went wrong: of every exchange. */
  count(nodes: readonly NodeSpan[]): void
  /** Times, tokens and the critical path: of an accepted run. */
  time(anatomy: Anatomy): void
  titleOf(nodeId: string): string
  /** Undefined where no time was taken. `elapsed`: the sum over all runs. */
  read(elapsed: number): readonly NodeSummary[]
}

/** What is kept of each node of a phase: a few histograms, whatever the number of runs. */
export function createNodeTable(): NodeTable {
  const rows = new Map<string, Row>()

  const rowOf = (node: NodeSpan): Row => {
    const id = rows.has(node.nodeId) || rows.size < MOST_NODES ? node.nodeId : OTHERS.nodeId
    let row = rows.get(id)
    if (!row) {
      const { nodeId, title, type, parent } = id === node.nodeId ? node : { ...OTHERS, parent: undefined }
      const name = (text: string) => text.slice(0, LONGEST_NAME)
      row = newRow({ nodeId: name(nodeId), title: name(title), type: name(type), ...(parent !== undefined && { parent: name(parent) }) })
      rows.set(id, row)
    }
    return row
  }

  function timeOf({ timed: { node }, wait, self }: Execution, run: unknown): void {
    const row = rowOf(node)
    row.counts.executions++
    if (row.seenIn !== run) row.counts.runs++
    row.seenIn = run
    row.times.self += self
    row.wait.record(wait)
    if (node.elapsed !== undefined) row.elapsed.record(node.elapsed)
    if (node.modelTime !== undefined) row.modelTime.record(node.modelTime)
    if (node.firstToken !== undefined) row.firstToken.record(node.firstToken)
    row.tokens.all += node.tokens ?? 0
    row.tokens.prompt += node.promptTokens ?? 0
    row.tokens.completion += node.completionTokens ?? 0
  }

  return {
    count(nodes) {
      for (const node of nodes) {
        const { counts, errors } = rowOf(node)
        if (node.finished === undefined) counts.cutOff++
        if (node.status === 'failed') counts.failed++
        if (node.status === 'exception') counts.handled++
        counts.retries += node.retries?.length ?? 0
        for (const kind of [...(node.retries ?? []), ...(node.error ? [node.error] : [])]) errors.set(kind, (errors.get(kind) ?? 0) + 1)
      }
    },
    time(anatomy) {
      for (const execution of anatomy.executions) timeOf(execution, anatomy)
      for (const { kind, timed, from, to } of anatomy.path) {
        if (!timed) continue
        const row = rowOf(timed.node)
        row.times[kind === 'wait' ? 'criticalWait' : 'critical'] += to - from
        if (row.criticalIn !== anatomy) row.criticalRuns++
        row.criticalIn = anatomy
      }
    },
    titleOf: (nodeId) => rows.get(nodeId)?.who.title || nodeId,
    read: (elapsed) =>
      [...rows.values()]
        .map((row): NodeSummary => {
          const share = (part: number) => (elapsed > 0 ? part / elapsed : 0)
          return {
            ...row.who,
            ...row.counts,
            ...spread('elapsed', row.elapsed),
            ...spread('wait', row.wait),
            share: share(row.times.self),
            critical: { runs: row.criticalRuns, share: share(row.times.critical), waitShare: share(row.times.criticalWait) },
            tokens: row.tokens.all,
            promptTokens: row.tokens.prompt,
            completionTokens: row.tokens.completion,
            ...spread('modelTime', row.modelTime),
            ...spread('firstToken', row.firstToken),
            errors: Object.fromEntries(row.errors),
          }
        })
        .sort((a, b) => b.share - a.share),
  }
}

const newRow = (who: Row['who']): Row => ({
  who,
  elapsed: createHistogram(),
  wait: createHistogram(),
  modelTime: createHistogram(),
  firstToken: createHistogram(),
  errors: new Map(),
  counts: { runs: 0, executions: 0, failed: 0, handled: 0, cutOff: 0, retries: 0 },
  tokens: { all: 0, prompt: 0, completion: 0 },
  times: { self: 0, critical: 0, criticalWait: 0 },
  criticalRuns: 0,
  seenIn: undefined,
  criticalIn: undefined,
})

function spread<Name extends string>(name: Name, histogram: Histogram): { readonly [K in Name]?: Spread } {
  const { count, mean, max } = histogram
  if (count === 0) return {}
  const at = (p: number) => histogram.at(quantileRank(count, p))
  return { [name]: { count, mean, p50: at(0.5), p95: at(0.95), max } } as { readonly [K in Name]?: Spread }
}
