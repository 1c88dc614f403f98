import type { NodeSpan } from '../core/sample.ts'
import type { Micros } from '../core/units.ts'
import { nodeError } from './node-error.ts'
import { countOf, elapsedOf, fieldsOf, textOf } from './reply.ts'

type Fields = Readonly<Record<string, unknown>>
type Open = { -readonly [K in keyof NodeSpan]: NodeSpan[K] }

export interface NodeSpans {
  /** False where `kind` is no node event. */
  hear(kind: string, data: Fields, at: Micros): boolean
  /** In order of their start. */
  list(): readonly NodeSpan[]
}

/** Where an iteration or a loop stands; round -1 until the first is announced. */
interface Container {
  readonly span: Open
  round: number
  /** A node has begun in the round; rounds announced without one run side by side. */
  used: boolean
  parallel: boolean
}

/** Where the two events of a span stood among all node events, and whether a read brought one of them together with another. */
interface Places {
  start: number
  finish?: number
  shared: boolean
}

/**
 * The nodes of one run. Containers (iteration, loop) have events of their own whose `id` is the node's, not the execution's; everything
 * else is matched by execution id, since a node in a loop runs many times under one node id. `index` is 1 on all events: no order in it.
 */
export function createNodeSpans(): NodeSpans {
  const spans: Open[] = []
  const places = new Map<Open, Places>()
  const open = new Map<string, Open>()
  const containers = new Map<string, Container>()
  let events = 0
  let last: { readonly at: Micros; readonly places: Places } | undefined

  /** Notes that an event of the span came now. */
  function place(span: Open, at: Micros, which: 'start' | 'finish'): void {
    const number = events++
    const own = places.get(span) ?? { start: number, shared: false }
    own[which] = number
    places.set(span, own)
    if (last?.at === at && last.places !== own) {
      last.places.shared = true
      own.shared = true
    }
    last = { at, places: own }
  }

  function begin(key: string, data: Fields, at: Micros): Open {
    const inside = containerOf(data)
    const after = textOf(data['predecessor_node_id'])
    const span: Open = {
      nodeId: textOf(data['node_id']) ?? key,
      title: textOf(data['title']) ?? '',
      type: textOf(data['node_type']) ?? '',
      started: at,
      ...(inside !== undefined && { parent: inside }),
      ...(after !== undefined && { after }),
    }
    const container = inside === undefined ? undefined : containers.get(inside)
    if (container) {
      container.used = true
      if (!container.parallel && container.round >= 0) span.round = container.round
    }
    open.set(key, span)
    spans.push(span)
    return span
  }

  function beginContainer(kind: string, key: string, span: Open): void {
    // A loop announces its second round first.
    const first = kind === 'loop_started' ? 0 : -1
    containers.set(key, { span, round: first, used: false, parallel: false })
    span.rounds = first + 1
  }

  function next(container: Container): void {
    if (!container.used && container.round >= 0) container.parallel = true
    container.round++
    container.used = false
    container.span.rounds = Math.max(container.span.rounds ?? 0, container.round + 1)
  }

  function finish(key: string, data: Fields, at: Micros): Open {
    const span = open.get(key) ?? withoutStart(begin(key, data, at))
    open.delete(key)
    const metadata = fieldsOf(data['execution_metadata'])
    const [elapsed, error] = [elapsedOf(data['elapsed_time']), textOf(data['error'])]
    const tokens = countOf(metadata?.['total_tokens']) ?? countOf(data['total_tokens'])
    const round = countOf(metadata?.['iteration_index']) ?? countOf(metadata?.['loop_index'])
    span.finished = at
    span.status = textOf(data['status']) ?? 'unknown'
    if (elapsed !== undefined) span.elapsed = elapsed
    if (tokens !== undefined) span.tokens = tokens
    if (round !== undefined && span.parent !== undefined) span.round = round
    if (error !== undefined || span.status === 'failed' || span.status === 'exception') span.error = nodeError(error ?? '')
    // An end node may hand on a model's usage as an output: only what is billed to the node is its own.
    if (metadata?.['total_tokens'] !== undefined) Object.assign(span, usageOf(data))
    return span
  }

  /** The id of the container that a node runs in; where it names two, the inner one, which began later. */
  function containerOf(data: Fields): string | undefined {
    const [iteration, loop] = [textOf(data['iteration_id']), textOf(data['loop_id'])]
    if (iteration === undefined || loop === undefined) return iteration ?? loop
    const begun = (id: string) => {
      const container = containers.get(id)
      return container ? (places.get(container.span)?.start ?? 0) : -1
    }
    return begun(loop) > begun(iteration) ? loop : iteration
  }

  return {
    hear(kind, data, at) {
      const container = kind.startsWith('iteration_') || kind.startsWith('loop_')
      const key = textOf(data[container ? 'node_id' : 'id']) ?? ''
      switch (kind) {
        case 'node_started':
        case 'iteration_started':
        case 'loop_started': {
          const span = begin(key, data, at)
          place(span, at, 'start')
          if (container) beginContainer(kind, key, span)
          return true
        }
        case 'node_finished':
        case 'iteration_completed':
        case 'loop_completed':
          place(finish(key, data, at), at, 'finish')
          return true
        case 'iteration_next':
        case 'loop_next': {
          const running = containers.get(key)
          if (running) next(running)
          return true
        }
        // A retry ends an attempt, not the node; its final end brings the status.
        case 'node_retry': {
          const span = open.get(key)
          if (span) span.retries = [...(span.retries ?? []), nodeError(textOf(data['error']) ?? '')]
          return true
        }
        default:
          return false
      }
    },
    list: () => spans.map((span) => ordered(span, places.get(span))),
  }
}

/** A node whose start was never seen has no known start. */
function withoutStart(span: Open): Open {
  delete span.started
  return span
}

const ordered = (span: Open, places: Places | undefined): NodeSpan =>
  places?.shared ? { ...span, order: places.finish === undefined ? [places.start] : [places.start, places.finish] } : span

/** What a model said of its own work. `process_data` has it also where the outputs were cut. */
function usageOf(data: Fields): Pick<NodeSpan, 'promptTokens' | 'completionTokens' | 'modelTime' | 'firstToken'> {
  const usage = fieldsOf(fieldsOf(data['process_data'])?.['usage']) ?? fieldsOf(fieldsOf(data['outputs'])?.['usage'])
  if (!usage) return {}
  const [promptTokens, completionTokens] = [countOf(usage['prompt_tokens']), countOf(usage['completion_tokens'])]
  const [modelTime, firstToken] = [elapsedOf(usage['latency']), elapsedOf(usage['time_to_first_token'])]
  return {
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
    ...(modelTime !== undefined && { modelTime }),
    ...(firstToken !== undefined && { firstToken }),
  }
}
