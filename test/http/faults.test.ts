import { createServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Limits } from '../../src/core/plan.ts'
import { MARKS, type Mark, type Mode, type Sample } from '../../src/core/sample.ts'
import { milliseconds, seconds } from '../../src/core/units.ts'
import * as dify from '../helpers/dify-stream.ts'
import { chunk, type FaultServer, faultServer, head, type Step } from '../helpers/fault-server.ts'
import { oneExchange, plainClock, testTransport } from '../helpers/one-exchange.ts'

const REQUEST: Step = { do: 'request' }
const FIN: Step = { do: 'fin' }
const RST: Step = { do: 'rst' }
const UNTIL_ABORTED: Step = { do: 'until-aborted' }
const raw = (bytes: string | Buffer): Step => ({ do: 'raw', bytes })
const HTML = { 'Content-Type': 'text/html' }

/** Marks up to the head, to the first event, and what the stream's own end adds. */
const TO_SENT: readonly Mark[] = ['intended', 'released', 'sent']
const TO_HEADERS: readonly Mark[] = [...TO_SENT, 'headers']
const TO_EVENT: readonly Mark[] = [...TO_HEADERS, 'firstByte', 'firstEvent']
const WHOLE_REPLY: readonly Mark[] = [...TO_HEADERS, 'firstByte', 'finished']

const GOOD = { streaming: dify.goodStream('run-next'), blocking: dify.goodReply('run-next') }

interface Fault {
  readonly mode?: Mode
  readonly limits?: Partial<Limits>
  readonly inputs?: Readonly<Record<string, unknown>>
}

interface Seen {
  readonly sample: Sample
  readonly server: FaultServer
}

/**
 * Meets a fault on the first connection, then holds what is always so: the socket is let go, nothing was sent twice, and the next exchange
 * over the same transport works.
 */
async function meets(steps: readonly Step[], { mode = 'streaming', limits, inputs }: Fault = {}): Promise<Seen> {
  const server = await faultServer(steps, [REQUEST, ...GOOD[mode], UNTIL_ABORTED])
  const clock = plainClock()
  const transport = testTransport(server.baseUrl, 'fresh', clock)
  const sample = await oneExchange(server.baseUrl, { mode, clock, transport, ...(limits && { limits }), ...(inputs && { inputs }) })
  await server.connections[0]!.gone
  expect(server.connections).toHaveLength(1)
  expect(server.connections[0]!.requests.length).toBeLessThanOrEqual(1)
  const next = await oneExchange(server.baseUrl, { mode, clock, transport })
  expect(next.outcome).toEqual({ kind: 'succeeded' })
  expect(next.workflowRunId).toBe('run-next')
  await server.connections[1]!.gone
  await released(transport)
  transport.close()
  await server.close()
  return { sample, server }
}

