import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mode } from '../../src/core/sample.ts'
import { micros } from '../../src/core/units.ts'
import { createObserver } from '../../src/dify/observe.ts'
import { call } from '../../src/http/call.ts'
import type { ExchangeLimits } from '../../src/http/deadline.ts'
import { type Exchange, exchange, type StreamClosed, type WireRecord } from '../../src/http/exchange.ts'
import { ms, s } from '../helpers/samples.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'
import {
  blockingRun,
  bytes,
  end,
  event,
  failed,
  type Happening,
  head,
  JSON_TYPE,
  RESULT,
  STREAM,
  sent,
  streamingRun,
  virtualTransport,
} from '../helpers/virtual-transport.ts'

const LIMITS: ExchangeLimits = { connect: s(5), firstEvent: s(300), idle: s(60), timeout: s(1200), linger: s(3) }
const REQUEST = { method: 'POST', path: '/v1/workflows/run', headers: {}, body: '{}' } as const
const PING = 'event: ping\n\n'
const START = event('workflow_started')
const FINISH = event('workflow_finished', RESULT)
const ERROR = 'data: {"event":"error","message":"no such file"}\n\n'

interface Told {
  readonly record: WireRecord
  readonly closed: StreamClosed | undefined
  readonly heard: readonly string[]
  readonly cut: number | undefined
  /** Calls in their order. */
  readonly order: readonly string[]
}

interface Options {
  readonly mode?: Mode
  readonly limits?: Partial<ExchangeLimits>
  readonly giveUpAt?: number
}

/** One exchange with a server that does `happenings`, watched for ten minutes. */
async function told(happenings: readonly Happening[], { mode = 'streaming', limits, giveUpAt }: Options = {}): Promise<Told> {
  const clock = new VirtualClock()
  const transport = virtualTransport(clock, () => happenings)
  const observer = createObserver()
  const [heard, order]: string[][] = [[], []]
  let record: WireRecord | undefined
  let closed: StreamClosed | undefined
  const under: Exchange = exchange(transport, REQUEST, {
    mode,
    limits: { ...LIMITS, ...limits },
    clock,
    observer: {
      hear(data, at) {
        heard!.push(`${JSON.parse(data).event} ${at / 1000}`)
        return observer.hear(data, at)
      },
      ended(told) {
        order!.push('ended')
        record = told
      },
      closed(told) {
        order!.push('closed')
        closed = told
      },
    },
  })
  if (giveUpAt !== undefined) clock.at(micros(giveUpAt), under.giveUp)
  await clock.run(clock.sleepUntil(s(600)))
  if (!record) throw new Error('the exchange has not ended')
  return { record, closed, heard: heard!, cut: transport.requests[0]!.cut, order: order! }
}

describe('a run that works', () => {
  test('ends at its terminal event; its stream closes when the server closes it', async () => {
    const { record, closed, heard, cut, order } = await told(streamingRun({ first: ms(20), texts: [ms(30)], last: ms(50), held: s(1) }))
    expect(record).toEqual({
      released: 0,
      sent: 0,
      headers: 0,
      firstByte: 0,
      ended: ms(50),
      head: { status: 200, headers: { 'content-type': STREAM, 'transfer-encoding': 'chunked' } },
      bytes: expect.any(Number),
      pings: 1,
      pingGaps: [],
      connection: 0,
      reused: false,
      ending: { kind: 'terminal' },
    })
    expect(heard).toEqual(['workflow_started 20', 'text_chunk 30', 'workflow_finished 50'])
    expect([closed, cut, order]).toEqual([{ at: ms(1050), cut: false }, undefined, ['ended', 'closed']])
  })

  test('in blocking mode ends with the last byte of its reply, and closes when HTTP says so', async () => {
    const reply = [sent(ms(1)), head(ms(90), 200, JSON_TYPE), bytes(ms(95), '{"data":'), bytes(ms(100), '{}}'), end(ms(130))]
    const { record, closed } = await told(reply, { mode: 'blocking' })
    expect(record).toMatchObject({ sent: ms(1), headers: ms(90), firstByte: ms(95), ended: ms(100), bytes: 11 })
    expect(record.ending).toEqual({ kind: 'reply', body: '{"data":{}}', truncated: false })
    expect(closed).toEqual({ at: ms(130), cut: false })
  })

  test('a character cut in half within a blocking reply is put together again', async () => {
    const body = Buffer.from('{"data":"日"}')
    const { record } = await told([sent(0), head(0, 200, JSON_TYPE), bytes(1, body.subarray(0, 10)), bytes(2, body.subarray(10)), end(2)], {
      mode: 'blocking',
    })
    expect(record.ending).toMatchObject({ body: '{"data":"日"}' })
  })

  test('all events of one read share its moment', async () => {
    const { heard } = await told([sent(0), head(0, 200, STREAM), bytes(ms(7), START + FINISH), end(ms(8))])
    expect(heard).toEqual(['workflow_started 7', 'workflow_finished 7'])
  })
})

