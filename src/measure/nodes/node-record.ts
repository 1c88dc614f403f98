import type { NodesSummary } from '../../core/nodes-summary.ts'
import type { Sample } from '../../core/sample.ts'
import { OUT_OF_STATISTICS } from '../../core/sample.ts'
import type { Accepts } from '../outcome-count.ts'
import { anatomyOf } from './anatomy.ts'
import { divide } from './division.ts'
import { exampleOf } from './example.ts'
import { createNodeTable } from './node-table.ts'
import { createPaths } from './paths.ts'
import { createTail } from './tail.ts'

/** Half of the runs are shorter than the one drawn as the median; one in forty is longer than the one drawn of the tail. */
const DRAWN = { median: 0.5, tail: 0.975 } as const

/** Takes what the streams of one phase say of the nodes. */
export interface NodeRecord {
  take(sample: Sample): void
  /** Undefined where no stream told of a node. */
  read(): NodesSummary | undefined
}

export function createNodeRecord(accepts: Accepts): NodeRecord {
  const table = createNodeTable()
  const tail = createTail<Sample>()
  const paths = createPaths()
  const sums = { elapsed: 0, overhead: 0, end: 0 }
  let [runs, told] = [0, 0]

  return {
    take(sample) {
      const { nodes, outcome, elapsed, marks } = sample
      if (nodes.length === 0 || OUT_OF_STATISTICS.has(outcome.kind)) return
      told++
      table.count(nodes)
      const anatomy = elapsed === undefined || marks.finished === undefined || !accepts(outcome.kind) ? undefined : anatomyOf(sample)
      if (!anatomy || elapsed === undefined || marks.finished === undefined) return
      runs++
      const response = marks.finished - marks.intended
      const { timeline, overhead, path } = anatomy
      sums.elapsed += timeline.ended - timeline.began
      sums.overhead += overhead
      sums.end += path.reduce((sum, { kind, from, to }) => (kind === 'end' ? sum + to - from : sum), 0)
      table.time(anatomy)
      paths.take(sample.n, nodes, response)
      tail.take(response, divide(sample, anatomy) ?? [], () => ({ ...sample, textGaps: [] }))
    },
    read() {
      if (told === 0) return undefined
      const share = (part: number) => (sums.elapsed > 0 ? part / sums.elapsed : 0)
      const blame = tail.blame(table.titleOf)
      const drawn = (p: number) => {
        const found = tail.exampleAt(p)
        const anatomy = found && anatomyOf(found)
        return found && anatomy ? exampleOf(found, anatomy) : undefined
      }
      const median = drawn(DRAWN.median)
      const slow = runs >= 1 / (1 - DRAWN.tail) ? drawn(DRAWN.tail) : undefined
      return {
        runs,
        nodes: table.read(sums.elapsed),
        overheadShare: share(sums.overhead),
        endShare: share(sums.end),
        ...(blame && { tail: blame }),
        ...paths.read(table.titleOf),
        examples: { ...(median && { median }), ...(slow && { tail: slow }) },
      }
    },
  }
}
