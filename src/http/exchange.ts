import type { Cancel, Clock } from '../core/clock.ts'
import type { Mode } from '../core/sample.ts'
import { type Micros, micros } from '../core/units.ts'
import { deadlineOf, type ExchangeLimits, type WaitedFor } from './deadline.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import { classify, type Failure } from './failure.ts'
import type { CancelRequest, ReplyHead, Transport, WireRequest } from './transport.ts'

/** Where in its life an exchange was when it broke. */
export type Stage = 'before connecting' | 'before headers' | 'in the body'

/** How an exchange ended; what it means is for others to say. */
export type Ending =
  /** The stream's terminal event is in. */
  | { readonly kind: 'terminal' }
  /** A reply that is no event stream is in, whole: its body, cut where it was too long. */
  | { readonly kind: 'reply'; readonly body: string; readonly truncated: boolean }
  /** The stream ended as HTTP says it must, without a terminal event. */
  | { readonly kind: 'stream-ended' }
  | { readonly kind: 'bad-reply'; readonly detail: string }
  | { readonly kind: 'timed-out'; readonly waitedFor: WaitedFor }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly stage: Stage }
  /** We gave it up for a reason that is not the exchange's own. */
  | { readonly kind: 'given-up' }

/** What the wire showed of one exchange, up to its end. */
export interface WireRecord {
  readonly released: Micros
  readonly sent?: Micros
  readonly headers?: Micros
  readonly firstByte?: Micros
  /** When it ended, however it did. */
  readonly ended: Micros
  readonly head?: ReplyHead
  readonly bytes: number
  readonly pings: number
  /** From one ping to the next while the run went on, the first counted from the first event. */
  readonly pingGaps: readonly Micros[]
  readonly connection?: number
  readonly reused?: boolean
  readonly ending: Ending
}

/** `cut`: we closed it, so the server's own end would have come later. */
export interface StreamClosed {
  readonly at: Micros
  readonly cut: boolean
}

export interface ExchangeObserver {
  /** One event's data; the answer says whether it was the last of the run, none of Dify's, or only a sign of life. Must not throw. */
  hear(data: string, at: Micros): 'more' | 'ping' | 'last' | 'broken'
  /** Called once, when the exchange has ended: its slot is free. */
  ended(record: WireRecord): void
  /** Called once, after `ended`, when its stream has closed. */
  closed(closed: StreamClosed): void
}

export interface Exchange {
  /** Ends it now as `given-up`, or where it has ended, cuts its lingering stream. */
  giveUp(): void
}

/** Replies to keep for their outcome: a blocking reply may be large, an error page need not be kept whole. */
const LONGEST_REPLY = 64 * 1024 * 1024
const LONGEST_REFUSAL = 64 * 1024

/** Without a length or chunks a reply that was cut looks like one that ended: only a terminal event proves an ending. */
const framed = (head: ReplyHead | undefined): boolean =>
  head?.headers['transfer-encoding'] !== undefined || head?.headers['content-length'] !== undefined
const UNFRAMED_END: Failure = { class: 'socket', code: 'EOF', advice: 'the connection closed in mid-reply' }

export interface ExchangeOptions {
  /** What the reply should be: one JSON document, or a stream of events. */
  readonly mode: Mode
  readonly limits: ExchangeLimits
}

/**
 * Sends one request and tells `observer` what came of it. An exchange ends at its terminal event (or the last byte of a reply that is no
 * stream), not when the server closes the stream, which a real one does a second later, or after an error event five minutes later.
 */
