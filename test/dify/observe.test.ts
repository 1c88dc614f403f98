import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { createObserver, type Observed } from '../../src/dify/observe.ts'
import { bodyOf, isRun, readRecording, recordingNames } from '../helpers/recordings.ts'
import { ms } from '../helpers/samples.ts'
import { RESULT } from '../helpers/virtual-transport.ts'

const say = (kind: string, data: unknown = {}, more: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ event: kind, task_id: 'task', workflow_run_id: 'run', data, ...more })
const START = say('workflow_started')
const FINISH = say('workflow_finished', RESULT)
const text = (piece: unknown) => say('text_chunk', { text: piece })

/** Hears events at the given milliseconds; what was answered, and what was made of them. */
function hear(...events: readonly (readonly [data: string, at: number])[]): { heard: string[]; observed: Observed } {
  const observer = createObserver()
  const heard = events.map(([data, at]) => observer.hear(data, ms(at)))
  return { heard, observed: observer.observed() }
}

describe('a run that works', () => {
  test('has its marks, counts and gaps', () => {
    const { heard, observed } = hear([START, 100], [text('Hel'), 200], [text('lo'), 230], [text(''), 240], [FINISH, 300])
    expect(heard).toEqual(['more', 'more', 'more', 'more', 'last'])
    expect(observed).toEqual({
      marks: { firstEvent: ms(100), firstText: ms(200), lastText: ms(230) },
      result: { outcome: { kind: 'succeeded' }, elapsed: ms(10), tokens: 10, steps: 2, outputs: {} },
      started: true,
      events: 5,
      unknownEvents: 0,
      textChunks: 2,
      coalescedEvents: 0,
      textGaps: [ms(30)],
      longestGap: ms(100),
      nodes: [],
      taskId: 'task',
      workflowRunId: 'run',
    })
  })

  test('the first event is the first of any kind but a ping', () => {
    expect(hear([say('ping'), 10], [say('node_started', { id: 'a' }), 50], [START, 60]).observed.marks).toEqual({ firstEvent: ms(50) })
  })

  test('an empty piece is an event, but no text', () => {
    const { observed } = hear([START, 1], [text(''), 2], [text('a'), 5], [text(''), 9])
    expect(observed).toMatchObject({ events: 4, textChunks: 1, textGaps: [], marks: { firstText: ms(5), lastText: ms(5) } })
  })

  test('blanks and line feeds are text', () => {
    expect(hear([START, 1], [text(' '), 2], [text('\n'), 3]).observed.textChunks).toBe(2)
  })

  test('gaps of text are taken between pieces of text, whatever came in between; the longest gap between any events', () => {
    const { observed } = hear([START, 0], [text('a'), 10], [say('node_started', { id: 'n' }), 40], [text('b'), 60], [text('c'), 61])
    expect(observed).toMatchObject({ textGaps: [ms(50), ms(1)], longestGap: ms(30) })
  })

  test('pings shorten no gap', () => {
    expect(hear([START, 0], [say('ping'), 10_000], [FINISH, 15_000]).observed).toMatchObject({ events: 2, longestGap: ms(15_000) })
  })

  test('events of one read are counted as coalesced, but the first of it', () => {
    expect(hear([START, 5], [text('a'), 5], [text('b'), 5], [text('c'), 9], [FINISH, 9]).observed).toMatchObject({
      events: 5,
      coalescedEvents: 3,
      longestGap: ms(4),
    })
  })

  test('one event has no gap', () => {
    expect(hear([START, 5]).observed.longestGap).toBeUndefined()
  })
})

describe('how a run ends', () => {
  test.each([
    [{ status: 'succeeded' }, { kind: 'succeeded' }],
    [{ status: 'partial-succeeded', error: '' }, { kind: 'partial' }],
    [
      { status: 'failed', error: 'division by zero' },
      { kind: 'workflow-failed', detail: 'division by zero' },
    ],
    [
      { status: 'failed', error: 'Workflow execution aborted: Aborted: User requested stop' },
      { kind: 'stopped', detail: 'Workflow execution aborted: Aborted: User requested stop' },
    ],
    [{ status: 'stopped' }, { kind: 'stopped' }],
    [{ status: 'odd' }, { kind: 'workflow-failed', detail: 'the run ended with status odd' }],
    [{}, { kind: 'workflow-failed', detail: 'the run ended with status none' }],
  ])('workflow_finished that says %j', (data, outcome) => {
    const { heard, observed } = hear([START, 1], [say('workflow_finished', data), 2])
    expect(heard).toEqual(['more', 'last'])
    expect(observed.result!.outcome).toEqual(outcome)
  })

  test('workflow_paused pauses it, whatever status it names', () => {
    const { heard, observed } = hear([START, 1], [say('workflow_paused', { status: 'running', elapsed_time: 1.5 }), 2])
    expect([heard[1], observed.result]).toEqual(['last', { outcome: { kind: 'paused' }, elapsed: 1_500_000 }])
  })

  test('an error event before the run began is a refusal, after it a broken stream', () => {
    const error = say('error', undefined, { code: 'invalid_param', message: 'no such file' })
    expect(hear([error, 5]).observed).toMatchObject({
      marks: { firstEvent: ms(5) },
      result: { outcome: { kind: 'rejected', detail: 'error event: invalid_param: no such file' } },
    })
    expect(hear([START, 1], [error, 5]).observed.result!.outcome.kind).toBe('stream-broken')
    expect(hear([say('error'), 5]).observed.result!.outcome.detail).toBe('error event: without a message')
  })

  test('after a terminal event nothing changes any more', () => {
    const observer = createObserver()
    observer.hear(START, ms(1))
    observer.hear(FINISH, ms(2))
    const then = observer.observed()
    for (const late of [text('late'), say('error'), FINISH, 'junk']) expect(observer.hear(late, ms(9))).toBe('last')
    expect(observer.observed()).toEqual(then)
  })

  test('times and counts that cannot be are left out', () => {
    const odd = { status: 'succeeded', elapsed_time: 1e300, total_tokens: -3, total_steps: 'many' }
    expect(hear([START, 1], [say('workflow_finished', odd), 2]).observed.result).toEqual({ outcome: { kind: 'succeeded' } })
    const negative = { status: 'succeeded', elapsed_time: -0.1, total_tokens: 2.5 }
    expect(hear([START, 1], [say('workflow_finished', negative), 2]).observed.result).toEqual({ outcome: { kind: 'succeeded' } })
  })
})

