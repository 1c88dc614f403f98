import type { Random } from '../core/random.ts'
import type { Micros } from '../core/units.ts'
import * as events from './events.ts'
import { uuid } from './ids.ts'
import { outputsOf } from './script.ts'
import type { Stage } from './stage.ts'
import { createTextOrder } from './text-order.ts'
import type { Happening, NodeRun } from './workflow.ts'

/** One event of a stream. */
export type NamedEvent = { readonly event: string }

/** Tells what happens in a workflow as a stream's events. `ids` is where the ids of its nodes come from. */
export function createNarrator(
  { profile, wall }: Pick<Stage, 'profile' | 'wall'>,
  { identity, ids }: { readonly identity: events.RunIdentity; readonly ids: Random },
): (happening: Happening, at: Micros) => readonly NamedEvent[] {
  const endNode = profile.nodes.flatMap((step) => ('parallel' in step ? [] : [step])).find(({ type }) => type === 'end')?.id ?? 'end'
  const inOrder = createTextOrder(Object.values(profile.outputs), endNode)
  const begun = new Map<string, { readonly id: string; readonly at: Micros }>()
  const done: NodeRun[] = []

  return (happening, at) => {
    if (happening.kind === 'text')
      return inOrder(happening.selector, happening.text, happening.last ? 'last' : 'some').map(({ text, selector }) =>
        events.textChunk(identity, text, selector),
      )
    const { node } = happening.node
    if (happening.kind === 'node-started') {
      begun.set(node.id, { id: uuid(ids), at })
      return [events.nodeStarted(identity, nodeIdentity(happening.node, begun.get(node.id)!.id), wall(at))]
    }
    done.push(happening.node)
    const { id, at: since } = begun.get(node.id)!
    return [
      events.nodeFinished(identity, nodeIdentity(happening.node, id), {
        did: happening.node,
        outputs: node.type === 'end' ? outputsOf(profile, done) : {},
        elapsed: Math.round(at - since) / 1e6,
        created: wall(since),
        finished: wall(at),
      }),
    ]
  }
}

const nodeIdentity = ({ node }: NodeRun, id: string): events.NodeIdentity => ({
  id,
  nodeId: node.id,
  type: node.type,
  title: node.title ?? node.id,
})
