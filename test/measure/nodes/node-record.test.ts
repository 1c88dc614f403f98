import { describe, expect, test } from 'vitest'
import type { NodesSummary } from '../../../src/core/nodes-summary.ts'
import { keyed } from '../../../src/core/random.ts'
import type { NodeSpan, Sample } from '../../../src/core/sample.ts'
import { type Micros, micros } from '../../../src/core/units.ts'
import { createNodeRecord } from '../../../src/measure/nodes/node-record.ts'
import { type Shape, sampleOf } from '../../helpers/samples.ts'

interface Leg {
  readonly id: string
  readonly length: number
  readonly more?: Partial<NodeSpan>
}

/** The n-th run: sent at once, 5 ms in the queue, its nodes one after another with 2 ms between, 3 ms after the last. Lengths in ms. */
function run(n: number, legs: readonly Leg[], shape: Shape = {}): Sample {
  const at = micros(n * 100_000)
  let now = 5
  const moment = () => micros(at + now * 1000) as Micros
  const nodes = legs.map(({ id, length, more }): NodeSpan => {
    now += 2
    const started = moment()
    now += length
    return {
      nodeId: id,
      title: `Node ${id}`,
      type: 'code',
      status: 'succeeded',
      started,
      finished: moment(),
      elapsed: micros(length * 1000),
      ...more,
    }
  })
  now += 3
  return sampleOf(n, { at, firstEvent: 5, finished: now, elapsed: micros((now - 5) * 1000), nodes, ...shape })
}

function told(samples: Iterable<Sample>): NodesSummary {
  const record = createNodeRecord((kind) => kind === 'succeeded')
  for (const sample of samples) record.take(sample)
  return record.read()!
}
const many = (count: number, of: (n: number) => Sample) => Array.from({ length: count }, (_, n) => of(n))
/** The same number each time, from 0 to 1, for each n. */
const noise = (n: number) => keyed(7, n)()

describe('the table of nodes', () => {
  test('has lengths, waits and shares, the largest share first', () => {
    const { nodes, runs, overheadShare, endShare } = told(
      many(20, (n) =>
        run(n, [
          { id: 'a', length: 10 },
          { id: 'b', length: 83 },
        ]),
      ),
    )
    expect(runs).toBe(20)
    expect(nodes.map(({ nodeId, title, share }) => [nodeId, title, share])).toEqual([
      ['b', 'Node b', 0.83],
      ['a', 'Node a', 0.1],
    ])
    expect(nodes[0]!.elapsed!.p95).toBeCloseTo(83_000, -2)
    expect(nodes[0]!.wait).toMatchObject({ count: 20, max: 2000 })
    expect([overheadShare, endShare].map((share) => Math.round(share * 100))).toEqual([7, 3])
  })

  test('parts and waits of the critical path and the end make up the whole time', () => {
    const { nodes, endShare } = told(
      many(5, (n) =>
        run(n, [
          { id: 'a', length: 10 + n },
          { id: 'b', length: 40 },
        ]),
      ),
    )
    const sum = nodes.reduce((total, { critical }) => total + critical.share + critical.waitShare, endShare)
    expect(sum).toBeCloseTo(1, 12)
    expect(nodes.every(({ critical }) => critical.runs === 5)).toBe(true)
  })

  test('tokens, model time, and what a node of another status did are told', () => {
    const llm = { tokens: 30, promptTokens: 10, completionTokens: 20, modelTime: micros(38_000), firstToken: micros(9_000) }
    const { nodes } = told(many(4, (n) => run(n, [{ id: 'llm', length: 40, more: llm }])))
    expect(nodes[0]).toMatchObject({
      tokens: 120,
      promptTokens: 40,
      completionTokens: 80,
      modelTime: { count: 4 },
      firstToken: { max: 9000 },
    })
  })

  test('failures, handled failures, retries and nodes cut off are counted over every exchange, times over accepted ones only', () => {
    const good = many(3, (n) => run(n, [{ id: 'a', length: 10, more: { retries: ['timeout', 'connection'] } }]))
    const handled = run(3, [{ id: 'a', length: 10, more: { status: 'exception', error: 'timeout' } }])
    const failed = run(4, [{ id: 'a', length: 500, more: { status: 'failed', error: 'server error' } }], { outcome: 'workflow-failed' })
    const { finished: _, ...open } = run(5, [{ id: 'a', length: 10 }]).nodes[0]!
    const cut = { ...run(5, [], { outcome: 'timed-out' }), nodes: [open] }
    const { nodes, runs } = told([...good, handled, failed, cut])
    expect(runs).toBe(4)
    expect(nodes[0]).toMatchObject({
      executions: 4,
      failed: 1,
      handled: 1,
      cutOff: 1,
      retries: 6,
      errors: { timeout: 4, connection: 3, 'server error': 1 },
      elapsed: { max: 10_000 },
    })
  })

  test('a hundred nodes are told one by one, all others as one', () => {
    const { nodes } = told([
      run(
        0,
        Array.from({ length: 130 }, (_, i) => ({ id: `n${i}`, length: 1 })),
      ),
    ])
    expect(nodes).toHaveLength(101)
    expect(nodes.find(({ title }) => title === 'other nodes')).toMatchObject({ executions: 30, runs: 1 })
  })

  test('runs that told of no node, or were interrupted, are not in it', () => {
    const record = createNodeRecord(() => true)
    record.take(sampleOf(0, { finished: 10 }))
    record.take(run(1, [{ id: 'a', length: 1 }], { outcome: 'interrupted' }))
    expect(record.read()).toBeUndefined()
  })
})

