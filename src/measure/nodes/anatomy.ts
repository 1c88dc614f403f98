import type { Sample } from '../../core/sample.ts'
import { covered } from '../../stats/intervals.ts'
import { criticalPath, type Step } from './critical-path.ts'
import { orderOf } from './order.ts'
import { type Timed, type Timeline, timelineOf } from './timeline.ts'

/** What is told of one execution of a node, in µs. */
export interface Execution {
  readonly timed: Timed
  /** From the end of the node before it, or the beginning of what it runs in, until it began. */
  readonly wait: number
  /** Its length, in a container without the time that nodes ran in it. */
  readonly self: number
}

/** One run taken apart. */
export interface Anatomy {
  readonly timeline: Timeline
  readonly executions: readonly Execution[]
  /** How much of the run some node was running; nodes within another are not counted again. */
  readonly union: number
  /** The rest of it: what the engine itself took. */
  readonly overhead: number
  readonly path: readonly Step[]
}

/** Several readers ask for the same run, one after another. */
const known = new WeakMap<Sample, Anatomy>()

/** Takes a run apart into its nodes and what lay between them. Undefined where no event of it came. */
export function anatomyOf(sample: Sample): Anatomy | undefined {
  const found = known.get(sample) ?? takeApart(sample)
  if (found) known.set(sample, found)
  return found
}

function takeApart(sample: Sample): Anatomy | undefined {
  const timeline = timelineOf(sample)
  if (!timeline) return undefined
  const order = orderOf(timeline)
  const { began, ended, timed } = timeline
  const inside = new Map<Timed, Timed>()
  const executions = timed.map((one): Execution => {
    const children = order.within(one)
    for (const child of children) inside.set(child, one)
    const since = Math.max(order.before(one)?.finish ?? began, inside.get(one)?.start ?? began)
    return { timed: one, wait: Math.max(0, one.start - since), self: one.finish - one.start - covered(children, one) }
  })
  const union = covered(order.top, { start: began, finish: ended })
  return { timeline, executions, union, overhead: ended - began - union, path: criticalPath(timeline, order) }
}
