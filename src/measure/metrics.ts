import type { Mark, Mode, Sample } from '../core/sample.ts'
import { anatomyOf } from './nodes/anatomy.ts'

export type Unit = 'µs' | 'count' | 'bytes' | 'ratio' | 'per second'

/** A named number that can be read off one sample. */
export interface Metric {
  readonly title: string
  readonly unit: Unit
  /** The definition, as it is printed beside the number. */
  readonly formula: string
  readonly better: 'lower' | 'higher'
  /** A time until an answer: it has an answered-within twin, in which exchanges without the answer count as endless. */
  readonly latency: boolean
  /** Where a latency begins; what begins at `intended` has a twin that begins at `sent`, for runs whose generator was late. */
  readonly from?: 'intended' | 'sent'
  /** What the number is multiplied by before it is stored as a whole one. */
  readonly scale: number
  /** Can be below zero. */
  readonly signed: boolean
  /** Modes in which it has a meaning. */
  readonly modes: readonly Mode[]
  /** `accepted`: accepted exchanges only, so that fast failures improve nothing. `released`: all that were released, since it tells of the generator. */
  readonly over: 'accepted' | 'released'
  /** One number of each sample, or many (all of all runs pooled; no interval). */
  readonly applies: 'one' | 'many'
  /** Undefined, or no number at all, where the sample has no such number. Its mode is not looked at. */
  of(sample: Sample): number | undefined | readonly number[]
}

/** `to` − `from`; undefined where either never came. */
function between(sample: Sample, from: Mark, to: Mark): number | undefined {
  const [start, end] = [sample.marks[from], sample.marks[to]]
  return start === undefined || end === undefined ? undefined : end - start
}

/** The first thing that a person sees: the earlier of the first text and the end; in blocking mode the end. */
function firstOutput({ mode, marks }: Sample): number | undefined {
  if (mode === 'blocking' || marks.firstText === undefined) return marks.finished
  return marks.finished === undefined ? marks.firstText : Math.min(marks.firstText, marks.finished)
}

const since = (start: number | undefined, end: number | undefined): number | undefined =>
  start === undefined || end === undefined ? undefined : end - start

const BOTH = ['blocking', 'streaming'] as const
const STREAMING = ['streaming'] as const
const COMMON = { better: 'lower', latency: false, scale: 1, signed: false, modes: BOTH, over: 'accepted', applies: 'one' } as const
const TIME = { ...COMMON, unit: 'µs' } as const
const LATENCY = { ...TIME, latency: true, from: 'intended' } as const