describe('a stream that stays open', () => {
  test('is cut after its linger time; the run had ended before', async () => {
    const { record, closed, cut } = await told(streamingRun({ first: 1, last: ms(50), held: s(300) }))
    expect([record.ended, closed, cut]).toEqual([ms(50), { at: ms(3050), cut: true }, ms(3050)])
  })

  test('an error event that the server holds for 300 s ends the exchange at once', async () => {
    const { record, closed } = await told([sent(0), head(0, 200, STREAM), bytes(ms(40), ERROR), end(s(300))])
    expect([record.ended, record.ending, closed]).toEqual([ms(40), { kind: 'terminal' }, { at: ms(3040), cut: true }])
  })

  test('what comes after the terminal event is neither heard nor counted', async () => {
    const whole = [sent(0), head(0, 200, STREAM), bytes(ms(10), START), bytes(ms(20), FINISH)]
    const plain = await told([...whole, end(ms(30))])
    const late = await told([...whole, bytes(ms(21), PING + FINISH), bytes(ms(22), 'data: junk\n\n'), end(ms(30))])
    expect(late).toEqual(plain)
    const sameRead = await told([sent(0), head(0, 200, STREAM), bytes(ms(10), START), bytes(ms(20), FINISH + ERROR), end(ms(30))])
    expect(sameRead.heard).toEqual(plain.heard)
  })

  test('a connection that breaks while it lingers is only closed', async () => {
    const { record, closed } = await told([sent(0), head(0, 200, STREAM), bytes(ms(20), START + FINISH), failed(ms(500), 'ECONNRESET')])
    expect([record.ending, closed]).toEqual([{ kind: 'terminal' }, { at: ms(500), cut: false }])
  })

  test('given up while it lingers it is cut then', async () => {
    const { record, closed, cut } = await told(streamingRun({ first: 1, last: ms(50), held: s(300) }), { giveUpAt: ms(700) })
    expect([record.ending, closed, cut]).toEqual([{ kind: 'terminal' }, { at: ms(700), cut: true }, ms(700)])
  })

  test('with no time to linger it is cut at once', async () => {
    const { closed } = await told(streamingRun({ first: 1, last: ms(50), held: s(1) }), { limits: { linger: micros(0) } })
    expect(closed).toEqual({ at: ms(50), cut: true })
  })
})

