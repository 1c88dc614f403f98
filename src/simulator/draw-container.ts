import { wholeBetween } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import { fieldsAsText } from './draw-node.ts'
import { drawsOf } from './draws.ts'
import type { Drawing, DrawSteps, Happening, NodeRun, Within } from './happenings.ts'
import type { ContainerNode } from './profile-nodes.ts'

/** Draws an iteration or loop that begins at `started`, round by round, and gives its end. */
export function drawContainer(
  drawing: Drawing,
  container: ContainerNode,
  { started, drawSteps }: { readonly started: Micros; readonly drawSteps: DrawSteps },
): Micros {
  const { profile, draws, happenings, nodes } = drawing
  const { id, type, rounds, atOnce } = container
  const count = wholeBetween(drawsOf(draws.seed, 'rounds', draws.n, id), rounds[0], rounds[1])
  const pause = (index: number) => draws.take(profile.times.between, 'between', id, 'round', index)
  /** When each place for a round is free. */
  const free: Micros[] = Array.from({ length: Math.max(1, Math.min(atOnce, count)) }, () => started)
  const inner: Happening[] = []
  const roundEnds: Micros[] = []
  const gave: unknown[] = []
  const begins: Micros[] = []
  let finished = started
  let tokens = 0

  for (let index = 0; index < count; index++) {
    const place = free.indexOf(micros(Math.min(...free)))
    const from = free[place]!
    begins.push(from)
    const round: Drawing = { ...drawing, happenings: [], nodes: [] }
    const within: Within = { container, index }
    const ends = drawSteps(round, container.nodes, { from, before: 'nothing', within })
    free[place] = micros(ends + pause(index))
    roundEnds.push(ends)
    finished = micros(Math.max(finished, free[place]!))
    inner.push(...round.happenings)
    const ended = round.happenings.flatMap((one) => (one.kind === 'node-finished' ? [one.node] : []))
    gave.push(Object.values(ended.at(-1)?.fields ?? {})[0] ?? `item-${index}`)
    tokens += ended.reduce((sum, node) => sum + node.tokens, 0)
  }

  const fields = type === 'iteration' ? { output: gave } : { ...container.output, loop_round: count }
  const run: NodeRun = { node: container, started, finished, fields, rounds: gave, tokens, retries: 0 }
  // Of an iteration over nothing a stream says nothing at all.
  if (count > 0) {
    happenings.push({ at: started, kind: 'node-started', node: run })
    const isSideBySide = atOnce > 1
    for (const [index, from] of begins.entries()) happenings.push({ at: isSideBySide ? started : from, kind: 'round', node: run, index })
    // What is said inside feeds no output.
    happenings.push(...inner.filter((one) => one.kind !== 'text'))
    if (isSideBySide) for (const [index, at] of roundEnds.entries()) happenings.push({ at, kind: 'round-ended', node: run, index })
    happenings.push({ at: finished, kind: 'node-finished', node: run })
  }
  happenings.push(...fieldsAsText(run, finished))
  nodes.push(run)
  return finished
}
