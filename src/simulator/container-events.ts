import { envelope, type RunIdentity, type Seconds } from './events.ts'
import type { NodeRun } from './happenings.ts'
import type { Done } from './node-events.ts'
import type { ContainerNode } from './profile-nodes.ts'

/** An iteration or loop as it was run: its events go by the node's id, not by one of its execution. */
export interface ContainerRun extends NodeRun {
  readonly node: ContainerNode
  readonly rounds: readonly unknown[]
}

export const isContainerRun = (run: NodeRun): run is ContainerRun => run.rounds !== undefined

const head = ({ node: { id, type, title = id } }: ContainerRun) => ({ id, node_id: id, node_type: type, title })

/** The items that an iteration goes over, or what a loop begins with. */
const inputsOf = ({ node, rounds }: ContainerRun) =>
  node.type === 'iteration'
    ? { iterator_selector: rounds.map((_, index) => `item-${index}`) }
    : { loop_count: mostRounds(node, rounds.length), ...node.output }

const mostRounds = ({ of }: ContainerNode, made: number) => of ?? made

export const containerStarted = (run: RunIdentity, container: ContainerRun, created: Seconds) => {
  const { node, rounds } = container
  return envelope(`${node.type}_started`, run, {
    ...head(container),
    created_at: created,
    extras: {},
    metadata: node.type === 'iteration' ? { iteration_length: rounds.length } : { loop_length: mostRounds(node, rounds.length) },
    inputs: inputsOf(container),
    inputs_truncated: false,
  })
}

/** A round begins. A loop does not tell of its first. */
export const roundStarted = (
  run: RunIdentity,
  container: ContainerRun,
  { index, created }: { readonly index: number; readonly created: Seconds },
) =>
  envelope(`${container.node.type}_next`, run, {
    ...head(container),
    index,
    created_at: created,
    ...(container.node.type === 'loop' && { pre_loop_output: {} }),
    extras: {},
  })

/** `durations`: of each round, in seconds. */
export const containerFinished = (
  run: RunIdentity,
  { did, elapsed, finished }: Omit<Done, 'created'> & { readonly did: ContainerRun },
  durations: readonly number[],
) => {
  const { node, rounds, fields, tokens } = did
  const spent = { total_tokens: tokens, total_price: '0.0', currency: 'USD' }
  const byRound = (values: readonly unknown[]) => Object.fromEntries(values.map((value, index) => [index, value]))
  return envelope(`${node.type}_completed`, run, {
    ...head(did),
    outputs: fields,
    outputs_truncated: false,
    // As recorded: of the end, not of the beginning.
    created_at: finished,
    extras: {},
    inputs: inputsOf(did),
    inputs_truncated: false,
    status: 'succeeded',
    error: null,
    elapsed_time: elapsed,
    total_tokens: tokens,
    execution_metadata:
      node.type === 'iteration'
        ? { ...spent, iteration_duration_map: byRound(durations) }
        : {
            ...spent,
            loop_duration_map: byRound(durations),
            loop_variable_map: byRound(rounds.map(() => node.output ?? {})),
            completed_reason: rounds.length < mostRounds(node, rounds.length) ? 'loop_break' : 'loop_completed',
          },
    finished_at: finished,
    steps: node.type === 'iteration' ? rounds.length : mostRounds(node, rounds.length),
  })
}