describe('limits', () => {
  const timedOut = (waitedFor: string) => ({ kind: 'timed-out', waitedFor })

  test('for a connection, counted from release', async () => {
    const { record, closed, cut } = await told([])
    expect([record.ending, record.ended, record.sent]).toEqual([timedOut('a connection'), s(5), undefined])
    expect([closed, cut]).toEqual([{ at: s(5), cut: true }, s(5)])
  })

  test('for the first event, counted from sent; pings are none', async () => {
    const pings = Array.from({ length: 20 }, (_, n) => bytes(ms(100 + n * 100), PING))
    const { record } = await told([sent(ms(50)), head(ms(60), 200, STREAM), ...pings], { limits: { firstEvent: s(1) } })
    expect([record.ending, record.ended, record.pings]).toEqual([timedOut('the first event'), ms(1050), 10])
  })

  test('a ping that comes as data is no first event either', async () => {
    const pings = Array.from({ length: 20 }, (_, n) => bytes(ms(100 + n * 100), event('ping')))
    const { record } = await told([sent(0), head(0, 200, STREAM), ...pings], { limits: { firstEvent: s(1), idle: ms(500) } })
    expect([record.ending, record.ended]).toEqual([timedOut('the first event'), s(1)])
  })

  test('for the next byte, once there was an event: every byte counts as life, a ping too', async () => {
    const happenings = [
      sent(0),
      head(0, 200, STREAM),
      bytes(ms(10), START),
      bytes(ms(700), PING),
      bytes(ms(1400), 'd'),
      bytes(ms(2500), FINISH),
    ]
    const { record, heard } = await told(happenings, { limits: { idle: s(1) } })
    expect([record.ending, record.ended, heard.length]).toEqual([timedOut('the next byte'), ms(2400), 1])
  })

  test('before the first event silence is no idleness', async () => {
    const { record } = await told([sent(0), head(0, 200, STREAM), bytes(0, PING), bytes(s(200), START + FINISH)], {
      limits: { idle: s(1) },
    })
    expect([record.ending.kind, record.ended]).toEqual(['terminal', s(200)])
  })

  test('for the whole, whatever still comes', async () => {
    const texts = Array.from({ length: 50 }, (_, n) => bytes(ms(n * 100), n === 0 ? START : event('text_chunk', { text: 'a' })))
    const { record } = await told([sent(0), head(0, 200, STREAM), ...texts], { limits: { timeout: s(2) } })
    expect([record.ending, record.ended]).toEqual([timedOut('the end'), s(2)])
  })

  test('where several come at one moment, the narrower is named', async () => {
    const { record } = await told([sent(0)], { limits: { firstEvent: s(2), timeout: s(2) } })
    expect(record.ending).toEqual(timedOut('the first event'))
    expect((await told([sent(0)], { limits: { firstEvent: s(1), timeout: s(2) } })).record.ending).toEqual(timedOut('the first event'))
  })

  test('in blocking mode only those for the connection and the whole', async () => {
    const { record } = await told([sent(ms(1)), head(s(90), 200, JSON_TYPE), bytes(s(200), '{}'), end(s(200))], {
      mode: 'blocking',
      limits: { firstEvent: s(1), idle: s(1), timeout: s(100) },
    })
    expect([record.ending, record.ended]).toEqual([timedOut('the end'), s(100)])
  })

  test('what arrives before its limit meets it', async () => {
    const { record } = await told(streamingRun({ first: s(1) - 1, last: s(2) - 2, held: 0 }), {
      limits: { firstEvent: s(1), idle: s(1), timeout: s(2) },
    })
    expect(record.ending.kind).toBe('terminal')
  })
})

