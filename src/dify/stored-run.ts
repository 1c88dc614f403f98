import type { StoredRun } from '../core/fate.ts'
import { fieldsOf, numberOf, parseObject, runResult, textOf } from './reply.ts'

/** Where what is stored of a run is read. */
export const detailPath = (workflowRunId: string): string => `/workflows/run/${encodeURIComponent(workflowRunId)}`

/** Runs of a page of the log: Dify gives no more. */
const PAGE = 100

/** Where a page (from 1) of the log of one user's runs is read, latest first. */
export const logsPath = (user: string, page: number): string =>
  `/workflows/logs?${new URLSearchParams({ page: String(page), limit: String(PAGE), created_by_end_user_session_id: user })}`

type Fields = Readonly<Record<string, unknown>>

/** Statuses under which a run is over, or waits for a person. */
const OVER = new Set(['succeeded', 'partial-succeeded', 'failed', 'stopped', 'paused'])

/** The body of a run's detail; undefined where it says no status that this version knows. */
export const readDetail = (body: string): StoredRun | undefined => readStored(parseObject(body))

function readStored(fields: Fields | undefined): StoredRun | undefined {
  const status = textOf(fields?.['status'])
  if (!fields || status === undefined) return undefined
  // Its time and tokens are 0 until it is over.
  if (status === 'running') return { status }
  if (!OVER.has(status)) return undefined
  const { outcome, elapsed, tokens, steps } = runResult(fields)
  return {
    status: outcome.kind as StoredRun['status'],
    ...(elapsed !== undefined && { elapsed }),
    ...(tokens !== undefined && { tokens }),
    ...(steps !== undefined && { steps }),
  }
}

/** One run in the log. */
export interface LoggedRun {
  readonly id: string
  readonly run: StoredRun
  /** Unix seconds of its beginning, by the server's clock. */
  readonly created?: number
  /** Whom it ran as. */
  readonly user?: string
}

export interface LogsPage {
  readonly runs: readonly LoggedRun[]
  readonly more: boolean
}

/** One page of the log, without what cannot be read of it; undefined where it is no such page. */
export function readLogsPage(body: string): LogsPage | undefined {
  const page = parseObject(body)
  const rows = page?.['data']
  if (!Array.isArray(rows)) return undefined
  return { runs: rows.flatMap(readRow), more: page?.['has_more'] === true && rows.length > 0 }
}

function readRow(row: unknown): readonly LoggedRun[] {
  const fields = fieldsOf(fieldsOf(row)?.['workflow_run'])
  const [id, run] = [textOf(fields?.['id']), readStored(fields)]
  if (id === undefined || !run) return []
  const created = numberOf(fields?.['created_at'])
  const user = textOf(fieldsOf(fieldsOf(row)?.['created_by_end_user'])?.['session_id'])
  return [{ id, run, ...(created !== undefined && { created }), ...(user !== undefined && { user }) }]
}
