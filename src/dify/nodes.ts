import type { NodeSpan } from '../core/sample.ts'
import type { Micros } from '../core/units.ts'
import { countOf, elapsedOf, fieldsOf, textOf } from './reply.ts'

type Open = { -readonly [K in keyof NodeSpan]: NodeSpan[K] }

export interface NodeSpans {
  /** False where `kind` is no node event. */
  hear(kind: string, data: Readonly<Record<string, unknown>>, at: Micros): boolean
  /** In order of their start. */
  list(): readonly NodeSpan[]
}

/**
 * The nodes of one run. Containers (iteration, loop) have events of their own whose `id` is the node's, not the execution's; everything
 * else is matched by execution id, since a node in a loop runs many times under one node id. `index` is 1 on all events: no order in it.
 */
export function createNodeSpans(): NodeSpans {
  const spans: Open[] = []
  const open = new Map<string, Open>()

  function begin(key: string, data: Readonly<Record<string, unknown>>, at: Micros): Open {
    const parent = textOf(data['iteration_id']) ?? textOf(data['loop_id'])
    const span: Open = {
      nodeId: textOf(data['node_id']) ?? key,
      title: textOf(data['title']) ?? '',
      type: textOf(data['node_type']) ?? '',
      started: at,
      ...(parent !== undefined && { parent }),
    }
    open.set(key, span)
    spans.push(span)
    return span
  }

  function finish(key: string, data: Readonly<Record<string, unknown>>, at: Micros): void {
    const span = open.get(key) ?? withoutStart(begin(key, data, at))
    open.delete(key)
    const [status, elapsed] = [textOf(data['status']), elapsedOf(data['elapsed_time'])]
    const tokens = countOf(fieldsOf(data['execution_metadata'])?.['total_tokens']) ?? countOf(data['total_tokens'])
    span.finished = at
    span.status = status ?? 'unknown'
    if (elapsed !== undefined) span.elapsed = elapsed
    if (tokens !== undefined) span.tokens = tokens
  }

  return {
    hear(kind, data, at) {
      const container = kind.startsWith('iteration_') || kind.startsWith('loop_')
      const key = textOf(data[container ? 'node_id' : 'id']) ?? ''
      switch (kind) {
        case 'node_started':
        case 'iteration_started':
        case 'loop_started':
          begin(key, data, at)
          return true
        case 'node_finished':
        case 'iteration_completed':
        case 'loop_completed':
          finish(key, data, at)
          return true
        // A retry ends an attempt, not the node; its final end brings the status.
        case 'node_retry':
          return true
        default:
          return false
      }
    },
    list: () => spans,
  }
}

/** A node whose start was never seen has no known start. */
function withoutStart(span: Open): Open {
  delete span.started
  return span
}
