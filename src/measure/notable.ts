import type { Sample } from '../core/sample.ts'
import type { NotableExchange, RunSummary } from '../core/summary.ts'

const MOST_SLOWEST = 20
const MOST_GROUPS = 50
const MOST_EXAMPLES = 3
/** Details that are all different would fill the memory: beyond this many, failures of a kind share a group without detail. */
const MOST_DETAILS = 1000

function notable(sample: Sample): NotableExchange {
  const { seq, phase, mode, inputSet, outcome, marks, elapsed, workflowRunId, taskId } = sample
  return {
    seq,
    phase,
    mode,
    inputSet,
    outcome: outcome.kind,
    ...(outcome.detail !== undefined && { detail: outcome.detail }),
    intendedUs: marks.intended,
    ...(marks.finished !== undefined && { responseUs: marks.finished - marks.intended }),
    ...(elapsed !== undefined && { elapsedUs: elapsed }),
    ...(workflowRunId !== undefined && { workflowRunId }),
    ...(taskId !== undefined && { taskId }),
  }
}

/** The exchanges worth naming: the slowest to finish, and failures by outcome and detail with the first few of each. */
export interface NotableList {
  slow(sample: Sample): void
  failure(sample: Sample): void
  read(): Pick<RunSummary, 'slowest' | 'failures'>
}

interface Group {
  readonly first: NotableExchange
  readonly detail?: string
  readonly examples: NotableExchange[]
  count: number
}

export function createNotableList(): NotableList {
  let slowest: { readonly response: number; readonly exchange: NotableExchange }[] = []
  const groups = new Map<string, Group>()
  const slower = (a: (typeof slowest)[number], b: (typeof slowest)[number]) => b.response - a.response || a.exchange.seq - b.exchange.seq
  return {
    slow(sample) {
      const { finished, intended } = sample.marks
      if (finished === undefined) return
      const response = finished - intended
      if (slowest.length === MOST_SLOWEST && response <= slowest.at(-1)!.response) return
      slowest = [...slowest, { response, exchange: notable(sample) }].sort(slower).slice(0, MOST_SLOWEST)
    },
    failure(sample) {
      const { kind, detail } = sample.outcome
      const own = `${kind}\n${detail ?? ''}`
      const key = groups.has(own) || groups.size < MOST_DETAILS ? own : `${kind}\n`
      let group = groups.get(key)
      if (!group) {
        group = { first: notable(sample), examples: [], count: 0, ...(key === own && detail !== undefined && { detail }) }
        groups.set(key, group)
      }
      group.count++
      if (group.examples.length < MOST_EXAMPLES) group.examples.push(notable(sample))
    },
    read: () => ({
      slowest: slowest.map(({ exchange }) => exchange),
      failures: [...groups.values()]
        .sort((a, b) => b.count - a.count || a.first.seq - b.first.seq)
        .slice(0, MOST_GROUPS)
        .map(({ first, detail, count, examples }) => ({
          outcome: first.outcome,
          ...(detail !== undefined && { detail }),
          count,
          examples,
        })),
    }),
  }
}