/** Every number of an exchange that flowbench tells of. To add one, add an entry: recorder, CSV, report and objectives read this list. */
export const METRICS = {
  response_time: {
    ...LATENCY,
    title: 'Response time',
    formula: 'finished − intended: what a user felt',
    of: (sample) => between(sample, 'intended', 'finished'),
  },
  service_time: {
    ...LATENCY,
    from: 'sent',
    title: 'Service time',
    formula: 'finished − sent',
    of: (sample) => between(sample, 'sent', 'finished'),
  },
  schedule_lag: {
    ...TIME,
    over: 'released',
    title: 'Schedule lag',
    formula: 'released − intended: how late the generator itself was',
    of: (sample) => between(sample, 'intended', 'released'),
  },
  connection_wait: {
    ...TIME,
    title: 'Connection wait',
    formula: 'sent − released: until the request was written on a connection',
    of: (sample) => between(sample, 'released', 'sent'),
  },
  first_byte: {
    ...LATENCY,
    title: 'Time to first byte',
    formula: 'firstByte − intended; when streaming, often a ping before the run is even queued',
    of: (sample) => between(sample, 'intended', 'firstByte'),
  },
  first_event: {
    ...LATENCY,
    modes: STREAMING,
    title: 'Time to first event',
    formula: 'firstEvent − intended: admission and queueing, not generation',
    of: (sample) => between(sample, 'intended', 'firstEvent'),
  },
  first_text: {
    ...LATENCY,
    modes: STREAMING,
    title: 'Time to first text',
    formula: 'firstText − intended: the first thing a person can read',
    of: (sample) => between(sample, 'intended', 'firstText'),
  },
  first_output: {
    ...LATENCY,
    title: 'Time to first output',
    formula: 'streaming: the earlier of firstText and finished, blocking: finished; − intended',
    of: (sample) => since(sample.marks.intended, firstOutput(sample)),
  },
  text_gap: {
    ...TIME,
    modes: STREAMING,
    applies: 'many',
    title: 'Gap between texts',
    formula: 'every silence between two non-empty text chunks, all runs pooled; no interval',
    of: (sample) => sample.textGaps,
  },
  longest_gap: {
    ...TIME,
    modes: STREAMING,
    title: 'Longest gap',
    formula: 'the longest silence of a run between two events, pings not counted',
    of: (sample) => sample.longestGap,
  },
  time_per_chunk: {
    ...TIME,
    modes: STREAMING,
    title: 'Time per chunk',
    formula: '(lastText − firstText) / (text chunks − 1), from 2 chunks; a chunk is not a token',
    of: (sample) => {
      const span = between(sample, 'firstText', 'lastText')
      return span === undefined || sample.textChunks < 2 ? undefined : span / (sample.textChunks - 1)
    },
  },
  close_lag: {
    ...TIME,
    title: 'Close lag',
    formula: 'closed − finished; where flowbench cut the stream, a lower bound',
    of: (sample) => between(sample, 'finished', 'closed'),
  },
  elapsed_time: {
    ...TIME,
    title: 'Elapsed time (server)',
    formula: 'the server’s own elapsed_time; it starts when a worker starts the run and knows nothing of queues',
    of: (sample) => sample.elapsed,
  },
  outside_time: {
    ...TIME,
    signed: true,
    title: 'Outside time',
    formula: 'service_time − elapsed_time: network, proxy, queues',
    of: (sample) => since(sample.elapsed, between(sample, 'sent', 'finished')),
  },
  admission_time: {
    ...TIME,
    modes: STREAMING,
    title: 'Admission time',
    formula: 'firstEvent − sent',
    of: (sample) => between(sample, 'sent', 'firstEvent'),
  },
  delivery_time: {
    ...TIME,
    modes: STREAMING,
    signed: true,
    title: 'Delivery time',
    formula: '(finished − firstEvent) − elapsed_time; below zero where the start event was late too',
    of: (sample) => since(sample.elapsed, between(sample, 'firstEvent', 'finished')),
  },
  engine_overhead: {
    ...TIME,
    modes: STREAMING,
    title: 'Engine overhead',
    formula: 'elapsed_time − the time in which any node was running',
    of: (sample) => (sample.elapsed === undefined || sample.nodes.length === 0 ? undefined : anatomyOf(sample)?.overhead),
  },
  tokens: {
    ...COMMON,
    unit: 'count',
    title: 'Tokens',
    formula: 'total_tokens, prompt and completion; 0 for failed and stopped runs',
    of: (sample) => sample.tokens,
  },
  steps: { ...COMMON, unit: 'count', title: 'Steps', formula: 'total_steps: an opaque count of the server', of: (sample) => sample.steps },
  total_tokens_per_second: {
    ...COMMON,
    unit: 'per second',
    better: 'higher',
    scale: 1000,
    title: 'Total tokens per second',
    formula: 'tokens / elapsed_time: prompt tokens too, so not the speed of generation',
    of: ({ tokens, elapsed }) => (tokens === undefined || elapsed === undefined || elapsed <= 0 ? undefined : tokens / (elapsed / 1e6)),
  },
  bytes: { ...COMMON, unit: 'bytes', title: 'Bytes', formula: 'bytes of the reply’s body', of: (sample) => sample.bytes },
  events: {
    ...COMMON,
    unit: 'count',
    modes: STREAMING,
    title: 'Events',
    formula: 'events of the stream, pings not counted',
    of: (sample) => sample.events,
  },
  text_chunks: {
    ...COMMON,
    unit: 'count',
    modes: STREAMING,
    title: 'Text chunks',
    formula: 'non-empty text chunks of the stream',
    of: (sample) => sample.textChunks,
  },
  coalesced: {
    ...COMMON,
    unit: 'ratio',
    scale: 1e6,
    modes: STREAMING,
    title: 'Coalesced events',
    formula: 'share of events that shared a read with an earlier one',
    of: (sample) => (sample.events > 0 ? sample.coalescedEvents / sample.events : undefined),
  },
  bytes_per_event: {
    ...COMMON,
    unit: 'bytes',
    modes: STREAMING,
    title: 'Bytes per event',
    formula: 'bytes / events: how large events are before a buffer',
    of: (sample) => (sample.events > 0 ? sample.bytes / sample.events : undefined),
  },
  ping_gap: {
    ...TIME,
    modes: STREAMING,
    applies: 'many',
    title: 'Gap between pings',
    formula: 'from one ping to the next while the run goes on, the first from the first event; all runs pooled, no interval',
    of: (sample) => sample.pingGaps,
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

/** In the order of the catalogue. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]

/** The catalogue's entry, as any metric. */
export const metric = (name: MetricName): Metric => METRICS[name]

export const isMetricName = (name: string): name is MetricName => Object.hasOwn(METRICS, name)

/** What a latency counted from `intended` is when counted from `sent`: the part that a late generator did not make. Undefined for other metrics. */
export function ofFromSent(name: MetricName, sample: Sample): number | undefined {
  const { from, of } = metric(name)
  const { sent, intended } = sample.marks
  if (from !== 'intended' || sent === undefined) return undefined
  const value = of(sample)
  return typeof value === 'number' ? value - (sent - intended) : undefined
}
