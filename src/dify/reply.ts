import { stripVTControlCharacters } from 'node:util'
import type { Outcome } from '../core/sample.ts'
import { type Micros, seconds } from '../core/units.ts'

/** What a reply says of the run itself, once it is over. */
export interface RunResult {
  readonly outcome: Outcome
  readonly elapsed?: Micros
  readonly tokens?: number
  readonly steps?: number
  readonly taskId?: string
  readonly workflowRunId?: string
  readonly outputs?: unknown
}

type Fields = Readonly<Record<string, unknown>>

const DETAIL_LIMIT = 200

/** `text` on one line of at most 200 characters without control characters (a terminal would obey them), as details of outcomes are kept. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length > DETAIL_LIMIT ? `${line.slice(0, DETAIL_LIMIT - 1)}…` : line
}

/** An outcome with its detail cut to one line; an empty detail is left out. */
export function outcome(kind: Outcome['kind'], detail?: string): Outcome {
  const line = detail === undefined ? '' : oneLine(detail)
  return line === '' ? { kind } : { kind, detail: line }
}

/** Undefined unless `value` is an object that is no list. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)

/** A whole number from 0 on: of tokens, of steps. */
export const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined

/** A century of seconds: what is longer is no length of a run, and would not fit into whole µs in the end. */
const LONGEST_ELAPSED = 3.2e9

/** The server's float of seconds as µs; undefined where it can be no length of time. */
export function elapsedOf(value: unknown): Micros | undefined {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_ELAPSED ? seconds(value) : undefined
}

/** Reads JSON that should be an object; undefined where it is none. */
export function parseObject(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * What the `data` of `workflow_finished`, `workflow_paused` or a blocking reply says. HTTP 200 says nothing of a run: failed, stopped and
 * paused ones come with it too. Dify answers a stop in two ways (seen on 1.14.2): status `stopped`, or `failed` with "Aborted: User requested stop".
 */
export function runResult(data: Fields): RunResult {
  const [elapsed, tokens, steps] = [elapsedOf(data['elapsed_time']), countOf(data['total_tokens']), countOf(data['total_steps'])]
  const outputs = data['outputs']
  return {
    outcome: runOutcome(textOf(data['status']) ?? 'none', textOf(data['error'])),
    ...(elapsed !== undefined && { elapsed }),
    ...(tokens !== undefined && { tokens }),
    ...(steps !== undefined && { steps }),
    ...(outputs !== undefined && { outputs }),
  }
}

function runOutcome(status: string, error: string | undefined): Outcome {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded' }
    case 'partial-succeeded':
      return outcome('partial', error)
    case 'paused':
      return outcome('paused', error)
    case 'stopped':
      return outcome('stopped', error)
    case 'failed':
      return outcome(error?.includes('User requested stop') ? 'stopped' : 'workflow-failed', error)
    default:
      return outcome('workflow-failed', `the run ended with status ${status}`)
  }
}

/** What a blocking reply with HTTP 200 says; `bad-reply` where it is not what Dify's contract promises. */
export function readBlockingReply(body: string): RunResult {
  const reply = parseObject(body)
  const data = fieldsOf(reply?.['data'])
  if (!reply || !data) return { outcome: outcome('bad-reply', `not the JSON of a blocking reply: ${body.slice(0, 80)}`) }
  const [taskId, workflowRunId] = [textOf(reply['task_id']), textOf(reply['workflow_run_id'])]
  return { ...runResult(data), ...(taskId && { taskId }), ...(workflowRunId && { workflowRunId }) }
}

/**
 * What a reply with HTTP status ≥ 300 means. The app's own concurrency limit comes as 400 `invalid_param` (seen on 1.14.2), told apart by
 * its text. A redirect is never followed, since key and body would travel on; `location` names where it pointed.
 */
export function readRefusal(status: number, body: string, location?: string): Outcome {
  if (status < 400) return outcome('rejected', `${status} redirects to ${hostOf(location) ?? 'nowhere'}, not followed`)
  const reply = parseObject(body)
  const [code, message] = [textOf(reply?.['code']), textOf(reply?.['message'])]
  const limited = status === 429 || (status === 400 && code === 'invalid_param' && message?.startsWith('Too many requests'))
  const said = [code, message].filter(Boolean).join(': ')
  return outcome(limited ? 'throttled' : 'rejected', `${status} ${said || plain(body)}`)
}

function hostOf(location: string | undefined): string | undefined {
  if (location === undefined) return undefined
  return URL.canParse(location, 'http://same.host')
    ? new URL(location, 'http://same.host').host.replace('same.host', 'the same host')
    : undefined
}

/** An HTML error page without its tags. */
const plain = (body: string): string => body.slice(0, 2000).replace(/<[^>]*>/g, ' ')