/** Resolves once no connection is open; rejects where one stays. */
async function released(transport: { open(): number }): Promise<void> {
  for (let turn = 0; transport.open() > 0; turn++) {
    if (turn > 200) throw new Error(`${transport.open()} connections were not let go`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The marks that came, but `closed`. */
const came = ({ marks }: Sample): readonly Mark[] => MARKS.filter((mark) => mark !== 'closed' && marks[mark] !== undefined)

const stream = (...chunks: readonly string[]): readonly Step[] => [REQUEST, dify.STREAM_HEAD, ...chunks.map(chunk)]
const closeDelimited = (...parts: readonly string[]): readonly Step[] => [
  REQUEST,
  head(200, { 'Content-Type': 'text/event-stream; charset=utf-8', Connection: 'close' }),
  ...parts.map(raw),
]

describe.concurrent('connecting', () => {
  test('W1: a refused connection is disconnected while connecting, and nothing was sent', async () => {
    const vacant = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => vacant.once('listening', resolve))
    const { port } = vacant.address() as { port: number }
    await new Promise((resolve) => vacant.close(resolve))
    const sample = await oneExchange(`http://127.0.0.1:${port}/v1`, { mode: 'streaming' })
    expect(sample.outcome.kind).toBe('disconnected')
    expect(sample.outcome.detail).toMatch(/connect.*ECONNREFUSED/)
    expect(came(sample)).toEqual(['intended', 'released'])
    expect(sample.bytes).toBe(0)
  })

  test('W14: a connection that is never made is timed out by the limit for connecting', async () => {
    const never = { send: () => () => {}, close: () => {} }
    const sample = await oneExchange('http://127.0.0.1:1/v1', {
      mode: 'streaming',
      transport: never,
      limits: { connect: milliseconds(50) },
    })
    expect(sample.outcome.kind).toBe('timed-out')
    expect(sample.outcome.detail).toContain('connection')
    expect(came(sample)).toEqual(['intended', 'released'])
  })

  test.each([
    ['reset', RST],
    ['closed', FIN],
  ])('W5: %s before any reply byte on a fresh connection is disconnected before headers', async (_how, end) => {
    for (const mode of ['streaming', 'blocking'] as const) {
      const { sample } = await meets([REQUEST, end], { mode })
      expect(sample.outcome.kind).toBe('disconnected')
      expect(sample.outcome.detail).toContain('before headers')
      expect(came(sample)).toEqual(TO_SENT)
      expect(sample.bytes).toBe(0)
    }
  })

  test.each([
    ['reset', RST],
    ['closed', FIN],
  ])('W6: %s before any reply byte on a reused connection is a stale connection, and nothing is sent again', async (_how, end) => {
    const server = await faultServer(
      [REQUEST, ...dify.goodReply('run-1'), REQUEST, end],
      [REQUEST, ...dify.goodReply('run-3'), UNTIL_ABORTED],
    )
    const clock = plainClock()
    const transport = testTransport(server.baseUrl, 'reuse', clock)
    const send = () => oneExchange(server.baseUrl, { mode: 'blocking', clock, transport })
    const [first, second, third] = [await send(), await send(), await send()]
    expect([first.outcome.kind, first.reused]).toEqual(['succeeded', false])
    expect([second.outcome.kind, second.reused]).toEqual(['stale-connection', true])
    expect(came(second)).toEqual(TO_SENT)
    expect([third.outcome.kind, third.reused, third.workflowRunId]).toEqual(['succeeded', false, 'run-3'])
    expect(server.requests()).toHaveLength(3)
    await server.connections[0]!.gone
    expect(transport.open()).toBe(1)
    transport.close()
    await server.close()
  })

  test('W6: a reused connection that breaks after the first reply byte is not called stale', async () => {
    const server = await faultServer([
      REQUEST,
      ...dify.goodReply(),
      REQUEST,
      dify.STREAM_HEAD,
      chunk(dify.started()),
      { do: 'wait', ms: 20 },
      RST,
    ])
    const clock = plainClock()
    const transport = testTransport(server.baseUrl, 'reuse', clock)
    await oneExchange(server.baseUrl, { mode: 'blocking', clock, transport })
    const sample = await oneExchange(server.baseUrl, { mode: 'streaming', clock, transport })
    expect([sample.outcome.kind, sample.reused]).toEqual(['stream-broken', true])
    transport.close()
    await server.close()
  })
})

describe.concurrent('a stream that breaks', () => {
  const events = [dify.PING, dify.started(), dify.text('a'), dify.text('b')]

  test.each([
    ['reset', RST],
    ['closed without a zero chunk', FIN],
  ])('W7: %s in mid-run it is broken, with its events and marks kept', async (_how, end) => {
    const { sample } = await meets([...stream(...events), { do: 'wait', ms: 30 }, end])
    expect(sample.outcome.kind).toBe('stream-broken')
    expect(came(sample)).toEqual([...TO_EVENT, 'firstText', 'lastText'])
    expect([sample.events, sample.textChunks, sample.pings]).toEqual([3, 2, 1])
    expect(sample.bytes).toBe(events.join('').length)
    expect(sample.taskId).toBe('task-of-run-1')
  })

  test.each([
    ['reset', RST],
    ['closed without a zero chunk', FIN],
  ])('W7: %s before the run has started it is disconnected', async (_how, end) => {
    const { sample } = await meets([...stream(dify.PING), { do: 'wait', ms: 30 }, end])
    expect(sample.outcome.kind).toBe('disconnected')
    expect(came(sample)).toEqual([...TO_HEADERS, 'firstByte'])
    expect([sample.events, sample.pings]).toEqual([0, 1])
  })

  test.each([
    ['reset', RST],
    ['closed', FIN],
  ])('W8: %s in mid-run a reply without length or chunking is broken, since only a terminal event proves an end', async (_how, end) => {
    const { sample } = await meets([...closeDelimited(...events), { do: 'wait', ms: 30 }, end])
    expect(sample.outcome.kind).toBe('stream-broken')
    expect(came(sample)).toEqual([...TO_EVENT, 'firstText', 'lastText'])
    expect(sample.events).toBe(3)
  })

  test('W8: with its terminal event, such a reply is a success', async () => {
    const { sample } = await meets([...closeDelimited(...events, dify.finished()), FIN])
    expect(sample.outcome.kind).toBe('succeeded')
  })

  test('W9: a server that closes its direction only is not waited for', async () => {
    const { sample } = await meets([...stream(...events), { do: 'wait', ms: 20 }, { do: 'half-close' }, UNTIL_ABORTED])
    expect(sample.outcome.kind).toBe('stream-broken')
  })

  test('a reset after the terminal event changes nothing', async () => {
    const { sample } = await meets([...stream(...events, dify.finished()), { do: 'wait', ms: 30 }, RST])
    expect(sample.outcome.kind).toBe('succeeded')
    expect(sample.marks.closed).toBeGreaterThan(sample.marks.finished!)
  })
})

describe.concurrent('a reply that is not what HTTP, JSON or an event stream may be', () => {
  test('W10: shorter than its Content-Length', async () => {
    const { sample } = await meets(
      [REQUEST, head(200, { 'Content-Type': 'application/json', 'Content-Length': '500' }), raw('{"task_id"'), FIN],
      {
        mode: 'blocking',
      },
    )
    expect(['disconnected', 'bad-reply']).toContain(sample.outcome.kind)
    expect(came(sample)).toEqual([...TO_HEADERS, 'firstByte'])
    expect(sample.bytes).toBe(10)
  })

  test('W10: a stream shorter than its Content-Length is broken', async () => {
    const length = { 'Content-Type': 'text/event-stream', 'Content-Length': '5000' }
    const { sample } = await meets([REQUEST, head(200, length), raw(dify.started()), { do: 'wait', ms: 20 }, FIN])
    expect(sample.outcome.kind).toBe('stream-broken')
    expect(came(sample)).toEqual(TO_EVENT)
  })

  test('W10: longer than its Content-Length; what is over never reaches the next exchange', async () => {
    const server = await faultServer(
      [REQUEST, head(200, { 'Content-Type': 'application/json', 'Content-Length': '3' }), raw('{"task_id": 1}'), UNTIL_ABORTED],
      [REQUEST, ...dify.goodReply('run-next'), UNTIL_ABORTED],
    )
    const clock = plainClock()
    const transport = testTransport(server.baseUrl, 'reuse', clock)
    const sample = await oneExchange(server.baseUrl, { mode: 'blocking', clock, transport })
    expect(sample.outcome.kind).toBe('bad-reply')
    await server.connections[0]!.gone
    const next = await oneExchange(server.baseUrl, { mode: 'blocking', clock, transport })
    expect([next.outcome.kind, next.workflowRunId]).toEqual(['succeeded', 'run-next'])
    transport.close()
    await server.close()
  })

  test.each<readonly [string, Mode, readonly Step[], readonly Mark[]]>([
    ['W11: no status line', 'streaming', [REQUEST, raw('hello, who is there?\r\n\r\n'), UNTIL_ABORTED], TO_SENT],
    ['W11: no status line, blocking', 'blocking', [REQUEST, raw('hello, who is there?\r\n\r\n'), UNTIL_ABORTED], TO_SENT],
    ['W11: 64 kB of header', 'streaming', [REQUEST, head(200, { 'X-Long': 'x'.repeat(65_536) }), UNTIL_ABORTED], TO_SENT],
    [
      'W11: a chunk size that is none',
      'streaming',
      [...stream(dify.PING, dify.started()), raw('zz\r\nhello\r\n'), UNTIL_ABORTED],
      TO_EVENT,
    ],
    ['W12: 100 Continue that nobody asked for', 'streaming', [REQUEST, raw('HTTP/1.1 100 Continue\r\n\r\n'), UNTIL_ABORTED], TO_SENT],
    ['a page where a stream should be', 'streaming', [REQUEST, head(200, { ...HTML, 'Content-Length': '2' }), raw('hi'), FIN], TO_HEADERS],
    ['a page where JSON should be', 'blocking', [REQUEST, head(200, { ...HTML, 'Content-Length': '2' }), raw('hi'), FIN], WHOLE_REPLY],
    ['JSON that is no run', 'blocking', [REQUEST, head(200, { 'Content-Length': '11' }), raw('{"data":[]}'), FIN], WHOLE_REPLY],
    ['a stream where JSON should be', 'blocking', stream(dify.PING, dify.started(), dify.finished(), ''), TO_HEADERS],
    ['an event that is no JSON', 'streaming', [...stream(dify.PING, 'data: {"event":\n\n'), UNTIL_ABORTED], TO_EVENT],
  ])('%s', async (_title, mode, steps, marks) => {
    const { sample } = await meets(steps, { mode })
    expect(sample.outcome.kind).toBe('bad-reply')
    expect(sample.outcome.detail).toBeTruthy()
    // A reply that cannot be read may have come whole, so `finished` and what the first chunk would set are free.
    const free = new Set<Mark>(['finished', 'firstEvent', 'firstByte'])
    expect(came(sample).filter((mark) => !free.has(mark))).toEqual(marks.filter((mark) => !free.has(mark)))
  })

  test('W12: 103 Early Hints come before the reply and are passed over', async () => {
    const { sample } = await meets([REQUEST, raw('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), ...dify.goodStream(), FIN])
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['succeeded', 200])
  })

  test.each([
    ['without a line end', `data: ${'x'.repeat(65_536)}`, 'x'.repeat(65_536)],
    ['of many lines without a blank one', 'data: x\n', 'data: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n'.repeat(1200)],
  ])('W16: an event over 1 MiB %s ends the exchange, long before 64 MB', async (_how, start, more) => {
    const { sample, server } = await meets([
      ...stream(dify.PING, dify.started(), start),
      { do: 'flood', bytes: chunkText(more), everyMs: 0 },
    ])
    expect(sample.outcome.kind).toBe('bad-reply')
    expect(came(sample)).toEqual(TO_EVENT)
    expect(sample.bytes).toBeGreaterThan(1024 * 1024)
    expect(sample.bytes).toBeLessThan(3 * 1024 * 1024)
    expect(server.connections).toHaveLength(2)
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('W17: a reply compressed with %s though not asked for is refused, not inflated', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(5_000_000))
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': encoding, 'Content-Length': `${bomb.length}` }
    for (const mode of ['blocking', 'streaming'] as const) {
      const { sample, server } = await meets([REQUEST, head(200, headers), raw(bomb), UNTIL_ABORTED], { mode })
      expect(sample.outcome.kind).toBe('bad-reply')
      expect(sample.outcome.detail).toContain(encoding)
      expect(sample.bytes).toBeLessThanOrEqual(bomb.length)
      expect(server.requests()[0]!.headers['accept-encoding']).toBe('identity')
    }
  })
})

/** A chunk as text, for what repeats it. */
const chunkText = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

describe.concurrent('slow and silent servers', () => {
  test('W13: head and body one byte at a time give the same events; the first byte is not the first event', async () => {
    const whole = await meets([REQUEST, ...dify.goodStream(), FIN])
    const bytes = dify.goodStream().map((step) => (step.do === 'raw' ? step.bytes.toString() : ''))
    const { sample } = await meets([REQUEST, { do: 'drip', bytes: bytes.join(''), everyMs: 1 }, FIN])
    const { events, pings, textChunks, bytes: size, outcome, tokens, elapsed } = sample
    const { sample: other } = whole
    expect({ events, pings, textChunks, bytes: size, outcome, tokens, elapsed }).toEqual({
      events: other.events,
      pings: other.pings,
      textChunks: other.textChunks,
      bytes: other.bytes,
      outcome: other.outcome,
      tokens: other.tokens,
      elapsed: other.elapsed,
    })
    expect(sample.marks.firstEvent! - sample.marks.firstByte!).toBeGreaterThan(milliseconds(100))
  })

  const quick = {
    firstEvent: milliseconds(150),
    idle: milliseconds(250),
    timeout: { blocking: milliseconds(200), streaming: milliseconds(600) },
  }
  const flood = (text: string): Step => ({ do: 'flood', bytes: chunkText(text), everyMs: 20 })

  test.each<readonly [string, Mode, readonly Step[], readonly [word: string, ms: number], readonly Mark[]]>([
    ['never answers', 'streaming', [REQUEST, UNTIL_ABORTED], ['first event', 150], TO_SENT],
    ['never answers, blocking', 'blocking', [REQUEST, UNTIL_ABORTED], ['end', 200], TO_SENT],
    ['stalls after the headers', 'streaming', [REQUEST, dify.STREAM_HEAD, UNTIL_ABORTED], ['first event', 150], TO_HEADERS],
    ['sends pings for ever and no event', 'streaming', [...stream(), flood(dify.PING)], ['first event', 150], [...TO_HEADERS, 'firstByte']],
    ['stalls after its first event', 'streaming', [...stream(dify.PING, dify.started()), UNTIL_ABORTED], ['next byte', 250], TO_EVENT],
    ['pings for ever after its first event', 'streaming', [...stream(dify.started()), flood(dify.PING)], ['end', 600], TO_EVENT],
    [
      'stalls in the body',
      'blocking',
      [REQUEST, head(200, { 'Content-Length': '9' }), raw('{'), UNTIL_ABORTED],
      ['end', 200],
      [...TO_HEADERS, 'firstByte'],
    ],
  ])('W14: a server that %s is timed out, and the limit is named', async (_title, mode, steps, [word, ms], marks) => {
    const { sample } = await meets(steps, { mode, limits: quick })
    expect(sample.outcome.kind).toBe('timed-out')
    expect(sample.outcome.detail).toContain(word)
    expect(came(sample)).toEqual(marks)
    const took = (sample.ended! - sample.marks.released!) / 1e3
    expect(took).toBeGreaterThanOrEqual(ms)
    expect(took).toBeLessThan(ms + 250)
  })

  test('W15: events without an end are timed out by the limit for the whole', async () => {
    const { sample } = await meets([...stream(dify.started()), flood(dify.text('more'))], {
      limits: { timeout: quick.timeout },
    })
    expect(sample.outcome.kind).toBe('timed-out')
    expect(sample.outcome.detail).toContain('end')
    expect(sample.textChunks).toBeGreaterThan(5)
    expect(came(sample)).toEqual([...TO_EVENT, 'firstText', 'lastText'])
  })
})

describe.concurrent('refusals', () => {
  test.each([301, 302, 303, 307, 308])('W18: %i is rejected and names its host; no byte of key or body goes there', async (status) => {
    const other = await faultServer([REQUEST, ...dify.goodStream(), FIN])
    const { port } = new URL(other.baseUrl)
    const { sample } = await meets([
      REQUEST,
      head(status, { Location: `http://127.0.0.1:${port}/v1/workflows/run`, 'Content-Length': '0' }),
      FIN,
    ])
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['rejected', status])
    expect(sample.outcome.detail).toContain(`127.0.0.1:${port}`)
    expect(other.connections).toHaveLength(0)
    expect(came(sample).filter((mark) => mark !== 'finished')).toEqual(TO_HEADERS)
    await other.close()
  })

  const refusal = (status: number, code: string, more: Readonly<Record<string, string>> = {}): readonly Step[] => {
    const body = JSON.stringify({ code, message: 'no', status })
    return [REQUEST, head(status, { 'Content-Type': 'application/json', 'Content-Length': `${body.length}`, ...more }), raw(body), FIN]
  }

  test.each([401, 403])('W19: %i is rejected with its code', async (status) => {
    const { sample } = await meets(refusal(status, 'unauthorized'))
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['rejected', status])
    expect(sample.outcome.detail).toContain('unauthorized')
    expect(came(sample)).toEqual(WHOLE_REPLY)
  })

  test.each([
    ['closed', FIN],
    ['reset', RST],
  ])('W20: 413 before the body is read, then %s, is reported as 413', async (_how, end) => {
    const body = '{"code":"file_too_large","message":"","status":413}'
    const early: readonly Step[] = [
      { do: 'request-head' },
      head(413, { 'Content-Type': 'application/json', 'Content-Length': `${body.length}`, Connection: 'close' }),
      raw(body),
      { do: 'wait', ms: 50 },
      end,
    ]
    const { sample } = await meets(early, { inputs: { long: 'x'.repeat(4_000_000) } })
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['rejected', 413])
    expect(sample.outcome.detail).toContain('file_too_large')
  })

  test.each([
    ['too_many_requests', {}],
    ['rate_limit_error', { 'Retry-After': '1' }],
  ])('W21: 429 %s is throttled and never sent again', async (code, headers) => {
    const { sample, server } = await meets(refusal(429, code, headers))
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['throttled', 429])
    expect(sample.outcome.detail).toContain(code)
    expect(sample.retryAfter).toBe('Retry-After' in headers ? 1_000_000 : undefined)
    expect(server.connections[0]!.requests).toHaveLength(1)
  })

  test('W22: a 500 with 10 MB of HTML is rejected in at most 200 characters', async () => {
    const page = `<html><head><title>Bad \u001b[31mgateway</title></head>${'<p>sorry</p>'.repeat(870_000)}`
    const { sample } = await meets([REQUEST, head(500, { ...HTML, 'Content-Length': `${Buffer.byteLength(page)}` }), raw(page), FIN], {
      mode: 'blocking',
    })
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['rejected', 500])
    expect(sample.outcome.detail!.length).toBeLessThanOrEqual(200)
    expect(sample.outcome.detail).toContain('gateway')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point
    expect(sample.outcome.detail).not.toMatch(/[\u0000-\u001f\u007f-\u009f<]/)
  })

  test('W22: a 502 without a body is rejected', async () => {
    const { sample } = await meets([REQUEST, head(502, { 'Content-Length': '0' }), FIN])
    expect([sample.outcome.kind, sample.httpStatus]).toEqual(['rejected', 502])
    expect(sample.outcome.detail).toContain('502')
  })
})

