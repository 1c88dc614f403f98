import { describe, expect, test } from 'vitest'
import { nodeError } from '../../src/dify/node-error.ts'
import { createNodeSpans } from '../../src/dify/nodes.ts'
import { createObserver } from '../../src/dify/observe.ts'
import { bodyOf, readRecording } from '../helpers/recordings.ts'
import { ms } from '../helpers/samples.ts'

type Said = readonly [kind: string, data: Readonly<Record<string, unknown>>]
function spansOf(...events: readonly Said[]) {
  const spans = createNodeSpans()
  events.forEach(([kind, data], n) => {
    spans.hear(kind, data, ms(n))
  })
  return spans.list()
}
const node = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  node_id: `node-${id}`,
  node_type: 'code',
  title: `Title ${id}`,
  ...more,
})

describe('nodes', () => {
  test('a node has its identity, both moments, and what the server says of it', () => {
    const done = node('a', { status: 'succeeded', elapsed_time: 0.25, execution_metadata: { total_tokens: 12 } })
    expect(spansOf(['node_started', node('a')], ['node_finished', done])).toEqual([
      {
        nodeId: 'node-a',
        title: 'Title a',
        type: 'code',
        started: ms(0),
        finished: ms(1),
        status: 'succeeded',
        elapsed: 250_000,
        tokens: 12,
      },
    ])
  })

  test('nodes side by side are told apart by their execution, and listed as they started', () => {
    const spans = spansOf(
      ['node_started', node('a')],
      ['node_started', node('b')],
      ['node_finished', node('b', { status: 'failed' })],
      ['node_finished', node('a', { status: 'succeeded' })],
    )
    expect(spans.map(({ nodeId, started, finished, status }) => [nodeId, started, finished, status])).toEqual([
      ['node-a', ms(0), ms(3), 'succeeded'],
      ['node-b', ms(1), ms(2), 'failed'],
    ])
  })

  test('a node in a loop runs many times under one node id', () => {
    const inLoop = (id: string) => ({ id, node_id: 'body', loop_id: 'loop' })
    const container = { id: 'loop', node_id: 'loop', title: 'Loop', node_type: 'loop' }
    const spans = spansOf(
      ['loop_started', container],
      ['node_started', inLoop('1')],
      ['node_finished', inLoop('1')],
      ['loop_next', container],
      ['node_started', inLoop('2')],
      ['node_finished', inLoop('2')],
      ['loop_completed', { ...container, id: 'another', status: 'succeeded', total_tokens: 4 }],
    )
    expect(spans).toEqual([
      { nodeId: 'loop', title: 'Loop', type: 'loop', started: ms(0), finished: ms(6), status: 'succeeded', tokens: 4, rounds: 2 },
      { nodeId: 'body', title: '', type: '', parent: 'loop', round: 0, started: ms(1), finished: ms(2), status: 'unknown' },
      { nodeId: 'body', title: '', type: '', parent: 'loop', round: 1, started: ms(4), finished: ms(5), status: 'unknown' },
    ])
  })

  test('a retry ends an attempt, not the node, and leaves what kind of error it was', () => {
    const spans = spansOf(
      ['node_started', node('a')],
      ['node_retry', node('a', { status: 'retry', error: 'Read timed out.' })],
      ['node_retry', node('a', { status: 'retry' })],
      ['node_finished', node('a', { status: 'succeeded' })],
    )
    expect(spans).toMatchObject([{ started: ms(0), finished: ms(3), status: 'succeeded', retries: ['timeout', 'other'] }])
    expect(spans[0]!.error).toBeUndefined()
  })

  test('rounds of an iteration side by side are told by their ends, since all are announced before', () => {
    const each = (id: string, round?: number) => ({
      id,
      node_id: 'body',
      iteration_id: 'it',
      ...(round !== undefined && { execution_metadata: { iteration_index: round } }),
    })
    const it = { id: 'it', node_id: 'it', node_type: 'iteration' }
    const spans = spansOf(
      ['iteration_started', it],
      ['iteration_next', { ...it, index: 0 }],
      ['iteration_next', { ...it, index: 1 }],
      ['node_started', each('x')],
      ['node_started', each('y')],
      ['node_finished', each('y', 1)],
    )
    expect(spans.map(({ rounds, round, finished }) => [rounds, round, finished])).toEqual([
      [2, undefined, undefined],
      [undefined, undefined, undefined],
      [undefined, 1, ms(5)],
    ])
  })

  test('an iteration over nothing has no round', () => {
    expect(spansOf(['iteration_started', node('it')], ['iteration_completed', node('it', { status: 'succeeded' })])[0]!.rounds).toBe(0)
  })

  test('a node in an iteration whose rounds were not announced is in no known round', () => {
    const it = { id: 'it', node_id: 'it' }
    const [, body] = spansOf(['iteration_started', it], ['node_started', { id: '1', node_id: 'body', iteration_id: 'it' }])
    expect(body).toMatchObject({ nodeId: 'body', parent: 'it' })
    expect(body).not.toHaveProperty('round')
  })

  test('a loop within an iteration is the parent of what runs in it, though its events name both', () => {
    const [, loop, inner] = spansOf(
      ['iteration_started', { id: 'it', node_id: 'it' }],
      ['iteration_next', { id: 'it', node_id: 'it' }],
      ['loop_started', { id: 'lp', node_id: 'lp', iteration_id: 'it' }],
      ['node_started', { id: '1', node_id: 'body', iteration_id: 'it', loop_id: 'lp' }],
    )
    expect([loop!.parent, inner!.parent]).toEqual(['it', 'lp'])
  })

  test('the order of events that one read brought is kept, and only of those', () => {
    const spans = createNodeSpans()
    spans.hear('node_started', node('a'), ms(1))
    spans.hear('node_finished', node('a'), ms(2))
    spans.hear('node_started', node('b'), ms(2))
    spans.hear('node_started', node('c'), ms(3))
    spans.hear('node_finished', node('c'), ms(3))
    expect(spans.list().map(({ order }) => order)).toEqual([[0, 1], [2], undefined])
  })

  test('what a model says of its work is kept at its node, not where an end node hands it on', () => {
    const usage = { prompt_tokens: 7, completion_tokens: 24, latency: 1.409, time_to_first_token: 0.924 }
    const spans = spansOf(
      ['node_finished', node('llm', { outputs: { usage }, execution_metadata: { total_tokens: 31 } })],
      ['node_finished', node('end', { outputs: { usage }, execution_metadata: null })],
    )
    expect(spans[0]).toMatchObject({ tokens: 31, promptTokens: 7, completionTokens: 24, modelTime: 1_409_000, firstToken: 924_000 })
    expect(spans[1]!.promptTokens).toBeUndefined()
  })

  test('a failure that the workflow handles is an exception, with the kind of error', () => {
    const [span] = spansOf(['node_finished', node('a', { status: 'exception', error: 'HTTP 503 Service Unavailable' })])
    expect(span).toMatchObject({ status: 'exception', error: 'server error' })
  })

  test('servers that say which node came before are believed', () => {
    expect(spansOf(['node_started', node('b', { predecessor_node_id: 'a' })])[0]!.after).toBe('a')
  })

  test('a node that never finished has neither end nor status; one whose start was not seen has no start', () => {
    const [first, second] = spansOf(['node_started', node('a')], ['node_finished', node('b', { status: 'succeeded' })])
    expect([first!.finished, first!.status]).toEqual([undefined, undefined])
    expect('started' in second!).toBe(false)
    expect(second).toMatchObject({ nodeId: 'node-b', finished: ms(1), status: 'succeeded' })
  })

  test('what is no node event is not taken', () => {
    const spans = createNodeSpans()
    for (const kind of ['text_chunk', 'iteration_', 'loop_', 'node_', 'workflow_started'])
      expect(spans.hear(kind, node('a'), ms(0))).toBe(false)
    expect(spans.list()).toEqual([])
  })
})

