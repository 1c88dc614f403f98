import { envelope, type RunIdentity, type Seconds } from './events.ts'
import type { NodeRun, Within } from './happenings.ts'
import { filesAmong } from './run-files.ts'

export interface NodeIdentity {
  /** Of this execution of the node. */
  readonly id: string
  readonly nodeId: string
  readonly type: string
  readonly title: string
}

/** How a node is called in its events. */
export const nodeIdentity = ({ node }: NodeRun, id: string): NodeIdentity => ({
  id,
  nodeId: node.id,
  type: node.type,
  title: node.title ?? node.id,
})

const nodeHead = ({ id, nodeId, type, title }: NodeIdentity) => ({
  id,
  node_id: nodeId,
  node_type: type,
  title,
  index: 1,
  predecessor_node_id: null,
})

const containerOf = (within: Within | undefined) => ({
  iteration_id: within?.container.type === 'iteration' ? within.container.id : null,
  loop_id: within?.container.type === 'loop' ? within.container.id : null,
})

export const nodeStarted = (
  run: RunIdentity,
  node: NodeIdentity,
  { created, within }: { readonly created: Seconds; readonly within?: Within | undefined },
) =>
  envelope('node_started', run, {
    ...nodeHead(node),
    inputs: null,
    inputs_truncated: false,
    created_at: created,
    extras: {},
    ...containerOf(within),
    agent_strategy: null,
  })

/** What a node did, and when it did it. */
export interface Done {
  readonly did: NodeRun
  readonly elapsed: number
  readonly created: Seconds
  readonly finished: Seconds
}

/** `outputs`: of the workflow, what an end node gives. */
export function nodeFinished(
  run: RunIdentity,
  { did, id, elapsed, created, finished }: Done & { readonly id: string },
  outputs: Readonly<Record<string, unknown>>,
) {
  const values = nodeValues(run, did, outputs)
  return envelope('node_finished', run, {
    ...nodeHead(nodeIdentity(did, id)),
    ...values,
    status: did.failure?.status ?? 'succeeded',
    error: did.failure?.error ?? null,
    elapsed_time: elapsed,
    execution_metadata: nodeMetadata(did),
    created_at: created,
    finished_at: finished,
    files: filesAmong(values.outputs),
    ...containerOf(did.within),
  })
}

/** A try that failed; `elapsed` is what it took, the wait before the next one with it. */
export const nodeRetry = (
  run: RunIdentity,
  { did, id, elapsed, created, finished }: Done & { readonly id: string },
  { index, error }: { readonly index: number; readonly error: string },
) =>
  envelope('node_retry', run, {
    ...nodeHead(nodeIdentity(did, id)),
    inputs: {},
    inputs_truncated: false,
    process_data: {},
    process_data_truncated: false,
    outputs: {},
    outputs_truncated: false,
    status: 'retry',
    error,
    elapsed_time: elapsed,
    execution_metadata: null,
    created_at: created,
    finished_at: finished,
    files: [],
    ...containerOf(did.within),
    retry_index: index,
  })

const MODEL = { model_provider: 'flowbench/simulator/simulator', model_name: 'simulated-chat' }

function nodeValues(run: RunIdentity, did: NodeRun, outputs: Readonly<Record<string, unknown>>) {
  const values = (inputs: object, process: object, given: object) => ({
    inputs,
    inputs_truncated: false,
    process_data: process,
    process_data_truncated: false,
    outputs: did.failure?.status === 'failed' ? {} : given,
    outputs_truncated: false,
  })
  if (did.node.type === 'start') return values(run.inputs, {}, did.fields)
  if (did.node.type === 'end') return values(outputs, {}, outputs)
  if (did.failure?.status === 'exception')
    return values({}, {}, { ...did.fields, error_message: did.failure.cause ?? did.failure.error, error_type: 'SimulatedError' })
  if (!did.usage) return values({}, {}, did.fields)
  const prompt = { role: 'user', text: String(Object.values(run.inputs)[0] ?? ''), files: [] }
  return values(
    MODEL,
    { model_mode: 'chat', prompts: [prompt], usage: did.usage, finish_reason: 'stop', ...MODEL },
    { text: did.fields['text'], reasoning_content: '', usage: did.usage, finish_reason: 'stop' },
  )
}

function nodeMetadata({ failure, usage, within }: NodeRun): object | null {
  const handled = failure?.status === 'exception' ? { error_strategy: 'default-value' } : undefined
  const spent =
    usage && !failure ? { total_tokens: usage.total_tokens, total_price: usage.total_price, currency: usage.currency } : undefined
  const place = within && { [`${within.container.type}_id`]: within.container.id, [`${within.container.type}_index`]: within.index }
  return handled || spent || place ? { ...handled, ...spent, ...place } : null
}
