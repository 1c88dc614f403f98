import { describe, expect, test } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { createObserver, type Observed } from '../../src/dify/observe.ts'
import type { Ending, Stage, WireRecord } from '../../src/http/exchange.ts'
import type { Failure } from '../../src/http/failure.ts'
import { interpret } from '../../src/run/interpret.ts'
import { exchangeLimits } from '../../src/run/send.ts'
import { ms, planOf } from '../helpers/samples.ts'

const record = (ending: Ending, over: Partial<WireRecord> = {}): WireRecord => ({
  released: micros(0),
  ended: ms(9),
  bytes: 0,
  pings: 0,
  pingGaps: [],
  ending,
  ...over,
})
const hearing = (...kinds: readonly string[]): Observed => {
  const observer = createObserver()
  for (const event of kinds) observer.hear(JSON.stringify({ event, data: { status: 'succeeded' }, message: 'no' }), micros(1))
  return observer.observed()
}
const [NOTHING, STARTED] = [hearing(), hearing('workflow_started')]
const SOCKET: Failure = { class: 'socket', code: 'ECONNRESET' }
const broken = (failure: Failure, stage: Stage): Ending => ({ kind: 'failed', failure, stage })
const ours = { reason: 'unfinished', redact: (text: string) => text.replaceAll('secret', '***') } as const
const outcomeOf = (ending: Ending, observed = NOTHING, over: Partial<WireRecord> = {}) =>
  interpret(record(ending, over), observed, ours).outcome

describe('what a broken connection means', () => {
  test.each([
    ['before the run began, in the body', broken(SOCKET, 'in the body'), NOTHING, false, 'disconnected', 'in the body: ECONNRESET'],
    ['before headers, on a fresh socket', broken(SOCKET, 'before headers'), NOTHING, false, 'disconnected', 'before headers: ECONNRESET'],
    ['before headers, on a socket used before', broken(SOCKET, 'before headers'), NOTHING, true, 'stale-connection', 'ECONNRESET'],
    ['in the body, on a socket used before', broken(SOCKET, 'in the body'), NOTHING, true, 'disconnected', 'in the body: ECONNRESET'],
    ['after the run began', broken(SOCKET, 'in the body'), STARTED, false, 'stream-broken', 'ECONNRESET'],
    [
      'a host that has no address',
      broken({ class: 'dns', code: 'ENOTFOUND' }, 'before connecting'),
      NOTHING,
      false,
      'disconnected',
      'dns: ENOTFOUND',
    ],
    [
      'a port where nobody listens',
      broken({ class: 'connect', code: 'ECONNREFUSED' }, 'before connecting'),
      NOTHING,
      false,
      'disconnected',
      'connect: ECONNREFUSED',
    ],
    [
      'a certificate',
      broken({ class: 'tls', code: 'CERT_HAS_EXPIRED', advice: 'it has expired' }, 'before connecting'),
      NOTHING,
      false,
      'disconnected',
      'tls: CERT_HAS_EXPIRED, it has expired',
    ],
    [
      'bytes that are no HTTP',
      broken({ class: 'protocol', code: 'HPE_INVALID_CONSTANT' }, 'before headers'),
      NOTHING,
      true,
      'bad-reply',
      'HPE_INVALID_CONSTANT',
    ],
    [
      'bytes that are no HTTP after the run began',
      broken({ class: 'protocol', code: 'HPE_INVALID_CHUNK_SIZE' }, 'in the body'),
      STARTED,
      false,
      'bad-reply',
      'HPE_INVALID_CHUNK_SIZE',
    ],
    ['our own machine', broken({ class: 'generator', code: 'EMFILE' }, 'before connecting'), STARTED, true, 'generator-fault', 'EMFILE'],
  ] as const)('%s', (_, ending, observed, reused, kind, detail) => {
    expect(outcomeOf(ending, observed, { reused })).toEqual({ kind, detail })
  })
})

describe('what an ending means', () => {
  test('a stream that ended as it must without a result gave none, begun or not', () => {
    expect(outcomeOf({ kind: 'stream-ended' })).toEqual({ kind: 'no-result', detail: 'the stream ended before a run began' })
    expect(outcomeOf({ kind: 'stream-ended' }, STARTED)).toEqual({ kind: 'no-result', detail: 'the stream ended before the run did' })
  })

  test('a limit is named', () => {
    expect(outcomeOf({ kind: 'timed-out', waitedFor: 'the next byte' }, STARTED)).toEqual({
      kind: 'timed-out',
      detail: 'waiting for the next byte',
    })
  })

  test('what we gave up has our reason', () => {
    expect(outcomeOf({ kind: 'given-up' }, STARTED).kind).toBe('unfinished')
    expect(interpret(record({ kind: 'given-up' }), STARTED, { ...ours, reason: 'interrupted' }).outcome.kind).toBe('interrupted')
  })

  test('a terminal event says what it says', () => {
    expect(outcomeOf({ kind: 'terminal' }, hearing('workflow_started', 'workflow_finished')).kind).toBe('succeeded')
    expect(outcomeOf({ kind: 'terminal' }, hearing('error')).kind).toBe('rejected')
    expect(outcomeOf({ kind: 'terminal' }, NOTHING).kind).toBe('bad-reply')
  })

  test('a bad reply keeps its reason', () => {
    expect(outcomeOf({ kind: 'bad-reply', detail: 'not an event stream' }, STARTED)).toEqual({
      kind: 'bad-reply',
      detail: 'not an event stream',
    })
  })
})

describe('what a reply means', () => {
  const reply = (
    body: string,
    status: number,
    more: { readonly truncated?: boolean; readonly headers?: Readonly<Record<string, string>> } = {},
  ) => outcomeOf({ kind: 'reply', body, truncated: more.truncated ?? false }, NOTHING, { head: { status, headers: more.headers ?? {} } })

  test('below 300 it is what the body says, if that was read whole', () => {
    expect(reply('{"data":{"status":"failed","error":"x"}}', 200)).toEqual({ kind: 'workflow-failed', detail: 'x' })
    expect(reply('{"data":{"status":"succeeded"}}', 200, { truncated: true }).kind).toBe('bad-reply')
    expect(reply('', 204).kind).toBe('bad-reply')
  })

  test('from 300 it is a refusal, read whole or not', () => {
    expect(reply('{"code":"x","message":"y"}', 500, { truncated: true })).toEqual({ kind: 'rejected', detail: '500 x: y' })
    expect(reply('', 429).kind).toBe('throttled')
    expect(reply('', 307, { headers: { location: 'https://other.example/v1' } })).toEqual({
      kind: 'rejected',
      detail: '307 redirects to other.example, not followed',
    })
  })

  test('a secret in it is taken out before it is cut to a line', () => {
    expect(reply(`{"code":"x","message":"${'a'.repeat(183)}secret"}`, 500).detail).not.toContain('sec')
  })
})

test('the limits of an exchange are those of its mode', () => {
  const { limits } = planOf()
  expect(exchangeLimits(limits, 'blocking').timeout).toBe(limits.timeout.blocking)
  expect(exchangeLimits(limits, 'streaming')).toEqual({
    connect: limits.connect,
    firstEvent: limits.firstEvent,
    idle: limits.idle,
    linger: limits.linger,
    timeout: limits.timeout.streaming,
  })
})
