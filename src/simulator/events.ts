import { filesAmong } from './run-files.ts'
import type { Result } from './script.ts'

/** Who and where a run is; the same in all its events. */
export interface RunIdentity {
  readonly runId: string
  readonly taskId: string
  readonly workflowId: string
  readonly appId: string
  readonly userId: string
  readonly user: string
  /** As they came, with null for every variable that did not. */
  readonly inputs: Readonly<Record<string, unknown>>
  readonly files: readonly unknown[]
}

/** Whole Unix seconds. */
export type Seconds = number

/** What stands around every event of a run. */
export const envelope = (event: string, run: RunIdentity, data: object) => ({
  event,
  workflow_run_id: run.runId,
  task_id: run.taskId,
  data,
})

/** What a workflow's nodes see as input: the user's and the system's. */
export const systemInputs = (run: RunIdentity) => ({
  ...run.inputs,
  'sys.files': run.files,
  'sys.user_id': run.user,
  'sys.app_id': run.appId,
  'sys.workflow_id': run.workflowId,
  'sys.workflow_run_id': run.runId,
})

export const workflowStarted = (run: RunIdentity, created: Seconds) =>
  envelope('workflow_started', run, {
    id: run.runId,
    workflow_id: run.workflowId,
    inputs: systemInputs(run),
    created_at: created,
    reason: 'initial',
  })

export const textChunk = (run: RunIdentity, text: string, selector: readonly string[]) =>
  envelope('text_chunk', run, { text, from_variable_selector: selector })

export interface Closing {
  readonly result: Result
  /** Seconds, 6 digits. */
  readonly elapsed: number
  readonly created: Seconds
  readonly finished: Seconds
}

export const workflowFinished = (run: RunIdentity, { result, elapsed, created, finished }: Closing) =>
  envelope('workflow_finished', run, {
    id: run.runId,
    workflow_id: run.workflowId,
    status: result.status,
    outputs: result.outputs,
    error: result.error,
    elapsed_time: elapsed,
    total_tokens: result.tokens,
    total_steps: result.steps,
    created_by: { id: run.userId, user: run.user },
    created_at: created,
    finished_at: finished,
    exceptions_count: result.exceptions,
    files: filesAmong(result.outputs),
  })

export interface Form {
  readonly id: string
  readonly token: string
  /** When it expires, Unix seconds. */
  readonly expires: Seconds
}

const QUESTION = {
  form_content: 'Please review this.\n{{#$output.note#}}',
  inputs: [{ output_variable_name: 'note', type: 'paragraph', default: { type: 'constant', selector: [], value: 'none' } }],
  actions: [
    { id: 'approve', title: 'Approve', button_style: 'primary' },
    { id: 'reject', title: 'Reject', button_style: 'default' },
  ],
}
/** The node that asks a person. */
export const ASKING = { nodeId: 'ask', type: 'human-input', title: 'Review' } as const

export const humanInputRequired = (run: RunIdentity, form: Form) =>
  envelope('human_input_required', run, {
    form_id: form.id,
    node_id: ASKING.nodeId,
    node_title: ASKING.title,
    ...QUESTION,
    display_in_ui: true,
    form_token: form.token,
    resolved_default_values: {},
    expiration_time: form.expires,
  })

const reasons = (form: Form) => [
  {
    TYPE: 'human_input_required',
    form_id: form.id,
    ...QUESTION,
    node_id: ASKING.nodeId,
    node_title: ASKING.title,
    resolved_default_values: {},
    form_token: form.token,
    expiration_time: form.expires,
  },
]

export const workflowPaused = (run: RunIdentity, { result, elapsed, created }: Closing, form: Form) =>
  envelope('workflow_paused', run, {
    workflow_run_id: run.runId,
    paused_nodes: [ASKING.nodeId],
    outputs: {},
    reasons: reasons(form),
    status: 'paused',
    created_at: created,
    elapsed_time: elapsed,
    total_tokens: result.tokens,
    total_steps: result.steps,
  })

/** A refusal before the run began: nothing in it says which run it was. */
export const errorBeforeStart = (message: string) => ({ event: 'error', message, status: 500 })

/** The pipeline broke while the run was under way. */
export const errorInRun = (run: RunIdentity) => ({
  event: 'error',
  workflow_run_id: run.runId,
  code: 'internal_server_error',
  message: 'Internal Server Error, please contact support.',
  status: 500,
})

/** Body of a blocking reply. */
export const blockingReply = (run: RunIdentity, { result, elapsed, created, finished }: Closing, form?: Form) => ({
  task_id: run.taskId,
  workflow_run_id: run.runId,
  data: {
    id: run.runId,
    workflow_id: run.workflowId,
    status: result.status,
    outputs: result.outputs,
    error: result.error,
    elapsed_time: elapsed,
    total_tokens: result.tokens,
    total_steps: result.steps,
    created_at: created,
    finished_at: form ? null : finished,
    ...(form && { paused_nodes: [ASKING.nodeId], reasons: reasons(form) }),
  },
})