function recorded(name: string) {
  const observer = createObserver()
  const lines = bodyOf(readRecording(name)).toString('utf8').split('\n')
  for (const [n, line] of lines.filter((line) => line.startsWith('data: ')).entries()) observer.hear(line.slice(6), ms(n))
  return observer.observed().nodes
}

describe('kinds of error', () => {
  test.each([
    ['[Errno 111] Connection refused', 'connection'],
    ['Server disconnected without sending a response.', 'connection'],
    ['Connection timed out', 'timeout'],
    ['model overloaded', 'rate limit'],
    ['Error code: 429 - server error', 'rate limit'],
    ['Access denied due to invalid subscription key or wrong API endpoint: 401 Unauthorized', 'authentication'],
    ['502 Bad Gateway', 'server error'],
    ['Variable text not found', 'bad input'],
    ['', 'other'],
  ])('%j is of the kind %s', (message, kind) => {
    expect(nodeError(message)).toBe(kind)
  })
})

describe('recorded runs', () => {
  test('four rounds of an iteration are four runs of each node in it, within the container', () => {
    const nodes = recorded('run-streaming-iteration-4')
    const container = nodes.find(({ type }) => type === 'iteration')!
    const inside = nodes.filter(({ parent }) => parent === container.nodeId)
    expect(container).toMatchObject({ status: 'succeeded', rounds: 4 })
    expect(inside.map(({ round }) => round)).toEqual([0, 1, 2, 3])
    expect(inside.length).toBeGreaterThanOrEqual(4)
    expect(inside.length % 4).toBe(0)
    for (const { started, finished } of inside) {
      expect(started).toBeGreaterThan(container.started!)
      expect(finished).toBeLessThan(container.finished!)
    }
  })

  test('a loop likewise', () => {
    const nodes = recorded('run-streaming-loop')
    const container = nodes.find(({ type }) => type === 'loop')!
    expect(container).toMatchObject({ status: 'succeeded', rounds: 3 })
    expect(nodes.filter(({ parent }) => parent === container.nodeId).length).toBeGreaterThan(1)
  })

  test('a node that was tried again and worked is one node that succeeded', () => {
    const tried = recorded('run-streaming-node-retry-ok').filter(({ type }) => type === 'http-request')
    expect(tried).toHaveLength(1)
    expect(tried[0]).toMatchObject({ status: 'succeeded', retries: ['connection'] })
  })

  test('a node that failed says so, and the tokens of a model stand at its node', () => {
    expect(recorded('run-streaming-failed-node').at(-1)!.status).toBe('failed')
    expect(recorded('run-streaming-partial-fail-branch').filter(({ status }) => status === 'exception')).toHaveLength(1)
    const model = recorded('run-streaming-llm').find(({ type }) => type === 'llm')!
    expect(model.tokens).toBeGreaterThan(0)
    expect(model.elapsed).toBeGreaterThan(0)
  })
})