describe('replies that are none', () => {
  test.each([
    ['JSON in answer to a streaming request', 'streaming', JSON_TYPE, 'not an event stream but application/json; charset=utf-8'],
    ['no type at all', 'streaming', '', 'not an event stream but of no type'],
    ['a stream in answer to a blocking request', 'blocking', STREAM, 'an event stream in answer to a blocking request'],
  ] as const)('%s', async (_, mode, type, detail) => {
    const { record, cut, closed } = await told([sent(0), head(ms(5), 200, type), bytes(ms(9), '{}'), end(ms(9))], { mode })
    expect([record.ending, record.ended, cut, closed]).toEqual([{ kind: 'bad-reply', detail }, ms(5), ms(5), { at: ms(5), cut: true }])
  })

  test('a compressed one, but for a refusal, whose status says enough', async () => {
    const gzip: Happening = { after: ms(5), is: 'head', status: 200, headers: { 'content-type': STREAM, 'content-encoding': 'gzip' } }
    const refusal: Happening = { ...gzip, status: 502 }
    expect((await told([sent(0), refusal, end(ms(6))])).record).toMatchObject({ head: { status: 502 }, ending: { kind: 'reply' } })
    expect((await told([sent(0), gzip])).record.ending).toEqual({ kind: 'bad-reply', detail: 'compressed (gzip) though not asked for' })
  })

  test('an event that Dify does not send, and the stream is cut', async () => {
    const { record, cut } = await told([sent(0), head(0, 200, STREAM), bytes(ms(5), 'data: {"no":"kind"}\n\n')])
    expect([record.ending, record.ended, cut]).toEqual([{ kind: 'terminal' }, ms(5), ms(5)])
  })

  test('an event without an end', async () => {
    const endless = Array.from({ length: 40 }, (_, n) => bytes(ms(n), 'data: '.padEnd(65_536, 'x')))
    const { record, cut } = await told([sent(0), head(0, 200, STREAM), ...endless])
    expect(record.ending).toEqual({ kind: 'bad-reply', detail: 'an event of more than 1048576 bytes' })
    expect(record.bytes).toBeLessThan(1_200_000)
    expect(cut).toBe(record.ended)
  })

  test('a refusal is a reply also where a stream was asked for; its body is kept to 64 KiB, and its bytes are counted', async () => {
    const large = Array.from({ length: 10 }, (_, n) => bytes(ms(n), 'x'.repeat(10_000)))
    const { record } = await told([sent(0), head(0, 500, 'text/html'), ...large, end(ms(20))])
    expect(record).toMatchObject({ bytes: 100_000, ended: ms(9), ending: { kind: 'reply', truncated: true } })
    expect((record.ending as { readonly body: string }).body).toHaveLength(65_536)
  })

  test('a reply without a body ends with its head', async () => {
    const { record } = await told([sent(0), head(ms(5), 204, ''), end(ms(6))], { mode: 'blocking' })
    expect([record.ended, record.firstByte, record.ending]).toEqual([ms(5), undefined, { kind: 'reply', body: '', truncated: false }])
  })

  test('a stream that ends as it must, without a terminal event', async () => {
    const { record, closed } = await told([sent(0), head(0, 200, STREAM), bytes(ms(5), START), end(ms(90))])
    expect([record.ending, record.ended, closed]).toEqual([{ kind: 'stream-ended' }, ms(90), { at: ms(90), cut: false }])
  })
})

describe('a reply that has neither length nor chunks', () => {
  const bare: Happening = { after: micros(0), is: 'head', status: 200, headers: { 'content-type': STREAM } }

  test('may have been cut where it ends: only a terminal event proves an ending', async () => {
    const { record } = await told([sent(0), bare, bytes(ms(5), START), end(ms(90))])
    expect(record.ending).toMatchObject({ kind: 'failed', stage: 'in the body', failure: { class: 'socket', code: 'EOF' } })
    expect((await told([sent(0), bare, bytes(ms(5), START + FINISH), end(ms(90))])).record.ending).toEqual({ kind: 'terminal' })
  })
})

describe('a connection that breaks', () => {
  test.each([
    ['before connecting', [failed(ms(9), 'ECONNREFUSED')], 'connect'],
    ['before headers', [sent(0), failed(ms(9), 'ECONNRESET')], 'socket'],
    ['in the body', [sent(0), head(1, 200, STREAM), bytes(2, START), failed(ms(9), 'ECONNRESET')], 'socket'],
  ] as const)('%s', async (stage, happenings, of) => {
    const { record, closed } = await told(happenings)
    expect(record).toMatchObject({ ended: ms(9), ending: { kind: 'failed', stage, failure: { class: of } } })
    expect(closed).toEqual({ at: ms(9), cut: false })
  })

  test('an error that is a bug of ours is thrown, not booked', () => {
    const clock = new VirtualClock()
    let fail: (error: Error) => void = () => {}
    const transport = {
      close: () => {},
      send: (_: unknown, sink: { failed(error: Error, at: number): void }) => {
        fail = (error) => sink.failed(error, 0)
        return () => {}
      },
    }
    exchange(transport as Parameters<typeof exchange>[0], REQUEST, {
      mode: 'streaming',
      limits: LIMITS,
      clock,
      observer: { hear: () => 'more', ended: () => expect.unreachable(), closed: () => expect.unreachable() },
    })
    expect(() => fail(new TypeError('x is not a function'))).toThrow('x is not a function')
  })
})

