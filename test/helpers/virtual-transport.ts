import type { Clock } from '../../src/core/clock.ts'
import { type Micros, micros } from '../../src/core/units.ts'
import type { ReplySink, Transport, WireRequest } from '../../src/http/transport.ts'

/** One thing that happens to a request, so long after it was handed over. */
export type Happening = { readonly after: Micros } & (
  | { readonly is: 'sent'; readonly reused?: boolean }
  | { readonly is: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly is: 'bytes'; readonly bytes: string | Buffer }
  | { readonly is: 'end' }
  | { readonly is: 'failed'; readonly code: string }
)

/** What a scripted server does with its `n`-th request, which came at `at`. In the order given, also at one moment. */
export type Server = (request: WireRequest, n: number, at: Micros) => readonly Happening[]

export interface SentRequest {
  readonly request: WireRequest
  readonly at: Micros
  /** When the client cut it. */
  cut?: Micros
  /** When the server's last word came, unless it was cut before. */
  over?: Micros
}

export interface VirtualTransport extends Transport {
  readonly requests: readonly SentRequest[]
}

/** A transport without a socket: `server` says what happens, and virtual time says when. */
export function virtualTransport(clock: Clock, server: Server): VirtualTransport {
  const requests: SentRequest[] = []
  return {
    requests,
    close: () => {},
    send(request, sink) {
      const at = clock.now()
      const connection = requests.length
      const sent: SentRequest = { request, at }
      requests.push(sent)
      const timers = server(request, connection, at).map((happening) =>
        clock.at(micros(at + happening.after), () => {
          if (happening.is === 'end' || happening.is === 'failed') sent.over = clock.now()
          tell(sink, happening, { connection, now: clock.now() })
        }),
      )
      return () => {
        if (sent.over === undefined) sent.cut ??= clock.now()
        for (const cancel of timers) cancel()
      }
    },
  }
}

function tell(sink: ReplySink, happening: Happening, { connection, now }: { readonly connection: number; readonly now: Micros }): void {
  switch (happening.is) {
    case 'sent':
      return sink.sent(now, { connection, reused: happening.reused ?? false })
    case 'head':
      return sink.head({ status: happening.status, headers: happening.headers }, now)
    case 'bytes':
      return sink.chunk(Buffer.from(happening.bytes), now)
    case 'end':
      return sink.end(now)
    case 'failed':
      return sink.failed(Object.assign(new Error(happening.code), { code: happening.code }), now)
  }
}

export const sent = (after: number, reused = false): Happening => ({ after: micros(after), is: 'sent', reused })
/** A head as a real server's: what it sends is chunked. */
export const head = (after: number, status: number, type: string, more: Readonly<Record<string, string>> = {}): Happening => ({
  after: micros(after),
  is: 'head',
  status,
  headers: { 'content-type': type, 'transfer-encoding': 'chunked', ...more },
})
export const bytes = (after: number, text: string | Buffer): Happening => ({ after: micros(after), is: 'bytes', bytes: text })
export const end = (after: number): Happening => ({ after: micros(after), is: 'end' })
export const failed = (after: number, code: string): Happening => ({ after: micros(after), is: 'failed', code })

export const STREAM = 'text/event-stream; charset=utf-8'
export const JSON_TYPE = 'application/json; charset=utf-8'

/** A blocking run that takes `length` µs from the request to the last byte of its reply. */
export function blockingRun(length: number, data: Readonly<Record<string, unknown>> = {}): readonly Happening[] {
  const body = JSON.stringify({ task_id: 'task', workflow_run_id: 'run', data: { ...RESULT, ...data } })
  return [sent(0), head(length, 200, JSON_TYPE), bytes(length, body), end(length)]
}

/** One event as it stands in a stream. */
export const event = (kind: string, data: unknown = {}, more: Readonly<Record<string, unknown>> = {}): string =>
  `data: ${JSON.stringify({ event: kind, task_id: 'task', workflow_run_id: 'run', data, ...more })}\n\n`

/** What `workflow_finished` says of a run that worked. */
export const RESULT = { status: 'succeeded', outputs: {}, error: null, elapsed_time: 0.01, total_tokens: 10, total_steps: 2 }

export interface StreamTimes {
  readonly first: number
  readonly texts?: readonly number[]
  readonly last: number
  /** How long after the last event the server closes the stream. */
  readonly held?: number
  readonly result?: Readonly<Record<string, unknown>>
}

/** A streaming run: a ping at once, `workflow_started` at `first`, pieces of text, `workflow_finished` at `last`; µs from the request. */
export function streamingRun({ first, texts = [], last, held = 0, result = {} }: StreamTimes): readonly Happening[] {
  return [
    sent(0),
    head(0, 200, STREAM),
    bytes(0, 'event: ping\n\n'),
    bytes(first, event('workflow_started')),
    ...texts.map((at) => bytes(at, event('text_chunk', { text: 'word ' }))),
    bytes(last, event('workflow_finished', { ...RESULT, ...result })),
    end(last + held),
  ]
}

/** A run in the mode that the request asks for, over after `length` µs. */
export const runOf = (request: WireRequest, length: number, data: Readonly<Record<string, unknown>> = {}): readonly Happening[] =>
  request.body?.includes('"response_mode":"blocking"')
    ? blockingRun(length, data)
    : streamingRun({ first: Math.round(length / 2), last: length, result: data })
