import type { Micros } from './units.ts'

export type Mode = 'blocking' | 'streaming'

/** Moments in the life of one exchange, in the order they can happen. */
export const MARKS = [
  'intended',
  'released',
  'sent',
  'headers',
  'firstByte',
  'firstEvent',
  'firstText',
  'lastText',
  'finished',
  'closed',
] as const
export type Mark = (typeof MARKS)[number]

/** Times on the run's clock. A mark that never came is absent, never 0. */
export type Marks = { readonly intended: Micros } & { readonly [M in Exclude<Mark, 'intended'>]?: Micros }

/** How one exchange ended: exactly one of these, the first cause in time. */
export const OUTCOMES = [
  'succeeded',
  'partial',
  'workflow-failed',
  'stopped',
  'paused',
  'rejected',
  'throttled',
  'stream-broken',
  'no-result',
  'bad-reply',
  'timed-out',
  'disconnected',
  'stale-connection',
  'generator-fault',
  'dropped',
  'unfinished',
  'interrupted',
] as const
export type OutcomeKind = (typeof OUTCOMES)[number]

export interface Outcome {
  readonly kind: OutcomeKind
  /** One line for a person: the server's message or code, which limit, which phase of the connection. At most 200 characters. */
  readonly detail?: string
}

/** In no statistic and in no rate: neither the target's doing nor the plan's. */
export const OUT_OF_STATISTICS: ReadonlySet<OutcomeKind> = new Set(['interrupted', 'generator-fault'])

/**
 * One execution of a workflow node, as its events said. Times of the client's clock; `elapsed` is the server's float. What a server does
 * not say is absent, so that most nodes take a line of 150 bytes.
 */
export interface NodeSpan {
  readonly nodeId: string
  readonly title: string
  readonly type: string
  /** Absent where the node never finished. `exception`: it failed, and the workflow handled that. */
  readonly status?: string
  /** When the event that it began, and the one that it ended, arrived. */
  readonly started?: Micros
  readonly finished?: Micros
  readonly elapsed?: Micros
  readonly tokens?: number
  readonly promptTokens?: number
  readonly completionTokens?: number
  /** The model's own time, and its time to the first token: `usage.latency`, `usage.time_to_first_token`. */
  readonly modelTime?: Micros
  readonly firstToken?: Micros
  /** The id of the iteration or loop it ran in, and in which of its rounds, from 0. */
  readonly parent?: string
  readonly round?: number
  /** Of an iteration or a loop: rounds that began. */
  readonly rounds?: number
  /** One kind of error for each attempt that failed and was tried again. */
  readonly retries?: readonly NodeError[]
  /** What made it fail, handled or not. */
  readonly error?: NodeError
  /** Id of the node before it; servers from 1.9 on do not say. */
  readonly after?: string
  /** Places of its two events among all node events of the stream: only where one read brought several, so that times do not tell. */
  readonly order?: readonly [start: number, finish?: number]
}

/** Why a node failed, by the words of its message. Few, since they are counted. */
export const NODE_ERRORS = ['timeout', 'connection', 'rate limit', 'authentication', 'server error', 'bad input', 'other'] as const
export type NodeError = (typeof NODE_ERRORS)[number]

/** What happened when the run of an exchange given up was stopped on the server. */
export type StopResult = 'stopped' | 'stop-failed' | 'no-task-id' | 'blocking'

/** What is kept of one exchange. Plain data: a line of `samples.jsonl` is this, as JSON. */
export interface Sample {
  /** Position among all releases of the run, from 0. */
  readonly seq: number
  readonly arm?: string
  /** Number of the machine that sent it, in a run that was put together from several. */
  readonly shard?: number
  readonly phase: string
  /** Position in its phase, from 0; with the seed it decides the body. */
  readonly n: number
  readonly inputSet: string
  readonly mode: Mode
  readonly marks: Marks
  /** When the exchange ended, however it did: at `finished`, or when it failed or was given up. Absent for what was dropped. */
  readonly ended?: Micros
  readonly outcome: Outcome
  readonly httpStatus?: number
  /** How long the server asked to wait before a next request (`Retry-After`). Nothing of ours obeys it while measuring. */
  readonly retryAfter?: Micros
  /** The API's `user`, where the run names more than one. */
  readonly user?: string
  /** The server's own `elapsed_time`. */
  readonly elapsed?: Micros
  readonly tokens?: number
  readonly steps?: number
  /** Events of the stream but pings. */
  readonly events: number
  readonly pings: number
  /** Lengths of time from one ping to the next while the run went on, the first counted from the first event; absent where none came. */
  readonly pingGaps?: readonly Micros[]
  /** Events of a kind this version does not know. */
  readonly unknownEvents: number
  /** Non-empty pieces of text. */
  readonly textChunks: number
  /** Events that came in one read with an earlier event. */
  readonly coalescedEvents: number
  /** Bytes of the reply's body. */
  readonly bytes: number
  /** Lengths of the silences between two non-empty pieces of text, in order. */
  readonly textGaps: readonly Micros[]
  /** Longest silence between two events, pings not counted; from 2 events. */
  readonly longestGap?: Micros
  readonly nodes: readonly NodeSpan[]
  readonly taskId?: string
  readonly workflowRunId?: string
  /** The trace id that we sent; where we sent none, the one that the server answered with. */
  readonly traceId?: string
  /** Another one that the server answered with. */
  readonly serverTraceId?: string
  /** Number of the connection it went over, from 0, and whether that had carried an exchange before. */
  readonly connection?: number
  readonly reused?: boolean
  /** Hash of the body sent, salted per run: equal hashes are equal bodies. */
  readonly bodyHash?: string
  /** We ended the reply before the server did, so `closed` is a lower bound. */
  readonly cut?: boolean
  /** With `record: [outputs]` only. */
  readonly outputs?: unknown
}

/** What is kept of an exchange that nothing was heard of: never sent, or cut off by a kill. */
export const NOTHING_HEARD = {
  events: 0,
  pings: 0,
  unknownEvents: 0,
  textChunks: 0,
  coalescedEvents: 0,
  bytes: 0,
  textGaps: [],
  nodes: [],
} as const satisfies Partial<Sample>
