import type { NodeSpan, Sample } from '../../core/sample.ts'

/** One execution of a node on the run's time line, in µs of the run's clock. */
export interface Timed {
  readonly node: NodeSpan
  readonly start: number
  /** Where it never finished: the end of the run. */
  readonly finish: number
  /** Places of its two events among all node events of the stream; no end, no place. */
  readonly startPlace: number
  readonly finishPlace: number | undefined
}

/** The nodes of one run between the moments at which the server began and ended it. */
export interface Timeline {
  readonly began: number
  readonly ended: number
  /** In order of their start events. */
  readonly timed: readonly Timed[]
}

/** A server's float that is this much longer than the whole run is none to place a node by. */
const SLACK = 1000

interface Event {
  readonly of: number
  readonly what: 'start' | 'finish'
  readonly at: number
  readonly place: number
}

/**
 * Where the nodes of a run lie in time. No server tells: its own moments are whole seconds. What is known is when each event arrived, in
 * which order they were sent, and how long each node took by the server's clock. An event never arrives before it happened, and events
 * arrive in the order in which they happened; so each moment lies no later than its own event's arrival and than every moment after it. These
 * bounds are taken, from the last event to the first: a finish lies at its bound, a start the node's `elapsed` before that. Where events
 * come one by one this is the arrival; where they are held back and come in one read, nodes still lie one after another and not upon each
 * other. Only rounds of an iteration that run side by side are told of as they end, starts too: there each round has its own order, and says
 * nothing of when others ended. Undefined where no event of the run came.
 */
export function timelineOf(sample: Sample): Timeline | undefined {
  const window = windowOf(sample)
  if (!window) return undefined
  const { began, ended } = window
  const { nodes } = sample
  const events = inStreamOrder(nodes)
  const [starts, finishes] = [new Float64Array(nodes.length), new Float64Array(nodes.length).fill(ended)]
  const startPlaces = new Map<number, number>()
  const finishPlaces = new Map<number, number>()
  const bounds = createBounds(nodes, ended)
  for (let place = events.length - 1; place >= 0; place--) {
    const { of, what, at } = events[place]!
    const node = nodes[of]!
    if (what === 'finish') {
      finishes[of] = Math.max(began, Math.min(bounds.of(node), at))
      bounds.lower(node, finishes[of]!)
      finishPlaces.set(of, place)
    } else {
      const length = finishPlaces.has(of) ? lengthOf(node, ended - began) : undefined
      const start = length === undefined ? Math.min(at, bounds.of(node)) : finishes[of]! - length
      starts[of] = Math.max(began, Math.min(start, finishes[of]!))
      bounds.lower(node, starts[of]!)
      startPlaces.set(of, place)
    }
  }
  return {
    began,
    ended,
    timed: nodes.map((node, of) => ({
      node,
      start: starts[of]!,
      finish: finishes[of]!,
      startPlace: startPlaces.get(of)!,
      finishPlace: finishPlaces.get(of),
    })),
  }
}

/** What the moments after an event allow for it. */
interface Bounds {
  of(node: NodeSpan): number
  /** From here on back, moments that its own come after lie no later. */
  lower(node: NodeSpan, to: number): void
}

/** One bound for all nodes; of rounds side by side each has one of its own besides. */
function createBounds(nodes: readonly NodeSpan[], ended: number): Bounds {
  const sideBySide = parallelContainers(nodes)
  const rounds = new Map<string, number>()
  let all = ended
  const roundOf = ({ parent, round }: NodeSpan) => (parent !== undefined && sideBySide.has(parent) ? `${round} ${parent}` : undefined)
  return {
    of(node) {
      const round = roundOf(node)
      return Math.min(all, (round === undefined ? undefined : rounds.get(round)) ?? all)
    },
    lower(node, to) {
      const round = roundOf(node)
      if (round === undefined) all = Math.min(all, to)
      else rounds.set(round, to)
    },
  }
}

/** Containers whose nodes together took longer than they did. */
function parallelContainers(nodes: readonly NodeSpan[]): ReadonlySet<string> {
  const lengths = (key: 'nodeId' | 'parent') => {
    const sums = new Map<string, number>()
    for (const node of nodes) if (node[key] !== undefined) sums.set(node[key], (sums.get(node[key]) ?? 0) + (node.elapsed ?? 0))
    return sums
  }
  const own = lengths('nodeId')
  return new Set([...lengths('parent')].flatMap(([id, inside]) => (inside > (own.get(id) ?? Number.POSITIVE_INFINITY) ? [id] : [])))
}

/** The run as the server's own `elapsed_time` has it, its end as early as its two events allow; without that, from the first event on. */
function windowOf({ marks, ended, elapsed }: Sample): { readonly began: number; readonly ended: number } | undefined {
  const { firstEvent, finished, sent } = marks
  if (firstEvent === undefined) return undefined
  if (elapsed === undefined || finished === undefined)
    return { began: firstEvent, ended: Math.max(firstEvent, finished ?? ended ?? firstEvent) }
  const began = Math.max(sent ?? Number.NEGATIVE_INFINITY, Math.min(firstEvent, finished - elapsed))
  return { began, ended: Math.min(finished, began + elapsed) }
}

const lengthOf = ({ elapsed }: NodeSpan, run: number): number | undefined =>
  elapsed === undefined || elapsed > run + SLACK ? undefined : elapsed

/** Events of one read share their time: there the places that were kept tell, else that nodes follow one another. */
function inStreamOrder(nodes: readonly NodeSpan[]): readonly Event[] {
  return nodes
    .flatMap(({ started, finished, order }, of): Event[] => [
      // A start that was never seen is put where its end is.
      { of, what: 'start', at: started ?? finished ?? 0, place: order?.[0] ?? 2 * of },
      ...(finished === undefined ? [] : [{ of, what: 'finish' as const, at: finished, place: order?.[1] ?? 2 * of + 1 }]),
    ])
    .sort((a, b) => a.at - b.at || a.place - b.place || (a.what === 'start' ? -1 : 1))
}
