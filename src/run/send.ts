import type { Clock } from '../core/clock.ts'
import type { Limits } from '../core/plan.ts'
import type { Redact } from '../core/redact.ts'
import type { Marks, Mode, Sample } from '../core/sample.ts'
import type { Micros } from '../core/units.ts'
import { createObserver, type Observed } from '../dify/observe.ts'
import { oneLine, textOf } from '../dify/reply.ts'
import type { ExchangeLimits } from '../http/deadline.ts'
import { exchange, type StreamClosed, type WireRecord } from '../http/exchange.ts'
import { retryAfterOf } from '../http/retry-after.ts'
import type { Transport, WireRequest } from '../http/transport.ts'
import { type GiveUpReason, type Interpreting, interpret } from './interpret.ts'

/** What is known of an exchange before it is sent. */
export interface Order extends Pick<Sample, 'seq' | 'arm' | 'phase' | 'n' | 'inputSet' | 'mode' | 'bodyHash' | 'traceId' | 'user'> {
  readonly intended: Micros
}

/** An exchange under way. */
export interface UnderWay {
  readonly order: Order
  /** Ends it for a reason of ours; where it has ended, cuts its lingering stream. */
  giveUp(reason: GiveUpReason): void
}

export interface SendPorts {
  readonly transport: Transport
  readonly clock: Clock
  readonly limits: ExchangeLimits
  /** Keep what the run gave back. */
  readonly record: readonly 'outputs'[]
  /** Takes secrets out of what the server says. */
  readonly redact?: Redact
}

export interface SendSink {
  /** The exchange has ended; its stream may still be open. */
  ended(sample: Sample): void
  /** Its stream has closed; comes after `ended`. Told apart from it only where it comes later. */
  closed(seq: number, closed: StreamClosed): void
}

/** The limits that hold for an exchange in `mode`. */
export function exchangeLimits(limits: Limits, mode: Mode): ExchangeLimits {
  const { connect, firstEvent, idle, linger } = limits
  return { connect, firstEvent, idle, linger, timeout: limits.timeout[mode] }
}

/** Sends one run and turns what comes back into a sample. The sample is given once, at the end of the exchange. */
export function send(
  order: Order,
  request: WireRequest,
  { transport, clock, limits, record, redact = (text) => text }: SendPorts,
  sink: SendSink,
): UnderWay {
  const observer = createObserver(redact)
  let reason: GiveUpReason = 'unfinished'
  let sample: Sample | undefined
  let lingered = false
  const under = exchange(transport, request, {
    mode: order.mode,
    limits,
    clock,
    observer: {
      hear: observer.hear,
      ended(wire) {
        sample = toSample(order, wire, observer.observed(), { reason, record, redact })
        lingered = wire.ending.kind === 'terminal' && sample.outcome.kind !== 'bad-reply'
        // What closes at once is told in one line, with its close in it.
        if (lingered) sink.ended(sample)
      },
      closed(closed) {
        if (!sample) return
        if (lingered) return sink.closed(order.seq, closed)
        sink.ended({ ...sample, marks: { ...sample.marks, closed: closed.at }, ...(closed.cut && { cut: true }) })
      },
    },
  })
  return {
    order,
    giveUp(why) {
      reason = why
      under.giveUp()
    },
  }
}

function toSample(
  order: Order,
  wire: WireRecord,
  observed: Observed,
  { reason, record, redact }: Interpreting & { readonly record: readonly 'outputs'[] },
): Sample {
  const { intended, ...rest } = order
  const result = interpret(wire, observed, { reason, redact })
  const { elapsed, tokens, steps, outputs } = result
  const taskId = observed.taskId ?? result.taskId
  // Servers after 1.14 name the run in the reply's head, before any event: an exchange given up in the queue is then known by it.
  const workflowRunId = observed.workflowRunId ?? result.workflowRunId ?? textOf(wire.head?.headers['x-workflow-run-id'])
  // Dify gives one back only where tracing is on.
  const echoed = wire.head?.headers['x-trace-id']
  const retryAfter = wire.head && retryAfterOf(wire.head.headers)
  const finished = wire.ending.kind === 'reply' || (wire.ending.kind === 'terminal' && result.outcome.kind !== 'bad-reply')
  const marks: Marks = {
    intended,
    released: wire.released,
    ...(wire.sent !== undefined && { sent: wire.sent }),
    ...(wire.headers !== undefined && { headers: wire.headers }),
    ...(wire.firstByte !== undefined && { firstByte: wire.firstByte }),
    ...observed.marks,
    ...(finished && { finished: wire.ended }),
  }
  return {
    ...rest,
    marks,
    ended: wire.ended,
    outcome: result.outcome,
    ...(wire.head && { httpStatus: wire.head.status }),
    ...(echoed !== undefined &&
      echoed !== order.traceId && { [order.traceId === undefined ? 'traceId' : 'serverTraceId']: oneLine(echoed) }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(elapsed !== undefined && { elapsed }),
    ...(tokens !== undefined && { tokens }),
    ...(steps !== undefined && { steps }),
    events: observed.events,
    pings: wire.pings,
    ...(wire.pingGaps.length > 0 && { pingGaps: wire.pingGaps }),
    unknownEvents: observed.unknownEvents,
    textChunks: observed.textChunks,
    coalescedEvents: observed.coalescedEvents,
    bytes: wire.bytes,
    textGaps: observed.textGaps,
    ...(observed.longestGap !== undefined && { longestGap: observed.longestGap }),
    nodes: observed.nodes,
    ...(taskId !== undefined && { taskId }),
    ...(workflowRunId !== undefined && { workflowRunId }),
    ...(wire.connection !== undefined && { connection: wire.connection }),
    ...(wire.reused !== undefined && { reused: wire.reused }),
    ...(record.includes('outputs') && outputs !== undefined && { outputs }),
  }
}
