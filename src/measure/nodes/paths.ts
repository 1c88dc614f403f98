import type { MixComparison, PathSummary } from '../../core/nodes-summary.ts'
import type { NodeSpan } from '../../core/sample.ts'
import { fewestForQuantile, quantile } from '../../stats/order.ts'
import { type Stratum, standardise } from '../../stats/standardise.ts'
import { createColumn } from '../column.ts'

/** Paths told apart in one phase; later ones are taken together as one. */
const MOST_PATHS = 200
/** Paths that a summary names. */
const MOST_NAMED = 20
const COMPARED = { p50: 0.5, p95: 0.95 } as const

type PathNodes = PathSummary['nodes']

/** Response times of the runs that took one path, in order of intention. */
export interface PathValues {
  /** The same for the same nodes and rounds, in any phase and any run; empty for rarer paths taken together. */
  readonly key: string
  readonly nodes: PathNodes
  readonly values: Float64Array
}

export interface Paths {
  /** A run at that position of its phase. */
  take(position: number, nodes: readonly NodeSpan[], response: number): void
  /** Most frequent first. */
  read(): { readonly paths: readonly PathSummary[]; readonly halves?: readonly MixComparison[] }
  values(): readonly PathValues[]
}

/** Groups runs by the nodes they executed and the rounds of their containers. Keeps twelve bytes a run. */
export function createPaths(): Paths {
  const known: { readonly key: string; readonly nodes: PathNodes }[] = []
  const numbers = new Map<string, number>()
  const [positions, responses, paths] = [createColumn('narrow'), createColumn('narrow'), createColumn('narrow')]

  const numberOf = (nodes: readonly NodeSpan[]): number => {
    const path = pathOf(nodes)
    const own = path.map(({ nodeId, rounds }) => (rounds === undefined ? nodeId : `${nodeId}×${rounds}`)).join(' ')
    const rare = !numbers.has(own) && numbers.size >= MOST_PATHS
    const key = rare ? '' : own
    let number = numbers.get(key)
    if (number === undefined) {
      number = known.length
      known.push({ key, nodes: rare ? [] : path })
      numbers.set(key, number)
    }
    return number
  }

  /** Row numbers in order of intention. */
  const ordered = () => {
    const place = positions.view()
    return Uint32Array.from({ length: place.length }, (_, row) => row).sort((a, b) => place[a]! - place[b]!)
  }

  /** Response times by path, of some rows. */
  const byPath = (rows: Uint32Array): readonly number[][] => {
    const grouped: number[][] = known.map(() => [])
    for (const row of rows) grouped[paths.at(row)]!.push(responses.at(row))
    return grouped
  }

  return {
    take(position, nodes, response) {
      positions.push(position)
      responses.push(response)
      paths.push(numberOf(nodes))
    },
    read() {
      const rows = ordered()
      const middle = rows.length >> 1
      const summaries = byPath(rows)
        .map((values, number): PathSummary => {
          const ascending = Float64Array.from(values).sort()
          return {
            nodes: known[number]!.nodes,
            count: values.length,
            share: values.length / rows.length,
            p50: quantile(ascending, 0.5)!,
            p95: quantile(ascending, 0.95)!,
          }
        })
        .sort((a, b) => b.count - a.count)
      const halves = known.length > 1 ? compareHalves(byPath(rows.subarray(0, middle)), byPath(rows.subarray(middle))) : []
      return { paths: summaries.slice(0, MOST_NAMED), ...(halves.length > 0 && { halves }) }
    },
    values: () => byPath(ordered()).map((values, number) => ({ ...known[number]!, values: Float64Array.from(values) })),
  }
}

function compareHalves(first: readonly number[][], second: readonly number[][]): readonly MixComparison[] {
  const size = (half: readonly number[][]) => half.reduce((sum, { length }) => sum + length, 0)
  const ascending = (values: readonly number[]) => Float64Array.from(values).sort()
  const strata = first.map((values, number): Stratum => ({ first: ascending(values), second: ascending(second[number]!) }))
  return (Object.keys(COMPARED) as (keyof typeof COMPARED)[]).flatMap((of): MixComparison[] => {
    if (Math.min(size(first), size(second)) < fewestForQuantile(COMPARED[of])) return []
    const compared = standardise(strata, COMPARED[of])
    return compared ? [{ of, ...compared }] : []
  })
}

/** The nodes that were begun, sorted by id, each once; a container that ran several times with all its rounds. */
function pathOf(nodes: readonly NodeSpan[]): PathNodes {
  const rounds = new Map<string, number | undefined>()
  for (const { nodeId, rounds: own } of nodes) rounds.set(nodeId, own === undefined ? rounds.get(nodeId) : (rounds.get(nodeId) ?? 0) + own)
  return [...rounds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([nodeId, many]) => ({ nodeId, ...(many !== undefined && { rounds: many }) }))
}
