import { afterEach, expect, test } from 'vitest'
import { finished, PING, started, text } from '../helpers/dify-stream.ts'
import { type FaultServer, faultServer, type Step } from '../helpers/fault-server.ts'
import { oneExchange } from '../helpers/one-exchange.ts'

let server: FaultServer
afterEach(() => server.close())

const coded = (...events: readonly string[]) => events.map((event) => `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`).join('')
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n'
const events = [PING, started(), ...Array.from({ length: 20 }, (_, n) => text(`word ${n} `)), finished()]

test('events of one read have one time, though each is an HTTP chunk of its own', async () => {
  const inOneWrite: Step = { do: 'raw', bytes: HEAD + coded(...events, '') }
  server = await faultServer([{ do: 'request' }, inOneWrite])
  const { marks, events: counted, coalescedEvents, textGaps } = await oneExchange(server.baseUrl, { mode: 'streaming' })
  expect([counted, coalescedEvents]).toEqual([22, 21])
  expect(textGaps.every((gap) => gap === 0)).toBe(true)
  expect(new Set([marks.headers, marks.firstByte, marks.firstEvent, marks.lastText, marks.finished]).size).toBe(1)
})

test('events that come one by one have times of their own', async () => {
  const oneByOne = events.slice(0, 6).flatMap((event): Step[] => [
    { do: 'raw', bytes: coded(event) },
    { do: 'wait', ms: 20 },
  ])
  server = await faultServer([{ do: 'request' }, { do: 'raw', bytes: HEAD }, ...oneByOne, { do: 'raw', bytes: coded(finished(), '') }])
  const { coalescedEvents, textGaps } = await oneExchange(server.baseUrl, { mode: 'streaming' })
  expect(coalescedEvents).toBe(0)
  expect(Math.min(...textGaps)).toBeGreaterThan(10_000)
})