describe('an exchange given up', () => {
  test('ends then, is cut, and hears nothing more', async () => {
    const { record, heard, closed, cut, order } = await told(streamingRun({ first: ms(10), last: ms(90) }), { giveUpAt: ms(50) })
    expect([record.ending, record.ended, heard, closed, cut]).toEqual([
      { kind: 'given-up' },
      ms(50),
      ['workflow_started 10'],
      { at: ms(50), cut: true },
      ms(50),
    ])
    expect(order).toEqual(['ended', 'closed'])
  })

  test('after its end nothing happens', async () => {
    expect(await told(blockingRun(ms(10)), { mode: 'blocking', giveUpAt: ms(50) })).toMatchObject({
      record: { ending: { kind: 'reply' } },
      cut: undefined,
    })
  })
})

describe('whatever the server does and when', () => {
  const pieces = fc.constantFrom(PING, START, FINISH, ERROR, 'da', 'ta: {}\n\n', event('text_chunk', { text: 'a' }), '\n\n', 'junk')
  const heads = fc.constantFrom(head(0, 200, STREAM), head(0, 200, JSON_TYPE), head(0, 500, 'text/html'), head(0, 302, ''))
  const last = fc.constantFrom(end(0), failed(0, 'ECONNRESET'), failed(0, 'EMFILE'), undefined)
  const servers = fc
    .tuple(
      fc.boolean(),
      fc.option(heads, { nil: undefined }),
      fc.array(pieces, { maxLength: 8 }),
      last,
      fc.array(fc.nat(20_000), { minLength: 12 }),
    )
    .map(([isSent, reply, texts, ending, gaps]) => {
      const happenings = [...(isSent ? [sent(0), ...(reply ? [reply, ...texts.map((text) => bytes(0, text))] : [])] : [])]
      // A reply cannot end as it must before it has begun.
      const over = ending?.is === 'end' && !(isSent && reply) ? undefined : ending
      let at = 0
      return [...happenings, ...(over ? [over] : [])].map((happening, n) => {
        at += gaps[n]! * 1000
        return { ...happening, after: micros(at) }
      })
    })
  const time = fc.integer({ min: 0, max: 60_000 }).map(ms)

  test('it ends once and then closes once, within its limits, and every mark is in order', async () => {
    const limits = fc.record({ connect: time, firstEvent: time, idle: time, timeout: time, linger: time })
    const modes = fc.constantFrom('blocking', 'streaming')
    await fc.assert(
      fc.asyncProperty(servers, modes, limits, fc.option(time, { nil: undefined }), async (happenings, mode, limits, giveUpAt) => {
        const { record, closed, order } = await told(happenings, { mode, limits, ...(giveUpAt !== undefined && { giveUpAt }) })
        expect(order).toEqual(['ended', 'closed'])
        const { released, sent = released, headers = sent, firstByte = headers, ended } = record
        const marks = [released, sent, headers, firstByte, ended, closed!.at]
        expect(marks).toEqual(marks.toSorted((a, b) => a - b))
        expect(ended).toBeLessThanOrEqual(Math.min(limits.timeout, giveUpAt ?? Number.POSITIVE_INFINITY))
        if (record.ending.kind === 'terminal') expect(closed!.at).toBeLessThanOrEqual(ended + limits.linger)
      }),
      { numRuns: 300 },
    )
  })
})

describe('one call outside the load', () => {
  const ask = (happenings: readonly Happening[]) => {
    const clock = new VirtualClock()
    return clock.run(
      call(
        virtualTransport(clock, () => happenings),
        REQUEST,
        { timeout: s(2), clock },
      ),
    )
  }

  test('is answered whole', async () => {
    expect(await ask([sent(0), head(1, 404, JSON_TYPE), bytes(2, '{}'), end(3)])).toMatchObject({
      head: { status: 404 },
      ending: { kind: 'reply', body: '{}' },
    })
  })

  test('or not at all, after its time', async () => {
    expect(await ask([sent(0), head(1, 200, JSON_TYPE), bytes(2, '{')])).toMatchObject({ ended: s(2), ending: { kind: 'timed-out' } })
  })
})
