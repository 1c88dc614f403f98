import { lastOf, orderOf } from './order.ts'
import type { Timed, Timeline } from './timeline.ts'

/**
 * A stretch of the critical path. `node`: that node worked; of an iteration or a loop, it itself between the nodes in it. `wait`: nothing on the
 * path did until that node began. `end`: after the last node, until the run was over.
 */
export interface Step {
  readonly kind: 'node' | 'wait' | 'end'
  /** Absent for `end`. */
  readonly timed?: Timed
  readonly from: number
  readonly to: number
}

/** Dify puts no container into a container; what a server says beyond this depth is not followed. */
const DEEPEST = 20

/**
 * The chain of nodes and waits that decided when the run ended: steps that cover the run from its beginning to its end without a hole. From the
 * end backwards: the node that ended last; before it, whatever ended last before it began (in the same round of a container, else in an
 * earlier one); and so on. Where a branch joins another, that is the later one. The server does not say which node waited for which, so
 * where parallel branches go on at almost the same time, the path may change over to the neighbouring branch; lengths stay true. A node
 * that never ended is taken to have held the run until its end.
 */
export function criticalPath(timeline: Timeline, order = orderOf(timeline)): readonly Step[] {
  const steps: Step[] = []

  function walk(group: readonly Timed[], [from, to]: readonly [number, number], containers: readonly Timed[] = []): void {
    const container = containers.at(-1)
    let cursor = to
    const rest = (down: number, kind: Step['kind'], timed: Timed | undefined) => {
      const at = Math.max(from, Math.min(down, cursor))
      if (at < cursor) steps.push({ kind, from: at, to: cursor, ...(timed && { timed }) })
      cursor = at
    }
    let next: Timed | undefined
    let one = decider(group)
    while (one) {
      if (container) rest(one.finish, 'node', container)
      else rest(one.finish, next ? 'wait' : 'end', next)
      const inside = order.within(one)
      if (inside.length === 0 || containers.length === DEEPEST) rest(one.start, 'node', one)
      else {
        const begin = Math.max(from, Math.min(one.start, cursor))
        walk(inside, [begin, cursor], [...containers, one])
        cursor = begin
      }
      next = one
      one = order.before(one)
    }
    if (container) rest(from, 'node', container)
    else rest(from, next ? 'wait' : 'end', next)
  }

  walk(order.top, [timeline.began, timeline.ended])
  return steps.reverse()
}

/** What decided when the group was over: a node that failed, else the first to begin of those that never ended, else the last to end. */
function decider(group: readonly Timed[]): Timed | undefined {
  const last = lastOf(group)
  return last?.node.status === 'failed' ? last : (group.find(({ finishPlace }) => finishPlace === undefined) ?? last)
}
