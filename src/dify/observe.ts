import type { Redact } from '../core/redact.ts'
import type { Marks, NodeSpan, Outcome } from '../core/sample.ts'
import { type Micros, micros } from '../core/units.ts'
import { createNodeSpans } from './nodes.ts'
import { fieldsOf, outcome, parseObject, type RunResult, runResult, textOf } from './reply.ts'

/** Whether more events may come: `last` for a terminal one, `broken` for what is no event of Dify's. A `ping` is life, and no event. */
export type Heard = 'more' | 'ping' | 'last' | 'broken'

/** What a stream said so far. */
export interface Observed {
  readonly marks: Pick<Marks, 'firstEvent' | 'firstText' | 'lastText'>
  /** Absent until a terminal event, or one that cannot be read, has decided it. */
  readonly result?: RunResult
  readonly started: boolean
  readonly events: number
  readonly unknownEvents: number
  readonly textChunks: number
  readonly coalescedEvents: number
  readonly textGaps: readonly Micros[]
  readonly longestGap?: Micros
  readonly nodes: readonly NodeSpan[]
  readonly taskId?: string
  readonly workflowRunId?: string
}

export interface Observer {
  /** Takes in one event's data, read off the socket at `at`. After a terminal event nothing changes any more. Never throws. */
  hear(data: string, at: Micros): Heard
  observed(): Observed
}

/**
 * Kinds that other servers or nodes send, known to carry nothing that is kept here. `parallel_branch_*` came until 1.9. A `reasoning_chunk`
 * (after 1.14) is what a model thinks, not what it answers: life, but no text.
 */
const PASSED_OVER = new Set([
  'text_replace',
  'reasoning_chunk',
  'agent_log',
  'human_input_required',
  'human_input_form_filled',
  'human_input_form_timeout',
  'parallel_branch_started',
  'parallel_branch_finished',
  'tts_message',
  'tts_message_end',
])

/**
 * Makes sense of one run's events. The order of a real server: `workflow_started`, then text and node events in any mixture, then a terminal
 * event. The kind is in the JSON; events without one are no Dify stream. What the server says in words goes through `redact` before it is cut
 * to a line: a secret cut in two would no longer be known as one.
 */
export function createObserver(redact: Redact = (text) => text): Observer {
  const spans = createNodeSpans()
  const textGaps: Micros[] = []
  let [events, unknownEvents, textChunks, coalescedEvents] = [0, 0, 0, 0]
  let started = false
  let firstEvent: Micros | undefined
  let firstText: Micros | undefined
  let lastText: Micros | undefined
  let lastEvent: Micros | undefined
  let longestGap: Micros | undefined
  let result: RunResult | undefined
  let taskId: string | undefined
  let workflowRunId: string | undefined

  function count(at: Micros): void {
    events++
    firstEvent ??= at
    if (lastEvent !== undefined) {
      if (lastEvent === at) coalescedEvents++
      const gap = micros(at - lastEvent)
      if (longestGap === undefined || gap > longestGap) longestGap = gap
    }
    lastEvent = at
  }

  function text(piece: string | undefined, at: Micros): void {
    // An empty piece shows life but no text (one ends every model's text): it must not stop the clock on "first text".
    if (piece === undefined) return
    textChunks++
    firstText ??= at
    if (lastText !== undefined) textGaps.push(micros(at - lastText))
    lastText = at
  }

  function clean(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const words = (name: string) => (typeof fields[name] === 'string' ? { [name]: redact(fields[name]) } : {})
    return { ...fields, ...words('error'), ...words('message'), ...words('code'), ...words('status') }
  }

  function hear(data: string, at: Micros): Heard {
    if (result) return 'last'
    const event = parseObject(data)
    const kind = textOf(event?.['event'])
    if (!event || !kind) {
      result = { outcome: outcome('bad-reply', `an event that is no JSON object with a kind: ${redact(data).slice(0, 80)}`) }
      return 'broken'
    }
    if (kind === 'ping') return 'ping'
    count(at)
    taskId ??= textOf(event['task_id'])
    workflowRunId ??= textOf(event['workflow_run_id'])
    const fields = fieldsOf(event['data']) ?? {}
    switch (kind) {
      case 'workflow_started':
        started = true
        return 'more'
      case 'text_chunk':
        text(textOf(fields['text']), at)
        return 'more'
      case 'workflow_finished':
        result = runResult(clean(fields))
        return 'last'
      case 'workflow_paused':
        result = runResult({ ...clean(fields), status: 'paused' })
        return 'last'
      case 'error':
        result = { outcome: errorOutcome(clean(event), started) }
        return 'last'
      default:
        if (!spans.hear(kind, fields, at) && !PASSED_OVER.has(kind)) unknownEvents++
        return 'more'
    }
  }

  return {
    hear,
    observed: () => ({
      marks: {
        ...(firstEvent !== undefined && { firstEvent }),
        ...(firstText !== undefined && { firstText }),
        ...(lastText !== undefined && { lastText }),
      },
      started,
      events,
      unknownEvents,
      textChunks,
      coalescedEvents,
      textGaps,
      nodes: spans.list(),
      ...(result && { result }),
      ...(longestGap !== undefined && { longestGap }),
      ...(taskId !== undefined && { taskId }),
      ...(workflowRunId !== undefined && { workflowRunId }),
    }),
  }
}

/** In streaming mode Dify refuses inside a 200: an `error` event before the run began is a refusal, after it a broken stream. */
function errorOutcome(event: Readonly<Record<string, unknown>>, started: boolean): Outcome {
  const said = [textOf(event['code']), textOf(event['message'])].filter(Boolean).join(': ')
  return outcome(started ? 'stream-broken' : 'rejected', `error event: ${said || 'without a message'}`)
}