describe('what is no stream of Dify’s', () => {
  test.each(['', 'hello', '[DONE]', 'null', '7', '[]', '{}', '{"event":7}', '{"event":""}', '{"event":"workflow_started"'])(
    '%j',
    (junk) => {
      const { heard, observed } = hear([START, 1], [junk, 2])
      expect(heard[1]).toBe('broken')
      expect(observed.result!.outcome.kind).toBe('bad-reply')
      expect(observed.events).toBe(1)
    },
  )

  test('a kind of event that nobody knows is counted, and harms nothing', () => {
    const { observed } = hear([START, 1], [say('brand_new', { text: 'no text' }), 2], [say('agent_log'), 3], [FINISH, 4])
    expect(observed).toMatchObject({ events: 4, unknownEvents: 1, textChunks: 0, result: { outcome: { kind: 'succeeded' } } })
  })

  test.each([
    'reasoning_chunk',
    'parallel_branch_started',
    'parallel_branch_finished',
    'tts_message',
    'tts_message_end',
    'iteration_next',
    'loop_next',
    'human_input_required',
  ])('%s, which other versions send, is known, and is no text', (kind) => {
    const { observed } = hear([START, 1], [say(kind, { text: 'thinking', reasoning: 'thinking' }), 2], [FINISH, 3])
    expect(observed).toMatchObject({ events: 3, unknownEvents: 0, textChunks: 0, result: { outcome: { kind: 'succeeded' } } })
    expect(observed.marks.firstText).toBeUndefined()
  })

  test('fields that older versions had are no trouble, and ids that change in mid-stream are those it began with', () => {
    const { observed } = hear(
      [say('workflow_started', { sequence_number: 12 }), 1],
      [say('node_started', { id: 'a', parallel_id: 'p', parallel_start_node_id: 'a' }, { task_id: 'task-2', workflow_run_id: 'run-2' }), 2],
      [say('workflow_finished', { ...RESULT, sequence_number: 12 }), 3],
    )
    expect(observed).toMatchObject({ taskId: 'task', workflowRunId: 'run', unknownEvents: 0 })
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('an event of kind %s is only unknown', (kind) => {
    expect(hear([say(kind), 1]).observed.unknownEvents).toBe(1)
  })

  test('a detail is one line of at most 200 characters', () => {
    const { observed } = hear([START, 1], [say('error', {}, { message: `a\n\tb ${'x'.repeat(500)}` }), 2])
    expect(observed.result!.outcome.detail).toMatch(/^error event: a b x+…$/)
    expect(observed.result!.outcome.detail).toHaveLength(200)
  })

  test('no JSON at all makes it throw', () => {
    const kinds = fc.constantFrom(
      'workflow_started',
      'workflow_finished',
      'workflow_paused',
      'text_chunk',
      'error',
      'ping',
      'node_started',
      'node_finished',
      'node_retry',
      'iteration_started',
      'iteration_completed',
      'loop_started',
      'loop_completed',
    )
    const keys = fc.constantFrom('text', 'status', 'elapsed_time', 'total_tokens', 'id', 'node_id', 'execution_metadata', 'iteration_id')
    const data = fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.double())))
    const event = fc.oneof(
      fc.jsonValue(),
      fc.record({ event: kinds, data, task_id: fc.jsonValue(), message: fc.jsonValue() }, { requiredKeys: ['event'] }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(1e6)), { maxLength: 12 }), (events) => {
        const observer = createObserver()
        let at = 0
        for (const [value, later] of events) {
          at += later
          observer.hear(JSON.stringify(value), micros(at))
        }
        const { events: counted, textGaps, textChunks, coalescedEvents } = observer.observed()
        expect(counted).toBeLessThanOrEqual(events.length)
        expect(textGaps).toHaveLength(Math.max(0, textChunks - 1))
        expect(coalescedEvents).toBeLessThanOrEqual(Math.max(0, counted - 1))
        JSON.stringify(observer.observed())
      }),
      { numRuns: 500 },
    )
  })
})

/** Data of each event of a recorded stream, whose events all stand on one line. */
const eventsOf = (name: string) =>
  bodyOf(readRecording(name))
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length))

describe('recorded streams', () => {
  const streams = recordingNames().filter((name) => isRun(readRecording(name)) && name.startsWith('run-streaming'))

  test.each(streams)('%s: every kind of event is known, and the run begins before anything else of it', (name) => {
    const events = eventsOf(name)
    const { observed } = hear(...events.map((data, n) => [data, n] as const))
    expect(observed.unknownEvents).toBe(0)
    expect(observed.events).toBe(events.length)
    if (events.length > 0) expect(observed.marks.firstEvent).toBe(0)
    if (events.length > 1) expect(JSON.parse(events[0]!)).toMatchObject({ event: 'workflow_started' })
    for (const { started, finished } of observed.nodes)
      if (started !== undefined && finished !== undefined) expect(finished).toBeGreaterThanOrEqual(started)
  })
})
