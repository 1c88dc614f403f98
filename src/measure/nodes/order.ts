import type { Timed, Timeline } from './timeline.ts'

/** Which nodes of a run run within which, and what had to end before a node could begin. */
export interface Order {
  /** Nodes in no container, or in one that was not running when they began. */
  readonly top: readonly Timed[]
  /** What ran in this execution of a container; empty for other nodes. */
  within(container: Timed): readonly Timed[]
  /**
   * What ended last before it began, of the nodes beside it: in a container of the same round, else of any. Where the server names the node
   * before, that one. Undefined for the first.
   */
  before(timed: Timed): Timed | undefined
}

/** Reads the order of a run's nodes off the order of their events. */
export function orderOf({ timed }: Timeline): Order {
  const byId = Map.groupBy(timed, ({ node }) => node.nodeId)
  const containers = new Map(timed.map((one) => [one, containerOf(one, byId.get(one.node.parent ?? '') ?? [])]))
  const groups = Map.groupBy(timed, (one) => containers.get(one))
  const endings = new Map([...groups].map(([container, group]) => [container, endingsOf(group)]))
  return {
    top: groups.get(undefined) ?? [],
    within: (container) => groups.get(container) ?? [],
    before(one) {
      const { all, byRound } = endings.get(containers.get(one))!
      const { round, after } = one.node
      const named = after === undefined ? [] : all.filter(({ node }) => node.nodeId === after)
      return (
        lastBefore(named, one.startPlace) ??
        lastBefore(byRound.get(round) ?? [], one.startPlace) ??
        beforeStart(lastBefore(all, one.startPlace), all, one)
      )
    },
  }
}

/** The execution of its container that was running when it began. */
const containerOf = ({ node, startPlace }: Timed, executions: readonly Timed[]): Timed | undefined =>
  node.parent === undefined
    ? undefined
    : executions.findLast((one) => one.startPlace < startPlace && startPlace < (one.finishPlace ?? Number.POSITIVE_INFINITY))

/** Those that ended, in the order of their ends. */
function endingsOf(group: readonly Timed[]): {
  readonly all: readonly Timed[]
  readonly byRound: ReadonlyMap<number | undefined, readonly Timed[]>
} {
  const all = group.filter(({ finishPlace }) => finishPlace !== undefined).toSorted((a, b) => a.finishPlace! - b.finishPlace!)
  return { all, byRound: Map.groupBy(all, ({ node }) => node.round) }
}

/** The last of them that ended before that place of the stream. */
function lastBefore(ended: readonly Timed[], place: number): Timed | undefined {
  let [low, high] = [0, ended.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ended[middle]!.finishPlace! < place) low = middle + 1
    else high = middle
  }
  return ended[low - 1]
}

/** Rounds side by side are told of as they end, so what was told of before may have gone on meanwhile: then the last told of that had not. */
const beforeStart = (last: Timed | undefined, all: readonly Timed[], one: Timed): Timed | undefined =>
  !last || last.finish <= one.start ? last : all.findLast(({ finish, finishPlace }) => finishPlace! < one.startPlace && finish <= one.start)

/** The last of the group to end; undefined where none did. */
export const lastOf = (group: readonly Timed[]): Timed | undefined =>
  group.reduce<Timed | undefined>(
    (last, one) => (one.finishPlace !== undefined && (last?.finishPlace === undefined || one.finishPlace > last.finishPlace) ? one : last),
    undefined,
  )
