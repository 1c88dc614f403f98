import type { Mark, Mode, NodeSpan, OutcomeKind } from '../../src/core/sample.ts'

/** What the client has to make of one recorded exchange, read off the recording by hand and script, not by the client. */
export interface Expectation {
  /** How the run is sent: as the recorded request said; blocking where it said nothing readable, since only blocking answers that. */
  readonly mode: Mode
  /** Absent where no reply came. */
  readonly httpStatus?: number
  readonly outcome: OutcomeKind
  /** All of these stand in the outcome's detail. */
  readonly detail?: readonly string[]
  /** The server's own elapsed_time in µs, and what it counted. */
  readonly elapsed?: number
  readonly tokens?: number
  readonly steps?: number
  /** Both `task_id` and `workflow_run_id` were told; neither where absent. */
  readonly ids?: true
  /** Of a stream; 0 where absent. */
  readonly events?: number
  readonly pings?: number
  readonly textChunks?: number
  /** Of the body. */
  readonly bytes: number
  /** The marks that come after `sent`, no others, in ms from the last byte of the request, as recorded. */
  readonly at: { readonly [M in Mark]?: number }
  /** In order of their start; see `writeSpan`. */
  readonly nodes?: readonly string[]
}

/** A node span in one line: `id type`, then status and elapsed µs where it finished, then tokens, then `in` the iteration or loop around it. */
export function writeSpan({ nodeId, type, status, elapsed, tokens, parent }: NodeSpan): string {
  const parts = [nodeId, type, status, elapsed, tokens !== undefined && `${tokens}t`, parent !== undefined && `in ${parent}`]
  return parts.filter((part) => part !== undefined && part !== false).join(' ')
}
