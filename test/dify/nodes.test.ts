import { describe, expect, test } from 'vitest'
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
      { nodeId: 'loop', title: 'Loop', type: 'loop', started: ms(0), finished: ms(6), status: 'succeeded', tokens: 4 },
      { nodeId: 'body', title: '', type: '', parent: 'loop', started: ms(1), finished: ms(2), status: 'unknown' },
      { nodeId: 'body', title: '', type: '', parent: 'loop', started: ms(4), finished: ms(5), status: 'unknown' },
    ])
  })

  test('a retry ends an attempt, not the node', () => {
    const spans = spansOf(
      ['node_started', node('a')],
      ['node_retry', node('a', { status: 'retry' })],
      ['node_finished', node('a', { status: 'succeeded' })],
    )
    expect(spans).toMatchObject([{ started: ms(0), finished: ms(2), status: 'succeeded' }])
  })

  test('a node that never finished has neither end nor status; one whose start was not seen has no start', () => {
    const [first, second] = spansOf(['node_started', node('a')], ['node_finished', node('b', { status: 'succeeded' })])
    expect([first!.finished, first!.status]).toEqual([undefined, undefined])
    expect('started' in second!).toBe(false)
    expect(second).toMatchObject({ nodeId: 'node-b', finished: ms(1), status: 'succeeded' })
  })

  test('what is no node event is not taken', () => {
    const spans = createNodeSpans()
    for (const kind of ['text_chunk', 'iteration_next', 'loop_next', 'node_', 'workflow_started'])
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

describe('recorded runs', () => {
  test('four rounds of an iteration are four runs of each node in it, within the container', () => {
    const nodes = recorded('run-streaming-iteration-4')
    const container = nodes.find(({ type }) => type === 'iteration')!
    const inside = nodes.filter(({ parent }) => parent === container.nodeId)
    expect(container).toMatchObject({ status: 'succeeded' })
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
    expect(container.status).toBe('succeeded')
    expect(nodes.filter(({ parent }) => parent === container.nodeId).length).toBeGreaterThan(1)
  })

  test('a node that was tried again and worked is one node that succeeded', () => {
    const tried = recorded('run-streaming-node-retry-ok').filter(({ type }) => type === 'http-request')
    expect(tried).toHaveLength(1)
    expect(tried[0]!.status).toBe('succeeded')
  })

  test('a node that failed says so, and the tokens of a model stand at its node', () => {
    expect(recorded('run-streaming-failed-node').at(-1)!.status).toBe('failed')
    const model = recorded('run-streaming-llm').find(({ type }) => type === 'llm')!
    expect(model.tokens).toBeGreaterThan(0)
    expect(model.elapsed).toBeGreaterThan(0)
  })
})