describe.concurrent('what a stream says', () => {
  test.each<readonly [string, readonly string[], Sample['outcome']['kind'], string]>([
    ['an error before the run has started', [dify.PING, dify.failing('query is required')], 'rejected', 'query is required'],
    ['an error in mid-run', [dify.started(), dify.failing('it broke')], 'stream-broken', 'it broke'],
    ['a failed run', [dify.started(), dify.finished('failed', 'boom')], 'workflow-failed', 'boom'],
    ['a stopped run', [dify.started(), dify.finished('stopped', 'Stopped by user.')], 'stopped', ''],
    ['a stopped run that says failed', [dify.started(), dify.finished('failed', 'Aborted: User requested stop')], 'stopped', ''],
    ['a partial success', [dify.started(), dify.finished('partial-succeeded')], 'partial', ''],
    ['two endings', [dify.started(), dify.finished('failed', 'first'), dify.finished('succeeded')], 'workflow-failed', 'first'],
    ['events after the ending', [dify.started(), dify.finished(), dify.text('late'), dify.failing('late')], 'succeeded', ''],
    ['no ending, started', [dify.started()], 'no-result', ''],
    ['no ending, not started', [dify.PING], 'no-result', ''],
    ['nothing at all', [], 'no-result', ''],
  ])('W23: %s', async (_title, chunks, kind, detail) => {
    const { sample } = await meets([...stream(...chunks, ''), FIN])
    expect(sample.outcome.kind).toBe(kind)
    expect(sample.outcome.detail ?? '').toContain(detail)
    expect(sample.marks.finished !== undefined).toBe(kind !== 'no-result')
    expect(sample.marks.firstText).toBeUndefined()
  })

  test('W23: the first ending stands also where the second comes in the same read', async () => {
    const { sample } = await meets([...stream(dify.started() + dify.finished('failed', 'first') + dify.finished('succeeded'), ''), FIN])
    expect([sample.outcome.kind, sample.outcome.detail]).toEqual(['workflow-failed', 'first'])
    expect(sample.events).toBeLessThanOrEqual(3)
  })

  test('W23: events of unknown kinds are counted and passed over', async () => {
    const { sample } = await meets([
      ...stream(dify.started(), dify.odd('reasoning_chunk_of_2031'), dify.odd('__proto__'), dify.finished(), ''),
      FIN,
    ])
    expect([sample.outcome.kind, sample.unknownEvents, sample.events]).toEqual(['succeeded', 2, 4])
  })
})

