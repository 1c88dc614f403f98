import { systemInputs } from './events.ts'
import { SIZE_LIMITS } from './file-kinds.ts'
import { isUuid } from './ids.ts'
import type { Model } from './model.ts'
import { complaint } from './payload.ts'
import type { InputVariable, Profile } from './profile-schema.ts'
import { type Answer, json, refusal, UNKNOWN_ERROR } from './replies.ts'
import type { RunRecord } from './run-record.ts'
import { ABORTED } from './script.ts'
import { spacedJson } from './wire-json.ts'

/** Whole Unix seconds of a moment of the model's clock. */
type Wall = (at: number) => number

const OFF = { enabled: false }
/** What an app with files takes as files of the request itself. */
const FILES = {
  enabled: true,
  allowed_file_types: ['image', 'document'],
  allowed_file_extensions: [],
  allowed_file_upload_methods: ['local_file', 'remote_url'],
  number_limits: 3,
}

export const parametersPage = (profile: Profile): Answer =>
  json({
    opening_statement: '',
    suggested_questions: [],
    suggested_questions_after_answer: OFF,
    speech_to_text: OFF,
    text_to_speech: { enabled: false, language: '', voice: '' },
    retriever_resource: OFF,
    annotation_reply: OFF,
    more_like_this: OFF,
    user_input_form: profile.inputs.map(formField),
    sensitive_word_avoidance: OFF,
    file_upload: profile.inputs.some(({ type }) => type === 'file' || type === 'file-list') ? FILES : OFF,
    system_parameters: {
      image_file_size_limit: SIZE_LIMITS.image,
      video_file_size_limit: SIZE_LIMITS.video,
      audio_file_size_limit: SIZE_LIMITS.audio,
      file_size_limit: SIZE_LIMITS.other,
      workflow_file_upload_limit: 10,
    },
  })

function formField(input: InputVariable): object {
  const { variable, type, required, options, max_length } = input
  const { allowed_file_types, allowed_file_extensions, allowed_file_upload_methods } = input
  const files = type === 'file' || type === 'file-list' ? { allowed_file_types, allowed_file_extensions, allowed_file_upload_methods } : {}
  return { [type]: { variable, label: variable, type, required, options, max_length, ...files } }
}

export const infoPage = (profile: Profile): Answer =>
  json({ name: profile.name, description: profile.description, tags: [], mode: 'workflow', author_name: 'flowbench' })

export const META_PAGE = json({ tool_icons: {} })

export const sitePage = (profile: Profile): Answer =>
  json({
    title: profile.name,
    chat_color_theme: null,
    chat_color_theme_inverted: false,
    icon_type: 'emoji',
    icon: '🤖',
    icon_background: '#FFEAD5',
    description: null,
    copyright: null,
    privacy_policy: null,
    custom_disclaimer: '',
    default_language: 'en-US',
    show_workflow_steps: true,
    use_icon_as_answer_icon: false,
    icon_url: null,
  })

/**
 * What is stored of a run. It stays `running` for good where its worker was lost, and where it was stopped in the midst of a model's text: of
 * the two ways in which a real server stops, that one never writes the end down.
 */
function stored(record: RunRecord, wall: Wall) {
  const { started = record.arrived, finished } = record
  const result = record.result?.status === 'stopped' ? undefined : record.result
  const status = result ? (result.error === ABORTED ? 'stopped' : result.status) : 'running'
  const isDone = result !== undefined && status !== 'paused' && finished !== undefined
  return {
    status,
    outputs: result?.outputs ?? {},
    error: result?.error ?? null,
    steps: result?.steps ?? 0,
    tokens: result?.tokens ?? 0,
    exceptions: result?.exceptions ?? 0,
    created: wall(started),
    finished: isDone ? wall(finished) : null,
    elapsed: isDone ? Math.round(finished - started) / 1e6 : 0,
  }
}

/** `GET /workflows/run/{id}`. Its `inputs` are JSON in a string. */
export function detailPage(model: Model, id: string, wall: Wall): Answer {
  if (!isUuid(id)) return UNKNOWN_ERROR
  const record = model.run(id)
  if (!record) return refusal(404, 'not_found', 'Workflow run not found.')
  const run = stored(record, wall)
  const { 'sys.workflow_id': workflow, 'sys.workflow_run_id': runId, ...inputs } = systemInputs(record.identity)
  return json({
    id,
    workflow_id: record.identity.workflowId,
    status: run.status,
    inputs: spacedJson({ ...inputs, 'sys.timestamp': run.created, 'sys.workflow_id': workflow, 'sys.workflow_run_id': runId }),
    outputs: run.outputs,
    error: run.error,
    total_steps: run.steps,
    total_tokens: run.tokens,
    created_at: run.created,
    finished_at: run.finished,
    elapsed_time: run.elapsed,
  })
}

const LONGEST_PAGE = 100
const LAST_PAGE = 99_999

/** `GET /workflows/logs`: runs that a worker has begun, latest first, by page, status and the user they were for. */
export function logsPage(model: Model, query: URLSearchParams, wall: Wall): Answer {
  const [page, limit] = [query.get('page') ?? '1', query.get('limit') ?? '20'] as const
  const refused = outOfBounds('page', page, LAST_PAGE) ?? outOfBounds('limit', limit, LONGEST_PAGE)
  return refused ?? json(pageOfLogs(model, query, { page: Number(page), limit: Number(limit), wall }))
}

function outOfBounds(name: string, given: string, most: number): Answer | undefined {
  const value = Number(given)
  const refuse = (says: string, type: string) =>
    refusal(400, 'invalid_param', `1 validation error for WorkflowLogQuery\n${complaint(name, says, type, given)}`)
  if (!Number.isInteger(value)) return refuse('Input should be a valid integer, unable to parse string as an integer', 'int_parsing')
  if (value < 1) return refuse('Input should be greater than or equal to 1', 'greater_than_equal')
  return value > most ? refuse(`Input should be less than or equal to ${most}`, 'less_than_equal') : undefined
}

function pageOfLogs(
  model: Model,
  query: URLSearchParams,
  { page, limit, wall }: { readonly page: number; readonly limit: number; readonly wall: Wall },
): object {
  const [status, user] = [query.get('status'), query.get('created_by_end_user_session_id')]
  const found = model
    .runs()
    .filter(({ started }) => started !== undefined)
    .map((record) => ({ record, run: stored(record, wall) }))
    .filter(({ record, run }) => (!status || run.status === status) && (!user || record.identity.user === user))
  const from = (page - 1) * limit
  const data = found.slice(from, from + limit).map(({ record: { identity }, run }) => ({
    id: identity.taskId,
    workflow_run: {
      id: identity.runId,
      version: '2026-01-01 00:00:00.000000',
      status: run.status,
      triggered_from: 'app-run',
      error: run.error,
      elapsed_time: run.elapsed,
      total_tokens: run.tokens,
      total_steps: run.steps,
      created_at: run.created,
      finished_at: run.finished,
      exceptions_count: run.exceptions,
    },
    details: null,
    created_from: 'service-api',
    created_by_role: 'end_user',
    created_by_account: null,
    created_by_end_user: { id: identity.userId, type: 'service-api', is_anonymous: false, session_id: identity.user },
    created_at: run.finished ?? run.created,
  }))
  return { page, limit, total: found.length, has_more: from + limit < found.length, data }
}
