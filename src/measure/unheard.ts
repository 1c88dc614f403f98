import type { OutcomeKind, Sample } from '../core/sample.ts'

/** Outcomes in which the run itself said nothing of its end. */
const UNHEARD: ReadonlySet<OutcomeKind> = new Set([
  'timed-out',
  'unfinished',
  'interrupted',
  'stream-broken',
  'no-result',
  'bad-reply',
  'disconnected',
  'stale-connection',
])

/** From here on a refusal may be a gateway's word on a run that goes on behind it. */
const SERVER_ERROR = 500

/**
 * Whether an exchange had reached the server and the end of its run was never heard. What was under way when flowbench was killed may have
 * reached it.
 */
export function isUnheard({ outcome: { kind, detail }, marks, httpStatus = 0 }: Sample): boolean {
  if (kind === 'interrupted' && detail === 'killed') return true
  if (marks.sent === undefined) return false
  return UNHEARD.has(kind) || (kind === 'rejected' && httpStatus >= SERVER_ERROR)
}
