/** What travels between a client and Dify's service API, as observed of version 1.14.2. Types only: client and simulator share nothing else. */

export type ResponseMode = 'blocking' | 'streaming'

/** Body of `POST /workflows/run`. */
export interface RunRequest {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly response_mode: ResponseMode
  readonly user: string
}

/** Status of a run: in `workflow_finished`, in a blocking reply and in run detail. */
export type RunStatusText = 'running' | 'succeeded' | 'failed' | 'stopped' | 'partial-succeeded' | 'paused'

/** `data` of a blocking reply; `workflow_finished` carries the same and some more. Seconds are floats. */
export interface RunData {
  readonly id: string
  readonly workflow_id: string
  readonly status: RunStatusText
  readonly outputs: Readonly<Record<string, unknown>> | null
  readonly error: string | null
  readonly elapsed_time: number
  readonly total_tokens: number
  readonly total_steps: number
  /** Whole Unix seconds: never subtracted. */
  readonly created_at: number
  readonly finished_at: number | null
}

export interface BlockingReply {
  readonly task_id: string
  readonly workflow_run_id: string
  readonly data: RunData
}

/** Body of a refusal. */
export interface ErrorReply {
  readonly code: string
  readonly message: string
  readonly status: number
}

interface Envelope<Kind extends string, Data> {
  readonly event: Kind
  readonly workflow_run_id: string
  readonly task_id: string
  readonly data: Data
}

export interface NodeData {
  readonly id: string
  readonly node_id: string
  readonly node_type: string
  readonly title: string
  readonly iteration_id?: string | null
  readonly loop_id?: string | null
}

export interface NodeFinishedData extends NodeData {
  readonly status: string
  readonly error: string | null
  readonly elapsed_time: number
  readonly execution_metadata: { readonly total_tokens?: number } | null
}

/** The events that decide time or outcome; servers of other versions send more. Pings have no data and are no event. */
export type DifyEvent =
  | Envelope<'workflow_started', { readonly id: string; readonly workflow_id: string }>
  | Envelope<'node_started', NodeData>
  | Envelope<'node_finished', NodeFinishedData>
  | Envelope<'node_retry', NodeFinishedData>
  | Envelope<'iteration_started' | 'loop_started', NodeData>
  | Envelope<'iteration_next' | 'loop_next', NodeData>
  | Envelope<
      'iteration_completed' | 'loop_completed',
      NodeData & {
        readonly status?: string
        readonly elapsed_time?: number
        readonly total_tokens?: number
        readonly execution_metadata?: { readonly total_tokens?: number } | null
      }
    >
  | Envelope<'text_chunk' | 'text_replace', { readonly text: string; readonly from_variable_selector?: readonly string[] }>
  | Envelope<'workflow_finished', RunData>
  | Envelope<'workflow_paused', Partial<RunData>>
  | {
      readonly event: 'error'
      readonly message: string
      readonly status: number
      readonly code?: string
      readonly task_id?: string
      readonly workflow_run_id?: string
    }
