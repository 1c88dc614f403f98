import { describe, expect, test } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { METRIC_NAMES, METRICS, type MetricName, metric, ofFromSent } from '../../src/measure/metrics.ts'
import { type Shape, sampleOf } from '../helpers/samples.ts'

/** One streaming run with every mark at its own time, in ms: intended 0, released 2, sent 5 … */
const streaming: Shape = {
  at: micros(1_000_000),
  released: 2,
  sent: 5,
  headers: 8,
  firstByte: 9,
  firstEvent: 20,
  firstText: 120,
  lastText: 320,
  finished: 400,
  closed: 1400,
  elapsed: micros(390_000),
  tokens: 78,
  steps: 4,
  events: 10,
  textChunks: 5,
  coalescedEvents: 2,
  bytes: 2345,
  textGaps: [micros(50_000), micros(150_000)],
  longestGap: micros(160_000),
  pingGaps: [micros(10_000_000)],
  nodes: [{ nodeId: 'a', title: 'A', type: 'llm', started: micros(1_100_000), finished: micros(1_350_000), elapsed: micros(240_000) }],
}
const blocking: Shape = { at: micros(1_000_000), mode: 'blocking', released: 2, sent: 5, headers: 8, firstByte: 9, finished: 400 }

/** The formulas of the measurement page, worked out by hand: of the streaming run, and of the blocking one. */
const BY_HAND: Record<MetricName, readonly [streaming: unknown, blocking: unknown]> = {
  response_time: [400_000, 400_000],
  service_time: [395_000, 395_000],
  schedule_lag: [2000, 2000],
  connection_wait: [3000, 3000],
  first_byte: [9000, 9000],
  first_event: [20_000, undefined],
  first_text: [120_000, undefined],
  first_output: [120_000, 400_000],
  text_gap: [[50_000, 150_000], []],
  longest_gap: [160_000, undefined],
  time_per_chunk: [50_000, undefined],
  close_lag: [1_000_000, undefined],
  elapsed_time: [390_000, undefined],
  outside_time: [5000, undefined],
  admission_time: [15_000, undefined],
  delivery_time: [-10_000, undefined],
  engine_overhead: [150_000, undefined],
  tokens: [78, undefined],
  steps: [4, undefined],
  total_tokens_per_second: [200, undefined],
  bytes: [2345, 0],
  events: [10, 0],
  text_chunks: [5, 0],
  coalesced: [0.2, undefined],
  bytes_per_event: [234.5, undefined],
  ping_gap: [[10_000_000], undefined],
}

describe('every metric is its formula', () => {
  test.each(METRIC_NAMES)('%s', (name) => {
    expect([metric(name).of(sampleOf(0, streaming)), metric(name).of(sampleOf(0, blocking))]).toEqual(BY_HAND[name])
  })

  test('a mark that never came makes no number, never 0', () => {
    const bare = sampleOf(0, { outcome: 'dropped' })
    const numbers = METRIC_NAMES.filter((name) => typeof metric(name).of(bare) === 'number')
    expect(numbers).toEqual(['bytes', 'events', 'text_chunks'])
  })

  test.each<[string, Shape, MetricName, unknown]>([
    ['first output is the end where no text came', { finished: 400 }, 'first_output', 400_000],
    ['first output is the end where text came after it', { finished: 400, firstText: 500 }, 'first_output', 400_000],
    ['first output of a run without an end is its text', { firstText: 300 }, 'first_output', 300_000],
    ['one chunk has no time per chunk', { firstText: 1, lastText: 1, textChunks: 1 }, 'time_per_chunk', undefined],
    ['a run that took no time has no tokens per second', { elapsed: micros(0), tokens: 5 }, 'total_tokens_per_second', undefined],
    ['outside time may be below zero', { sent: 0, finished: 10, elapsed: micros(12_000) }, 'outside_time', -2000],
  ])('%s', (_, shape, name, expected) => expect(metric(name).of(sampleOf(0, shape))).toEqual(expected))
})

test('counted from sent, a latency loses what passed before', () => {
  const one = sampleOf(0, streaming)
  expect(ofFromSent('response_time', one)).toBe(395_000)
  expect(ofFromSent('first_event', one)).toBe(15_000)
  expect(ofFromSent('service_time', one)).toBeUndefined()
  expect(ofFromSent('tokens', one)).toBeUndefined()
  expect(ofFromSent('first_text', sampleOf(0, { firstEvent: 3 }))).toBeUndefined()
})

describe('the catalogue', () => {
  test('says of each what it is, in its own words', () => {
    for (const { title, formula } of Object.values(METRICS)) {
      expect(title).toMatch(/^[A-Z]/)
      expect(formula.length).toBeGreaterThan(5)
    }
    expect(new Set(Object.values(METRICS).map(({ title }) => title)).size).toBe(METRIC_NAMES.length)
  })
  test('has an answered-within twin for exactly the times until an answer', () => {
    expect(METRIC_NAMES.filter((name) => metric(name).latency)).toEqual([
      'response_time',
      'service_time',
      'first_byte',
      'first_event',
      'first_text',
      'first_output',
    ])
  })
})