describe('the blame of the tail', () => {
  const slowSometimes = (count: number) =>
    told(
      many(count, (n) =>
        run(n, [
          { id: 'a', length: 20 + 4 * noise(n) },
          { id: 'b', length: 60 + 6 * noise(n + 7777) },
          { id: 'slow', length: n % 20 === 7 ? 400 : 30 },
        ]),
      ),
    )

  test('a node that is slow in 5 % of the runs holds the excess, and is named with its share', () => {
    const tail = slowSometimes(1000).tail!
    expect(tail.runs).toBe(50)
    expect(tail.tailUs - tail.medianUs).toBeGreaterThan(360_000)
    expect(tail.parts[0]).toMatchObject({ kind: 'node', nodeId: 'slow', title: 'Node slow' })
    expect(tail.parts[0]!.share).toBeGreaterThan(0.97)
    expect(tail.parts[0]!.share).toBeLessThan(1.03)
  })

  test('shares sum to the whole excess, and means to the mean response times', () => {
    const tail = slowSometimes(977).tail!
    expect(tail.parts.reduce((sum, { share }) => sum + share, tail.rest)).toBeCloseTo(1, 9)
    expect(tail.parts.reduce((sum, { tailUs }) => sum + tailUs, 0)).toBeCloseTo(tail.tailUs, 3)
    expect(tail.parts.reduce((sum, { medianUs }) => sum + medianUs, 0)).toBeCloseTo(tail.medianUs, 3)
  })

  test('a wait in the queue is blamed on the queue, a wait between two nodes on the wait', () => {
    const queued = told(
      many(400, (n) => (n % 20 === 3 ? late(run(n, [{ id: 'a', length: 20 }]), 300_000) : run(n, [{ id: 'a', length: 20 }]))),
    )
    expect(queued.tail!.parts[0]).toMatchObject({ kind: 'queue' })
    const gap = told(
      many(400, (n) =>
        run(
          n,
          [
            { id: 'a', length: 20 },
            { id: 'b', length: 10, more: {} },
          ].map((leg) => leg),
          {},
        ),
      ).map((s, n) => (n % 20 === 3 ? gapped(s) : s)),
    )
    expect(gap.tail!.parts[0]).toMatchObject({ kind: 'wait', nodeId: 'b' })
  })

  test('with fewer than 100 runs nobody is blamed', () => {
    expect(slowSometimes(99).tail).toBeUndefined()
    expect(slowSometimes(100).tail).toBeDefined()
  })

  test('runs that all took equally long have no excess to share', () => {
    const { tail } = told(many(200, (n) => run(n, [{ id: 'a', length: 20 }])))
    expect(tail!.parts.every(({ share }) => share === 0)).toBe(true)
  })

  test('the runs drawn are one of the middle and one of the tail, whole', () => {
    const { examples } = slowSometimes(1000)
    expect(examples.median!.spans.map(({ nodeId, critical }) => [nodeId, critical])).toEqual([
      ['a', true],
      ['b', true],
      ['slow', true],
    ])
    expect(examples.tail!.responseUs).toBeGreaterThan(examples.median!.responseUs + 350_000)
    expect(examples.median!.spans[0]).toMatchObject({ startUs: 7000 })
  })
})

