import type { MixComparison, MixShift, NodesSummary, PathSummary } from '../../core/nodes-summary.ts'
import type { NodeSpan } from '../../core/sample.ts'
import { fewestForQuantile, quantile } from '../../stats/order.ts'
import { type Stratum, standardise } from '../../stats/standardise.ts'
import { createColumn } from '../column.ts'
import { pathName } from './path-name.ts'

/** Paths told apart in one phase; later ones are taken together as one. */
const MOST_PATHS = 200
/** Paths that a summary names. */
const MOST_NAMED = 20
/** What a summary keeps of a path's response times. */
const QUANTILES_KEPT = 100
const COMPARED = { p50: 0.5, p95: 0.95 } as const

type PathNodes = PathSummary['nodes']
/** Response times by the number of the path. */
type Groups = readonly (readonly number[])[]

export interface Paths {
  /** A run at that position of its phase. */
  take(position: number, nodes: readonly NodeSpan[], response: number): void
  /** Most frequent first. Titles by node id. */
  read(titleOf: (nodeId: string) => string): Pick<NodesSummary, 'paths' | 'halves' | 'shift'>
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
  const byPath = (rows: Uint32Array): Groups => {
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
    read(titleOf) {
      const rows = ordered()
      const middle = rows.length >> 1
      const halves = [rows.subarray(0, middle), rows.subarray(middle)].map(byPath) as [Groups, Groups]
      const paths = halves[0]
        .map((first, number) => summariseAs(known[number]!.nodes, ascending([...first, ...halves[1][number]!]), rows.length))
        .sort((a, b) => b.count - a.count)
      const compared = known.length > 1 ? compareHalves(...halves) : []
      const shift = compared.length > 0 ? shiftOf(...halves, (number) => pathName(known[number]!, known, titleOf)) : undefined
      return { paths: paths.slice(0, MOST_NAMED), ...(compared.length > 0 && { halves: compared }), ...(shift && { shift }) }
    },
  }
}

const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()
const sizeOf = (groups: Groups): number => groups.reduce((sum, { length }) => sum + length, 0)

function summariseAs(nodes: PathNodes, values: Float64Array, all: number): PathSummary {
  const count = values.length
  const kept = Math.min(count, QUANTILES_KEPT)
  return {
    nodes,
    count,
    share: count / all,
    p50: quantile(values, 0.5)!,
    p95: quantile(values, 0.95)!,
    values: Array.from({ length: kept }, (_, i) => quantile(values, (i + 0.5) / kept)!),
  }
}

function compareHalves(first: Groups, second: Groups): readonly MixComparison[] {
  const side = (values: readonly number[]) => ({ values: ascending(values), count: values.length })
  const strata = first.map((values, number): Stratum => ({ first: side(values), second: side(second[number]!) }))
  return (Object.keys(COMPARED) as (keyof typeof COMPARED)[]).flatMap((of): MixComparison[] => {
    if (Math.min(sizeOf(first), sizeOf(second)) < fewestForQuantile(COMPARED[of])) return []
    const compared = standardise(strata, COMPARED[of])
    return compared ? [{ of, ...compared }] : []
  })
}

/** The path whose share changed most, with the standard error of a difference of two shares. */
function shiftOf(first: Groups, second: Groups, nameOf: (number: number) => string): MixShift | undefined {
  const [a, b] = [sizeOf(first), sizeOf(second)]
  const shares = first.map(({ length }, number) => ({ number, first: length / a, second: second[number]!.length / b }))
  const most = shares.reduce((one, other) => (Math.abs(other.second - other.first) > Math.abs(one.second - one.first) ? other : one))
  const pooled = (most.first * a + most.second * b) / (a + b)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a + 1 / b))
  const { number, ...told } = most
  return error > 0 ? { name: nameOf(number), ...told, z: (most.second - most.first) / error } : undefined
}

/** The nodes that were begun, sorted by id, each once; a container that ran several times with all its rounds. */
function pathOf(nodes: readonly NodeSpan[]): PathNodes {
  const rounds = new Map<string, number | undefined>()
  for (const { nodeId, rounds: own } of nodes) rounds.set(nodeId, own === undefined ? rounds.get(nodeId) : (rounds.get(nodeId) ?? 0) + own)
  return [...rounds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([nodeId, many]) => ({ nodeId, ...(many !== undefined && { rounds: many }) }))
}
