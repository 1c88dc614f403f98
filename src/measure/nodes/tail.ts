import type { TailBlame, TailPart } from '../../core/nodes-summary.ts'
import type { Part } from './division.ts'

/** Runs whose response times differ by less than this are summed up together. */
const STEP = Math.log(1.01)
const TAIL = 0.05
/** The median run is the mean of those around it: a single one may have been odd. */
const MEDIAN = [0.45, 0.55] as const
/** With fewer, the slowest 5 % are fewer than five runs, and a story about chance. */
export const FEWEST_FOR_TAIL = 100
const MOST_PARTS = 12

/** Runs of about the same response time: how many, and the sums of their parts. */
interface Rung<Example> {
  count: number
  total: number
  readonly parts: number[]
  readonly example: Example
}

export interface Tail<Example> {
  /** `example` is asked for only where this is the first run of about its length. */
  take(response: number, parts: readonly Part[], example: () => Example): void
  /** Undefined with fewer than 100 runs. Titles by node id. */
  blame(titleOf: (nodeId: string) => string): TailBlame | undefined
  /** A run of about the length that a share `p` of all runs did not exceed; undefined without runs. */
  exampleAt(p: number): Example | undefined
}

/**
 * Gathers where runs of each length spent their time. Lengths are kept in steps of 1 %, for each the sums of all parts: memory grows with the
 * ratio of the longest to the shortest run and the number of nodes, not with the number of runs, and sums of parts stay exact.
 */
export function createTail<Example>(): Tail<Example> {
  const rungs = new Map<number, Rung<Example>>()
  const keys = new Map<string, Omit<Part, 'length'> & { readonly at: number }>()
  let runs = 0

  const numberOf = ({ kind, nodeId }: Part): number => {
    const key = nodeId === undefined ? kind : `${kind} ${nodeId}`
    let known = keys.get(key)
    if (!known) {
      known = { kind, ...(nodeId !== undefined && { nodeId }), at: keys.size }
      keys.set(key, known)
    }
    return known.at
  }
  const ascending = () => [...rungs].sort(([a], [b]) => a - b).map(([, rung]) => rung)

  /** Means over the runs between two shares of all, in order of length; of a step that lies across the border, its part. */
  function meanOf(from: number, to: number): { readonly total: number; readonly parts: readonly number[]; readonly shortest: number } {
    const parts = new Array<number>(keys.size).fill(0)
    let [passed, total, shortest] = [0, 0, 0]
    const [first, last] = [from * runs, to * runs]
    for (const rung of ascending()) {
      const taken = Math.min(passed + rung.count, last) - Math.max(passed, first)
      passed += rung.count
      if (taken <= 0) continue
      if (total === 0) shortest = rung.total / rung.count
      const weight = taken / rung.count
      total += rung.total * weight
      for (let i = 0; i < parts.length; i++) parts[i]! += (rung.parts[i] ?? 0) * weight
    }
    const size = last - first
    return { total: total / size, parts: parts.map((part) => part / size), shortest }
  }

  return {
    take(response, parts, example) {
      if (!(response > 0)) return
      const step = Math.floor(Math.log(response) / STEP)
      let rung = rungs.get(step)
      if (!rung) {
        rung = { count: 0, total: 0, parts: [], example: example() }
        rungs.set(step, rung)
      }
      runs++
      rung.count++
      rung.total += response
      for (const part of parts) {
        const at = numberOf(part)
        rung.parts[at] = (rung.parts[at] ?? 0) + part.length
      }
    },
    blame(titleOf) {
      if (runs < FEWEST_FOR_TAIL) return undefined
      const [median, tail] = [meanOf(...MEDIAN), meanOf(1 - TAIL, 1)]
      const excess = tail.total - median.total
      const parts = [...keys.values()]
        .map(({ at, kind, nodeId }): TailPart => {
          const [medianUs, tailUs] = [median.parts[at]!, tail.parts[at]!]
          return {
            kind,
            ...(nodeId !== undefined && { nodeId, title: titleOf(nodeId) }),
            medianUs,
            tailUs,
            // Below a microsecond there is no excess to share.
            share: excess >= 1 ? (tailUs - medianUs) / excess : 0,
          }
        })
        .sort((a, b) => b.share - a.share)
      const named = parts.slice(0, MOST_PARTS)
      return {
        runs: Math.round(runs * TAIL),
        fromUs: tail.shortest,
        medianUs: median.total,
        tailUs: tail.total,
        parts: named,
        rest: parts.slice(MOST_PARTS).reduce((sum, { share }) => sum + share, 0),
      }
    },
    exampleAt(p) {
      let passed = 0
      for (const rung of ascending()) {
        passed += rung.count
        if (passed >= p * runs) return rung.example
      }
      return undefined
    },
  }
}
