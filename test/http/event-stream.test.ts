import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventStream } from '../../src/http/event-stream.ts'

/** What a stream fed in these pieces says. */
function read(...pieces: readonly (string | Buffer)[]) {
  const events: string[] = []
  const stream = createEventStream((data) => events.push(data))
  const faults = pieces.map((piece) => stream.feed(Buffer.from(piece)))
  return { events, pings: stream.pings(), fault: faults.find((fault) => fault !== undefined) }
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...ends].map((from, n) => bytes.subarray(from, ends[n] ?? bytes.length))
}

const lines = fc.constantFrom(
  'event: ping',
  'event:ping',
  'event: pinging',
  'data: {"é":"日本🙂"}',
  'data:',
  'data: a',
  'id: 7',
  ': remark',
  '',
  'event: other',
  'ping',
)
const streams = fc
  .tuple(fc.array(lines, { maxLength: 30 }), fc.constantFrom('\n', '\r\n'))
  .map(([all, ends]) => Buffer.from(all.map((line) => line + ends).join('')))

describe('wherever the bytes of a stream are split', () => {
  test('its events and its pings are the same', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(2000), { maxLength: 12 }), (bytes, places) => {
        expect(read(...cut(bytes, places))).toEqual(read(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test('each line that begins a ping is counted once', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(2000), { maxLength: 12 }), (bytes, places) => {
        const pings = bytes
          .toString('utf8')
          .split(/\r?\n/)
          .filter((line) => /^event: ?ping$/.test(line))
        expect(read(...cut(bytes, places)).pings).toBe(pings.length)
      }),
      { numRuns: 500 },
    )
  })

  test('a character that is cut in half is put together again', () => {
    const bytes = Buffer.from('data: 日本🙂\n\n')
    for (let at = 1; at < bytes.length; at++) expect(read(bytes.subarray(0, at), bytes.subarray(at)).events).toEqual(['日本🙂'])
    expect(read(...[...bytes].map((byte) => Buffer.of(byte))).events).toEqual(['日本🙂'])
  })
})

describe('a stream', () => {
  test('a ping has no data, is no event, and is counted', () => {
    expect(read('event: ping\n\nevent: ping\n\ndata: a\n\n')).toEqual({ events: ['a'], pings: 2, fault: undefined })
  })

  test('data that speaks of pings are none', () => {
    expect(read('data: event: ping\n\n', 'data: x\ndata: event: ping\n\n').pings).toBe(0)
  })

  test('an event is given as soon as its blank line is in, not before', () => {
    const events: string[] = []
    const stream = createEventStream((data) => events.push(data))
    stream.feed(Buffer.from('data: a\n'))
    expect(events).toEqual([])
    stream.feed(Buffer.from('\n'))
    expect(events).toEqual(['a'])
  })

  test('several lines of data are one event; an event without its blank line is none', () => {
    expect(read('data: a\ndata: b\n\ndata: never').events).toEqual(['a\nb'])
  })

  test('a byte order mark, remarks, ids and retry times do no harm', () => {
    expect(read('\ufeff: hi\nid: 1\nretry: 5\ndata: a\n\n', ': keep-alive\n\n').events).toEqual(['a'])
  })

  test('bytes that are no UTF-8 become marks of replacement, and no fault', () => {
    expect(read(Buffer.concat([Buffer.from('data: '), Buffer.of(0xff), Buffer.from('\n\n')])).events).toEqual(['\ufffd'])
  })
})

describe('an event of more than 1 MiB', () => {
  const kilobytes = (count: number, of: string) => Array.from({ length: count }, () => of.repeat(1024))

  test('on one line is a fault, soon after the limit', () => {
    const events: string[] = []
    const stream = createEventStream((data) => events.push(data))
    stream.feed(Buffer.from('data: '))
    const fed = kilobytes(2000, 'x').findIndex((piece) => stream.feed(Buffer.from(piece)) !== undefined)
    expect(fed).toBeGreaterThanOrEqual(1023)
    expect(fed).toBeLessThanOrEqual(1030)
    expect(events).toEqual([])
  })

  test('of many lines likewise', () => {
    const { events, fault } = read(...kilobytes(1200, 'x').map((piece) => `data: ${piece}\n`), '\n')
    expect([events, fault]).toEqual([[], { detail: 'an event of more than 1048576 bytes' }])
  })

  test('once at fault a stream stays so, gives nothing more, and never throws', () => {
    const { events, fault } = read('data: ', ...kilobytes(1100, 'x'), '\n\n', 'data: a\n\n')
    expect([events, fault?.detail]).toEqual([[], 'an event of more than 1048576 bytes'])
  })

  test('one of 1,000 kB is none', () => {
    const { events, fault } = read('data: ', ...kilobytes(1000, 'x'), '\n\n')
    expect([events[0]!.length, fault]).toEqual([1_024_000, undefined])
  })

  test('many events that are more than that together are none', () => {
    expect(read(...kilobytes(3000, 'x').map((piece) => `data: ${piece}\n\n`))).toMatchObject({ fault: undefined, events: { length: 3000 } })
  })
})
