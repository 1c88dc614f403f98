import type { Random } from '../core/random.ts'
import type { Micros } from '../core/units.ts'
import { containerFinished, containerStarted, isContainerRun, roundStarted } from './container-events.ts'
import { valueAsText } from './draw-node.ts'
import * as events from './events.ts'
import type { Happening, NodeRun } from './happenings.ts'
import { uuid } from './ids.ts'
import { nodeFinished, nodeIdentity, nodeRetry, nodeStarted } from './node-events.ts'
import { nodesOf } from './profile-nodes.ts'
import { outputsOf } from './script.ts'
import type { Stage } from './stage.ts'
import { createTextOrder } from './text-order.ts'
import { stretchedUsage } from './usage.ts'

/** One event of a stream. */
export type NamedEvent = { readonly event: string }

/** A node that has begun: its execution's id, when that was, and when its last try began. */
interface Begun {
  readonly id: string
  readonly at: Micros
  readonly tried: Micros
  /** Of an iteration or loop: from the first beginning to the last end inside each round. */
  readonly spans: { from: Micros; to: Micros }[]
}

const roundOf = (container: string, index: number) => `${container} ${index}`
const seconds = (from: Micros, to: Micros) => Math.round(to - from) / 1e6

/** Tells what happens in a workflow as a stream's events. `ids` is where the ids of its nodes come from; `nodes` are the outer ones that run. */
export function createNarrator(
  { profile, wall }: Pick<Stage, 'profile' | 'wall'>,
  { identity, ids, nodes }: { readonly identity: events.RunIdentity; readonly ids: Random; readonly nodes: readonly NodeRun[] },
): (happening: Happening, at: Micros) => readonly NamedEvent[] {
  const inOrder = createTextOrder(
    streamedOf(profile, nodes),
    nodesOf(profile.nodes, 'outer').find(({ type }) => type === 'end')?.id ?? 'end',
  )
  const begun = new Map<NodeRun, Begun>()
  /** What is still to be told of each round that runs beside others. */
  const held = new Map<string, NamedEvent[]>()
  const done: NodeRun[] = []

  function begin(run: NodeRun, at: Micros): readonly NamedEvent[] {
    const id = isContainerRun(run) ? run.node.id : uuid(ids)
    begun.set(run, { id, at, tried: at, spans: [] })
    if (isContainerRun(run)) return [containerStarted(identity, run, wall(at))]
    if (run.within) spanOf(run)[run.within.index] ??= { from: at, to: at }
    return [nodeStarted(identity, nodeIdentity(run, id), { created: wall(at), within: run.within })]
  }

  /** The spans of the rounds that a node inside an iteration or loop belongs to. */
  function spanOf({ within }: NodeRun): Begun['spans'] {
    for (const [{ node }, { spans }] of begun) if (node === within!.container) return spans
    return []
  }

  function finish(run: NodeRun, at: Micros): readonly NamedEvent[] {
    const { id, at: since, spans } = begun.get(run)!
    if (run.within) spanOf(run)[run.within.index]!.to = at
    const did = stretched(run, since, at)
    if (!run.within) done.push(did)
    const times = { elapsed: seconds(since, at), created: wall(since), finished: wall(at) }
    if (isContainerRun(did))
      return [
        containerFinished(
          identity,
          { did, ...times },
          spans.map(({ from, to }) => seconds(from, to)),
        ),
      ]
    return [nodeFinished(identity, { did, id, ...times }, run.node.type === 'end' ? outputsOf(profile, done) : {})]
  }

  /** The events of a node, or none as long as the round that it is in is not told of. */
  function inTurn({ within }: NodeRun, told: readonly NamedEvent[]): readonly NamedEvent[] {
    if (!within || within.container.atOnce === 1) return told
    const round = roundOf(within.container.id, within.index)
    held.set(round, [...(held.get(round) ?? []), ...told])
    return []
  }

  function retry(run: NodeRun, index: number, error: string, at: Micros): readonly NamedEvent[] {
    const node = begun.get(run)!
    begun.set(run, { ...node, tried: at })
    const times = { elapsed: seconds(node.tried, at), created: wall(node.at), finished: wall(at) }
    return [nodeRetry(identity, { did: run, id: node.id, ...times }, { index, error })]
  }

  /** What a model says of its own times is taken where it runs, and so longer on a core that others slow down. */
  function stretched(run: NodeRun, since: Micros, at: Micros): NodeRun {
    if (!run.usage || run.finished === run.started) return run
    const usage = stretchedUsage(run.usage, (at - since) / (run.finished - run.started))
    return usage === run.usage ? run : { ...run, usage, fields: { ...run.fields, usage } }
  }

  function usageText(selector: string, text: string, at: Micros): string {
    for (const [run, { at: since }] of begun)
      if (run.usage && !run.within && selector === `${run.node.id}.usage`) return valueAsText(stretched(run, since, at).usage)
    return text
  }

  return (happening, at) => {
    switch (happening.kind) {
      case 'node-started':
        return inTurn(happening.node, begin(happening.node, at))
      case 'node-finished':
        return inTurn(happening.node, finish(happening.node, at))
      case 'node-retry':
        return inTurn(happening.node, retry(happening.node, happening.retry, happening.error, at))
      case 'round':
        return isContainerRun(happening.node) && (happening.index > 0 || happening.node.node.type === 'iteration')
          ? [roundStarted(identity, happening.node, { index: happening.index, created: wall(at) })]
          : []
      case 'round-ended':
        return held.get(roundOf(happening.node.node.id, happening.index)) ?? []
      case 'text': {
        const text = happening.selector.endsWith('.usage') ? usageText(happening.selector, happening.text, at) : happening.text
        return inOrder(happening.selector, text, happening.last ? 'last' : 'some').map((piece) =>
          events.textChunk(identity, piece.text, piece.selector),
        )
      }
    }
  }
}

/** What is streamed, in order: of each output the first source that runs. */
function streamedOf({ outputs }: Stage['profile'], nodes: readonly NodeRun[]): readonly string[] {
  const running = new Set(nodes.map(({ node }) => node.id))
  return Object.values(outputs).flatMap((selectors) => selectors.find((selector) => running.has(selector.split('.')[0]!)) ?? [])
}
