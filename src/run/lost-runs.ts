import type { Sample } from '../core/sample.ts'
import { isUnheard } from '../measure/unheard.ts'

/** A run whose end was not heard, by the id under which the server stores it. */
export interface LostRun {
  readonly seq: number
  readonly workflowRunId: string
}

/** Gathers the runs whose end was not heard, for looking them up once nothing is measured any more. */
export interface LostRuns {
  /** Takes every exchange that has ended, with the user it ran as. */
  take(sample: Sample, user: string): void
  readonly count: number
  /** The latest of those whose id is known: the earlier ones are the likelier to be over. */
  named(): readonly LostRun[]
  /** Users in whose logs the others are to be looked for. */
  users(): readonly string[]
  /** More than are remembered. */
  readonly overflow: boolean
}

/** Each of these is a request. */
const MOST_NAMED = 1000
/** Each of these is one request or several. */
const MOST_USERS = 20

export function createLostRuns(): LostRuns {
  const named = new Map<number, string>()
  const users = new Set<string>()
  let count = 0
  let overflow = false

  function searchAs(user: string): void {
    if (users.size < MOST_USERS) users.add(user)
    else if (!users.has(user)) overflow = true
  }

  return {
    take(sample, user) {
      if (!isUnheard(sample)) return
      count++
      if (sample.workflowRunId === undefined) return searchAs(user)
      named.set(sample.seq, sample.workflowRunId)
      const [oldest] = named.keys()
      if (named.size <= MOST_NAMED || oldest === undefined) return
      named.delete(oldest)
      // A page of the log tells of a hundred: whom there is no time to ask for one by one may stand there.
      searchAs(user)
    },
    get count() {
      return count
    },
    get overflow() {
      return overflow
    },
    named: () => [...named].map(([seq, workflowRunId]) => ({ seq, workflowRunId })),
    users: () => [...users],
  }
}
