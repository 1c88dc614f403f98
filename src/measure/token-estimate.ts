import type { Fate } from '../core/fate.ts'
import type { NodeSpan, Sample } from '../core/sample.ts'
import { quantile } from '../stats/order.ts'
import { type Column, createColumn } from './column.ts'

/** How far a run had come when we last heard of it. */
export interface Progress {
  readonly inputSet: string
  readonly textChunks: number
  /** What its finished nodes had reported. */
  readonly nodeTokens: number
}

export interface TokenEstimator {
  /** Learns what a run costs from those that succeeded, partly too, and reported it. */
  learn(sample: Sample): void
  /** Tokens of a run that reported none; undefined where no run succeeded to go by. */
  estimate(progress: Progress, fate: Fate): number | undefined
}

/** A run that ended like this went no further than was heard of it. */
const CUT_SHORT: ReadonlySet<Fate> = new Set(['stopped', 'stop-unconfirmed', 'workflow-failed'])

/**
 * Estimates by the median of the succeeded runs of the same input set (of all where it has none). A run that was cut short is given it in the
 * proportion of its pieces of text to theirs, one that may go on no less than the whole; never less than its finished nodes had reported. Too
 * low where it was cut before its first text, since the prompt is paid for by then; too high where the workflow streams no text.
 */
export function createTokenEstimator(): TokenEstimator {
  const sets = new Map<string, { readonly tokens: Column; readonly chunks: Column }>()
  const medians = new Map<string | undefined, ReturnType<typeof mediansOf>>()

  /** Of one input set, or of all. */
  function typical(inputSet: string | undefined) {
    const known = medians.get(inputSet)
    if (known) return known
    const of = inputSet === undefined ? [...sets.values()] : [sets.get(inputSet)].filter((set) => set !== undefined)
    const found = mediansOf(of)
    medians.set(inputSet, found)
    return found
  }

  return {
    learn({ outcome, tokens, inputSet, textChunks }) {
      if ((outcome.kind !== 'succeeded' && outcome.kind !== 'partial') || tokens === undefined) return
      const set = sets.get(inputSet) ?? { tokens: createColumn(), chunks: createColumn('narrow') }
      sets.set(inputSet, set)
      set.tokens.push(tokens)
      set.chunks.push(textChunks)
      medians.clear()
    },
    estimate({ inputSet, textChunks, nodeTokens }, fate) {
      const own = typical(inputSet)
      const { tokens, chunks } = own.tokens === undefined ? typical(undefined) : own
      if (tokens === undefined) return nodeTokens > 0 ? nodeTokens : undefined
      const heard = chunks !== undefined && chunks > 0 ? textChunks / chunks : undefined
      const share = CUT_SHORT.has(fate) ? (heard ?? 1) : Math.max(1, heard ?? 1)
      return Math.max(nodeTokens, Math.round(tokens * share))
    },
  }
}

function mediansOf(sets: readonly { readonly tokens: Column; readonly chunks: Column }[]) {
  const median = (columns: readonly Column[]) => quantile(Float64Array.from(columns.flatMap((column) => [...column.view()])).sort(), 0.5)
  return { tokens: median(sets.map(({ tokens }) => tokens)), chunks: median(sets.map(({ chunks }) => chunks)) }
}

/** What the finished nodes of a run have reported, those within an iteration or loop that has reported itself counted once. */
export function tokensOfNodes(nodes: readonly NodeSpan[]): number {
  const told = new Set(nodes.flatMap(({ nodeId, tokens }) => (tokens === undefined ? [] : [nodeId])))
  return nodes.reduce((sum, { tokens = 0, parent }) => (parent !== undefined && told.has(parent) ? sum : sum + tokens), 0)
}
