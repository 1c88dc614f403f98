import type { Clock } from '../core/clock.ts'
import type { StoredRun } from '../core/fate.ts'
import { seconds } from '../core/units.ts'
import { oneLine, parseObject, textOf } from '../dify/reply.ts'
import { detailPath, type LogsPage, logsPath, readDetail, readLogsPage } from '../dify/stored-run.ts'
import { call } from '../http/call.ts'
import type { WireRecord } from '../http/exchange.ts'
import type { Transport } from '../http/transport.ts'

export interface AskPorts {
  readonly transport: Transport
  readonly clock: Clock
  /** Path of the API on the target's origin. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
}

/** What came of one question; `given-up` where we did not wait for the answer. */
export type Answer<T> =
  | { readonly kind: 'told'; readonly value: T /** The server's clock, ms since 1970. */; readonly serverTime?: number }
  | { readonly kind: 'silent' | 'refused' | 'unreadable' | 'not-found'; readonly why: string }
  | { readonly kind: 'given-up' }

/** Asks the server what it has stored of runs, one request each. */
export interface StoredRuns {
  detail(workflowRunId: string): Promise<Answer<StoredRun>>
  logs(user: string, page: number): Promise<Answer<LogsPage>>
}

/** A server that has just been overloaded may take its time; one that hangs must not hold the end of a run. */
const TIMEOUT = seconds(5)

export function createStoredRuns({ transport, clock, base, headers }: AskPorts, signal: AbortSignal): StoredRuns {
  async function ask<T>(path: string, read: (body: string) => T | undefined): Promise<Answer<T>> {
    if (signal.aborted) return { kind: 'given-up' }
    const record = await call(transport, { method: 'GET', path: base + path, headers }, { timeout: TIMEOUT, clock, signal })
    return answerOf(record, read)
  }
  return {
    detail: (workflowRunId) => ask(detailPath(workflowRunId), readDetail),
    logs: (user, page) => ask(logsPath(user, page), readLogsPage),
  }
}

function answerOf<T>({ head, ending }: WireRecord, read: (body: string) => T | undefined): Answer<T> {
  if (ending.kind === 'given-up') return { kind: 'given-up' }
  if (ending.kind === 'timed-out') return { kind: 'silent', why: `no answer within ${TIMEOUT / 1e6} s` }
  if (ending.kind === 'failed') return { kind: 'silent', why: ending.failure.code }
  if (ending.kind !== 'reply') return { kind: 'unreadable', why: 'an answer that cannot be read' }
  const status = head?.status ?? 0
  if (status !== 200) return { kind: kindOf(status), why: oneLine(`${status} ${textOf(parseObject(ending.body)?.['code']) ?? ''}`) }
  const value = ending.truncated ? undefined : read(ending.body)
  if (value === undefined) return { kind: 'unreadable', why: 'an answer that cannot be read' }
  const date = Date.parse(head?.headers['date'] ?? '')
  return { kind: 'told', value, ...(Number.isFinite(date) && { serverTime: date }) }
}

const kindOf = (status: number) => (status === 401 || status === 403 ? 'refused' : status === 404 ? 'not-found' : 'silent')