export function exchange(
  transport: Transport,
  request: WireRequest,
  { mode, limits, observer, clock }: ExchangeOptions & { readonly observer: ExchangeObserver; readonly clock: Clock },
): Exchange {
  const released = clock.now()
  let sent: Micros | undefined
  let headers: Micros | undefined
  let firstByte: Micros | undefined
  let lastByte: Micros | undefined
  let firstEvent: Micros | undefined
  let socket: { readonly connection: number; readonly reused: boolean } | undefined
  let head: ReplyHead | undefined
  let stream: EventStream | undefined
  let streamFault: string | undefined
  const pingGaps: Micros[] = []
  let pingedAt: Micros | undefined
  let bytes = 0
  let kept = 0
  const body: Buffer[] = []
  let readAt = released
  let verdict: 'more' | 'last' | 'broken' = 'more'
  let state: 'running' | 'lingering' | 'closed' = 'running'
  let timer: Cancel = () => {}
  let cancel: CancelRequest = () => {}

  const deadline = () => deadlineOf(mode, limits, { released, sent, firstEvent, lastByte })

  /** Looks at the deadline again when it may have come: bytes move it without touching the timer. */
  function watch(): void {
    timer()
    timer = clock.at(deadline().at, () => {
      const { at, waitedFor } = deadline()
      if (state !== 'running') return
      if (clock.now() < at) watch()
      else finish({ kind: 'timed-out', waitedFor }, clock.now(), 'cut')
    })
  }

  /** A reply has ended with its last byte, and is known to have when HTTP says so, at `closedAt`. */
  function finish(ending: Ending, at: Micros, connection: 'cut' | 'over' | 'lingers', closedAt = at): void {
    if (state !== 'running') return
    timer()
    state = connection === 'lingers' ? 'lingering' : 'closed'
    if (connection === 'cut') cancel()
    observer.ended({
      released,
      ended: at,
      bytes,
      pings: stream?.pings() ?? 0,
      pingGaps,
      ending,
      ...(sent !== undefined && { sent }),
      ...(headers !== undefined && { headers }),
      ...(firstByte !== undefined && { firstByte }),
      ...(head && { head }),
      ...socket,
    })
    if (connection === 'lingers') timer = clock.at(micros(at + limits.linger), () => close(clock.now(), 'cut'))
    else observer.closed({ at: closedAt, cut: connection === 'cut' })
  }

  function close(at: Micros, how: 'cut' | 'over'): void {
    if (state !== 'lingering') return
    state = 'closed'
    timer()
    if (how === 'cut') cancel()
    observer.closed({ at, cut: how === 'cut' })
  }

  function takeHead(reply: ReplyHead, at: Micros): void {
    head = reply
    headers = at
    const encoding = reply.headers['content-encoding'] ?? 'identity'
    const type = reply.headers['content-type'] ?? ''
    if (encoding !== 'identity' && reply.status < 300)
      return finish({ kind: 'bad-reply', detail: `compressed (${encoding}) though not asked for` }, at, 'cut')
    if (reply.status >= 300) return
    if (mode === 'streaming') {
      if (!type.startsWith('text/event-stream'))
        return finish({ kind: 'bad-reply', detail: `not an event stream but ${type || 'of no type'}` }, at, 'cut')
      stream = createEventStream(hear)
    } else if (type.startsWith('text/event-stream'))
      finish({ kind: 'bad-reply', detail: 'an event stream in answer to a blocking request' }, at, 'cut')
  }

  function hear(data: string): void {
    if (verdict !== 'more') return
    const answer = observer.hear(data, readAt)
    if (answer === 'ping') return
    verdict = answer
    if (firstEvent === undefined) {
      firstEvent = readAt
      watch()
    }
  }

  function takeChunk(chunk: Buffer, at: Micros): void {
    if (state !== 'running') return
    bytes += chunk.length
    firstByte ??= at
    lastByte = at
    if (stream) {
      readAt = at
      const [heard, since] = [stream.pings(), pingedAt ?? firstEvent]
      streamFault ??= stream.feed(chunk)?.detail
      // The ping that opens a stream comes before the run is even queued, and tells nothing of how often they come.
      if (stream.pings() > heard && since !== undefined) {
        pingGaps.push(micros(at - since))
        pingedAt = at
      }
      if (verdict === 'last') finish({ kind: 'terminal' }, at, 'lingers')
      else if (verdict === 'broken') finish({ kind: 'terminal' }, at, 'cut')
      else if (streamFault !== undefined) finish({ kind: 'bad-reply', detail: streamFault }, at, 'cut')
      return
    }
    const room = (head !== undefined && head.status >= 300 ? LONGEST_REFUSAL : LONGEST_REPLY) - kept
    if (room > 0) body.push(room < chunk.length ? chunk.subarray(0, room) : chunk)
    kept += Math.min(room, chunk.length)
  }

  function takeEnd(at: Micros): void {
    if (state === 'lingering') return close(at, 'over')
    if (stream && !framed(head)) return finish({ kind: 'failed', failure: UNFRAMED_END, stage: 'in the body' }, at, 'over')
    if (stream) return finish({ kind: 'stream-ended' }, at, 'over')
    // The last byte of a body is the end of the reply; HTTP's own end may be noticed a little later.
    const readable = head?.headers['content-encoding'] === undefined || head.headers['content-encoding'] === 'identity'
    const reply = { kind: 'reply', body: readable ? Buffer.concat(body).toString('utf8') : '', truncated: kept < bytes } as const
    finish(reply, lastByte ?? headers ?? at, 'over', at)
  }

  function takeFailure(error: Error, at: Micros): void {
    if (state === 'lingering') return close(at, 'over')
    const failure = classify(error)
    if (!failure) throw error
    const stage = sent === undefined ? 'before connecting' : headers === undefined ? 'before headers' : 'in the body'
    finish({ kind: 'failed', failure, stage }, at, 'over')
  }

  watch()
  cancel = transport.send(request, {
    sent(at, use) {
      sent = at
      socket = use
      watch()
    },
    head: takeHead,
    chunk: takeChunk,
    end: takeEnd,
    failed: takeFailure,
  })
  return {
    giveUp() {
      if (state === 'running') finish({ kind: 'given-up' }, clock.now(), 'cut')
      else close(clock.now(), 'cut')
    },
  }
}
