import { unreachable } from '../core/errors.ts'
import type { Redact } from '../core/redact.ts'
import type { Outcome } from '../core/sample.ts'
import type { Observed } from '../dify/observe.ts'
import { outcome, type RunResult, readBlockingReply, readRefusal } from '../dify/reply.ts'
import type { Ending, Stage, WireRecord } from '../http/exchange.ts'
import type { Failure } from '../http/failure.ts'

/** Why we give up exchanges that are still under way. */
export type GiveUpReason = 'unfinished' | 'interrupted'

export interface Interpreting {
  /** Ours, where we gave the exchange up. */
  readonly reason: GiveUpReason
  readonly redact: Redact
}

/**
 * The one outcome of an exchange: how the wire ended it, read together with what Dify had said by then.
 */
export function interpret(record: WireRecord, observed: Observed, { reason, redact }: Interpreting): RunResult {
  const { ending } = record
  switch (ending.kind) {
    case 'terminal':
      // The wire calls it terminal only because the observer did.
      return observed.result ?? { outcome: outcome('bad-reply', 'a terminal event that says nothing') }
    case 'reply':
      // Before anything is cut to a line: a secret cut in two would no longer be known as one.
      return readReply(record, { ...ending, body: redact(ending.body) })
    case 'stream-ended':
      return {
        outcome: outcome('no-result', observed.started ? 'the stream ended before the run did' : 'the stream ended before a run began'),
      }
    case 'bad-reply':
      return { outcome: outcome('bad-reply', ending.detail) }
    case 'timed-out':
      return { outcome: outcome('timed-out', `waiting for ${ending.waitedFor}`) }
    case 'failed':
      return { outcome: failureOutcome(ending.failure, ending.stage, { reused: record.reused ?? false, started: observed.started }) }
    case 'given-up':
      return { outcome: outcome(reason) }
    default:
      return unreachable(ending)
  }
}

function readReply(record: WireRecord, ending: Ending & { kind: 'reply' }): RunResult {
  const status = record.head?.status ?? 0
  if (status >= 300) return { outcome: readRefusal(status, ending.body, record.head?.headers['location']) }
  if (ending.truncated) return { outcome: outcome('bad-reply', 'a reply too large to read') }
  return readBlockingReply(ending.body)
}

function failureOutcome(
  failure: Failure,
  stage: Stage,
  { reused, started }: { readonly reused: boolean; readonly started: boolean },
): Outcome {
  const said = failure.advice ? `${failure.code}, ${failure.advice}` : failure.code
  if (failure.class === 'generator') return outcome('generator-fault', said)
  if (failure.class === 'protocol') return outcome('bad-reply', said)
  if (started) return outcome('stream-broken', said)
  // A kept connection that the server closed while our request was on its way: a race of both sides, never retried, since a run may have begun.
  if (stage === 'before headers' && reused && failure.class === 'socket') return outcome('stale-connection', said)
  const phase = failure.class === 'socket' ? stage : failure.class
  return outcome('disconnected', `${phase}: ${said}`)
}