/** The same run, everything from the first event on later by so much. */
function late(sample: Sample, by: number): Sample {
  const move = (at: Micros | undefined) => micros(at! + by)
  const { marks, nodes } = sample
  return {
    ...sample,
    marks: { ...marks, firstEvent: move(marks.firstEvent), finished: move(marks.finished) },
    nodes: nodes.map((node) => ({ ...node, started: move(node.started), finished: move(node.finished) })),
  }
}

/** The same run, its last node 300 ms later. */
function gapped(sample: Sample): Sample {
  const move = (at: Micros | undefined) => micros(at! + 300_000)
  return {
    ...sample,
    marks: { ...sample.marks, finished: move(sample.marks.finished) },
    elapsed: move(sample.elapsed),
    nodes: sample.nodes.map((node, i) => (i === 1 ? { ...node, started: move(node.started), finished: move(node.finished) } : node)),
  }
}

describe('paths', () => {
  /** Runs of which a share takes the slow branch, more in the second half. */
  const shifting = (count: number, slower = 0) =>
    many(count, (n) => {
      const heavy = noise(n) < (n < count / 2 ? 0.04 : 0.3)
      const speed = 1 + (n < count / 2 ? 0 : slower)
      const branch = heavy
        ? { id: 'heavy', length: speed * (300 + 100 * noise(n + 99)) }
        : { id: 'light', length: speed * (20 + 10 * noise(n + 99)) }
      return run(n, [{ id: 'start', length: 1 }, branch, { id: 'end', length: 1 }])
    })

  test('runs are grouped by the nodes they executed and the rounds of their containers', () => {
    const loop = (n: number, rounds: number) => run(n, [{ id: 'loop', length: 10 * rounds, more: { rounds } }])
    const { paths } = told(many(30, (n) => loop(n, n % 3 === 0 ? 3 : 5)))
    expect(paths.map(({ nodes, count, share }) => [nodes, count, Math.round(share * 100)])).toEqual([
      [[{ nodeId: 'loop', rounds: 5 }], 20, 67],
      [[{ nodeId: 'loop', rounds: 3 }], 10, 33],
    ])
    expect(paths[0]!.p50).toBe(60_000)
  })

  test('a mix of branches that shifts is no change of speed, though the naive p95 says so', () => {
    const p95 = told(shifting(6000)).halves!.find(({ of }) => of === 'p95')!
    expect(p95.second / p95.first).toBeGreaterThan(3)
    expect(Math.abs(p95.adjusted!.second / p95.adjusted!.first - 1)).toBeLessThan(0.05)
    expect(p95.covered).toBe(1)
  })

  test('a change of speed is seen whatever the mix did', () => {
    const p95 = told(shifting(4000, 0.5)).halves!.find(({ of }) => of === 'p95')!
    expect(p95.adjusted!.second / p95.adjusted!.first).toBeGreaterThan(1.4)
  })

  test('halves are told by the order of intention, whatever the order of ends', () => {
    const samples = shifting(2000)
    expect(told(samples.toReversed()).halves).toEqual(told(samples).halves)
  })

  test('one path alone has no halves to compare, and neither have few runs', () => {
    expect(told(many(200, (n) => run(n, [{ id: 'a', length: 10 }]))).halves).toBeUndefined()
    expect(told(shifting(8)).halves).toBeUndefined()
  })

  test('more paths than can be told apart are taken together', () => {
    const { paths } = told(many(1000, (n) => run(n, [{ id: 'it', length: 5, more: { rounds: n % 500 } }])))
    expect(paths).toHaveLength(20)
    expect(paths[0]).toMatchObject({ nodes: [], count: 600 })
  })
})
