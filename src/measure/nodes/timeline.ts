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
 * other. Undefined where no event of the run came.
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
  let bound = ended
  for (let place = events.length - 1; place >= 0; place--) {
    const { of, what, at } = events[place]!
    const node = nodes[of]!
    if (what === 'finish') {
      bound = Math.max(began, Math.min(bound, at))
      finishes[of] = bound
      finishPlaces.set(of, place)
    } else {
      const length = finishPlaces.has(of) ? lengthOf(node, ended - began) : undefined
      const start = length === undefined ? Math.min(at, bound) : finishes[of]! - length
      starts[of] = Math.max(began, Math.min(start, finishes[of]!))
      bound = Math.min(bound, starts[of]!)
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
