import type { TailPartKind } from '../../core/nodes-summary.ts'
import type { Sample } from '../../core/sample.ts'
import type { Anatomy } from './anatomy.ts'

/** A part of a run's response time. */
export interface Part {
  readonly kind: TailPartKind
  /** Of `node` and `wait`. */
  readonly nodeId?: string
  readonly length: number
}

/**
 * A run's response time divided without rest: until it was sent, until the server began it, the nodes and waits of its critical path, what
 * came after the last of them, and until its end had arrived. Undefined where it has no response time.
 */
export function divide(
  { marks: { intended, sent, finished } }: Sample,
  { timeline: { began, ended }, path }: Anatomy,
): readonly Part[] | undefined {
  if (finished === undefined) return undefined
  const left = Math.min(sent ?? intended, began)
  const parts: Part[] = [
    { kind: 'before-sent', length: left - intended },
    { kind: 'queue', length: began - left },
    ...path.map(({ kind, timed, from, to }): Part => ({ kind, ...(timed && { nodeId: timed.node.nodeId }), length: to - from })),
    { kind: 'delivery', length: finished - ended },
  ]
  return parts.filter(({ length }) => length > 0)
}
