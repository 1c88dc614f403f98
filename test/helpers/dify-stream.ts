import { chunk, head, type Step } from './fault-server.ts'

const event = (fields: Readonly<Record<string, unknown>>): string => `data: ${JSON.stringify(fields)}\n\n`

export const PING = 'event: ping\n\n'
export const started = (run = 'run-1'): string =>
  event({ event: 'workflow_started', workflow_run_id: run, task_id: `task-of-${run}`, data: { id: run, workflow_id: 'flow' } })
export const text = (piece: string): string =>
  event({
    event: 'text_chunk',
    workflow_run_id: 'run-1',
    task_id: 'task-of-run-1',
    data: { text: piece, from_variable_selector: ['llm', 'text'] },
  })
export const finished = (status = 'succeeded', error: string | null = null, run = 'run-1'): string =>
  event({ event: 'workflow_finished', workflow_run_id: run, task_id: `task-of-${run}`, data: runData(status, error, run) })
export const failing = (message: string): string => event({ event: 'error', message, status: 500 })
export const odd = (kind: string): string => event({ event: kind, workflow_run_id: 'run-1', task_id: 'task-of-run-1', data: {} })

const runData = (status: string, error: string | null, run: string) => ({
  id: run,
  workflow_id: 'flow',
  status,
  outputs: {},
  error,
  elapsed_time: 0.25,
  total_tokens: 7,
  total_steps: 2,
  created_at: 1,
  finished_at: 1,
})

export const STREAM_HEAD: Step = head(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Transfer-Encoding': 'chunked' })

/** A whole streaming reply of a run that works, from the head to the zero chunk. */
export const goodStream = (run = 'run-1'): readonly Step[] => [
  STREAM_HEAD,
  ...[PING, started(run), text('hello'), finished('succeeded', null, run), ''].map(chunk),
]

/** A whole blocking reply of a run that works. */
export function goodReply(run = 'run-1'): readonly Step[] {
  const body = JSON.stringify({ task_id: `task-of-${run}`, workflow_run_id: run, data: runData('succeeded', null, run) })
  return [head(200, { 'Content-Type': 'application/json', 'Content-Length': `${body.length}` }), { do: 'raw', bytes: body }]
}