describe.concurrent('no reply is taken for that of another exchange', () => {
  test('W25: a server that answers before it has read the body is answered for', async () => {
    const { sample } = await meets([{ do: 'request-head' }, ...dify.goodStream('run-early'), { do: 'wait', ms: 30 }, FIN], {
      inputs: { long: 'x'.repeat(1_000_000) },
    })
    expect([sample.outcome.kind, sample.workflowRunId]).toEqual(['succeeded', 'run-early'])
  })

  test.each([0, 30])('W25: a second reply that nobody asked for, %i ms after the first, is given to nobody', async (ms) => {
    const unasked: readonly Step[] = [...dify.goodReply('run-first'), { do: 'wait', ms }, ...dify.goodReply('run-unasked')]
    const server = await faultServer([REQUEST, ...unasked, UNTIL_ABORTED], [REQUEST, ...dify.goodReply('run-next'), UNTIL_ABORTED])
    const clock = plainClock()
    const transport = testTransport(server.baseUrl, 'reuse', clock)
    const send = () =>
      oneExchange(server.baseUrl, {
        mode: 'blocking',
        clock,
        transport,
        limits: { timeout: { blocking: seconds(1), streaming: seconds(1) } },
      })
    const first = await send()
    expect([first.outcome.kind, first.workflowRunId]).toEqual(['succeeded', 'run-first'])
    await server.connections[0]!.gone
    const next = await send()
    expect([next.outcome.kind, next.workflowRunId]).toEqual(['succeeded', 'run-next'])
    expect(server.requests()).toHaveLength(2)
    transport.close()
    await server.close()
  })

  test('W25: two replies in one read; the second is not the answer to the next request', async () => {
    const both = [...dify.goodReply('run-first'), ...dify.goodReply('run-unasked')]
      .map((step) => (step.do === 'raw' ? step.bytes.toString() : ''))
      .join('')
    const server = await faultServer([REQUEST, raw(both), UNTIL_ABORTED], [REQUEST, ...dify.goodReply('run-next'), UNTIL_ABORTED])
    const clock = plainClock()
    const transport = testTransport(server.baseUrl, 'reuse', clock)
    const runs = [
      await oneExchange(server.baseUrl, { mode: 'blocking', clock, transport }),
      await oneExchange(server.baseUrl, { mode: 'blocking', clock, transport }),
    ]
    expect(runs.map(({ workflowRunId }) => workflowRunId)).not.toContain('run-unasked')
    expect(runs[0]!.workflowRunId).toBe('run-first')
    transport.close()
    await server.close()
  })
})
