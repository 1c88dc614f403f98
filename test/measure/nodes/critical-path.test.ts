import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeSpan } from '../../../src/core/sample.ts'
import { micros } from '../../../src/core/units.ts'
import { anatomyOf } from '../../../src/measure/nodes/anatomy.ts'
import { divide } from '../../../src/measure/nodes/division.ts'
import { ms, sampleOf } from '../../helpers/samples.ts'

/** A node whose two events arrived at these milliseconds; `elapsed` is what lies between where nothing else is told. */
const node = (nodeId: string, started: number, finished: number | undefined, more: Partial<NodeSpan> = {}): NodeSpan => ({
  nodeId,
  title: nodeId.toUpperCase(),
  type: 'code',
  started: ms(started),
  ...(finished !== undefined && { finished: ms(finished), status: 'succeeded', elapsed: ms(finished - started) }),
  ...more,
})

/** A run that began at 10 ms and ended at `end`, with these nodes. */
const run = (end: number, ...nodes: readonly NodeSpan[]) => sampleOf(0, { firstEvent: 10, finished: end, elapsed: ms(end - 10), nodes })
const steps = (end: number, ...nodes: readonly NodeSpan[]) =>
  anatomyOf(run(end, ...nodes))!.path.map(({ kind, timed, from, to }) =>
    [kind === 'node' ? timed!.node.nodeId : kind === 'wait' ? `→${timed!.node.nodeId}` : 'end', from / 1000, to / 1000].join(' '),
  )
const spans = (end: number, ...nodes: readonly NodeSpan[]) =>
  anatomyOf(run(end, ...nodes))!.timeline.timed.map(({ node: { nodeId }, start, finish }) => `${nodeId} ${start / 1000} ${finish / 1000}`)

describe('the critical path', () => {
  test('of a chain is the chain, with the waits between', () => {
    expect(steps(100, node('a', 12, 20), node('b', 25, 90))).toEqual(['→a 10 12', 'a 12 20', '→b 20 25', 'b 25 90', 'end 90 100'])
  })

  test('takes the branch that ended last before the join', () => {
    const path = steps(100, node('a', 10, 20), node('b', 20, 40), node('c', 20, 70), node('join', 72, 100))
    expect(path).toEqual(['a 10 20', 'c 20 70', '→join 70 72', 'join 72 100'])
  })

  test('stays in its branch where the other ended later than the next node began', () => {
    const path = steps(100, node('a', 10, 20), node('b1', 20, 40), node('c', 20, 95), node('b2', 41, 100))
    expect(path).toEqual(['a 10 20', 'b1 20 40', '→b2 40 41', 'b2 41 100'])
  })

  test('believes a server that names the node before', () => {
    const nodes = [node('a', 10, 20), node('b1', 20, 40), node('c1', 20, 41)]
    expect(steps(100, ...nodes, node('b2', 42, 100))).toContain('c1 20 41')
    expect(steps(100, ...nodes, node('b2', 42, 100, { after: 'b1' }))).toEqual(['a 10 20', 'b1 20 40', '→b2 40 42', 'b2 42 100'])
  })

  test('goes through the rounds of an iteration; between its nodes the iteration itself is told', () => {
    const inside = (id: string, from: number, to: number, round: number) => node(id, from, to, { parent: 'it', round })
    const nodes = [node('it', 10, 90, { rounds: 2 }), inside('x', 12, 30, 0), inside('x', 35, 88, 1)]
    expect(steps(90, ...nodes)).toEqual(['it 10 12', 'x 12 30', 'it 30 35', 'x 35 88', 'it 88 90'])
  })

  test('of rounds side by side follows the round that ended last', () => {
    const inside = (id: string, from: number, to: number, round: number) => node(id, from, to, { parent: 'it', round })
    const path = steps(
      100,
      node('it', 10, 100, { rounds: 2 }),
      inside('x', 10, 40, 0),
      inside('x', 10, 41, 1),
      inside('y', 42, 95, 0),
      inside('y', 43, 60, 1),
    )
    expect(path).toEqual(['x 10 40', 'it 40 42', 'y 42 95', 'it 95 100'])
  })

  test('of rounds side by side that were told of only as they ended pushes nothing out of its place', () => {
    // As a real server (1.14.2) told of a parallel iteration: both events of a node at its end.
    const inside = (started: number, finished: number, elapsed: number, round: number) =>
      node('x', started, finished, { parent: 'it', round, elapsed: ms(elapsed) })
    const nodes = [
      node('a', 12, 22),
      node('it', 30, 690, { rounds: 3 }),
      inside(540, 551, 285, 1),
      inside(572, 579, 298, 0),
      inside(668, 673, 450, 2),
      node('b', 695, 700),
    ]
    expect(spans(700, ...nodes)).toEqual(['a 12 22', 'it 30 690', 'x 266 551', 'x 281 579', 'x 223 673', 'b 695 700'])
    const path = ['→a 10 12', 'a 12 22', '→it 22 30', 'it 30 223', 'x 223 673', 'it 673 690', '→b 690 695', 'b 695 700']
    expect(steps(700, ...nodes)).toEqual(path)
    // A place for two at once: the third began where the first had ended.
    const two = [node('it', 10, 100, { rounds: 3 }), inside(40, 41, 30, 0), inside(60, 61, 50, 1), inside(99, 100, 58, 2)]
    expect(steps(100, ...two)).toEqual(['it 10 11', 'x 11 41', 'it 41 42', 'x 42 100'])
  })

  test('of a run that was cut off ends in the node that was running longest; of one that failed, in the node that failed', () => {
    const cut = [node('a', 10, 20), node('slow', 21, undefined), node('late', 30, undefined)]
    expect(steps(100, ...cut)).toEqual(['a 10 20', '→slow 20 21', 'slow 21 100'])
    expect(steps(100, ...cut, node('bad', 40, 95, { status: 'failed' })).at(-2)).toBe('bad 40 95')
  })

  test('two events of one read are taken in the order of the stream', () => {
    const together = (began: number, ended: number) =>
      steps(90, node('a', 10, 50, { order: [0, ended] }), node('beside', 12, 70), node('b', 50, 90, { order: [began, 5] }))
    expect(together(3, 2)).toEqual(['a 10 50', 'b 50 90'])
    // It had begun before the other ended, so it cannot have waited for it.
    expect(together(2, 3)).toEqual(['→b 10 50', 'b 50 90'])
  })

  test('an iteration that runs twice has each time its own nodes', () => {
    const twice = [
      node('lp', 10, 90, { rounds: 2 }),
      ...[10, 50].flatMap((from, round) => [
        node('it', from, from + 40, { parent: 'lp', round, rounds: 1 }),
        node('x', from + 10, from + 30, { parent: 'it', round: 0 }),
      ]),
    ]
    expect(steps(90, ...twice)).toEqual(['it 10 20', 'x 20 40', 'it 40 50', 'it 50 60', 'x 60 80', 'it 80 90'])
    expect(anatomyOf(run(90, ...twice))!.executions.map(({ self }) => self / 1000)).toEqual([0, 20, 20, 20, 20])
  })

  test('is one wait where no node is known', () => {
    expect(steps(100)).toEqual(['end 10 100'])
  })

  test('a node that names itself or a stranger as its container does no harm', () => {
    expect(steps(50, node('a', 10, 50, { parent: 'a' }))).toEqual(['a 10 50'])
    expect(steps(50, node('a', 10, 50, { parent: 'stranger' }))).toEqual(['a 10 50'])
    expect(steps(50, node('a', 10, 50, { parent: 'b' }), node('b', 12, 40, { parent: 'a' })).length).toBeGreaterThan(0)
  })
})

test('containers in containers without end are followed only so far', () => {
  const nested = Array.from({ length: 20_000 }, (_, i) => node(`n${i}`, 10, undefined, i > 0 ? { parent: `n${i - 1}` } : {}))
  expect(steps(100, ...nested)).toEqual(['n20 10 100'])
})

describe('the time line', () => {
  test('a start event that came late does not shorten its node: the server says how long it took', () => {
    expect(spans(100, node('a', 60, 95, { elapsed: ms(80) }))).toEqual(['a 15 95'])
  })

  test('nodes whose events were held back and came in one read lie one after another, not upon each other', () => {
    const held = (id: string, elapsed: number, order: readonly [number, number]) => node(id, 100, 100, { elapsed: ms(elapsed), order })
    expect(spans(100, held('a', 20, [0, 1]), held('b', 30, [2, 3]), held('c', 10, [4, 5]))).toEqual(['a 40 60', 'b 60 90', 'c 90 100'])
  })

  test('nodes side by side stay side by side, though their events came in one read', () => {
    const held = (id: string, elapsed: number, order: readonly [number, number]) => node(id, 100, 100, { elapsed: ms(elapsed), order })
    expect(spans(100, held('a', 20, [0, 2]), held('b', 30, [1, 3]))).toEqual(['a 80 100', 'b 70 100'])
  })

  test('an elapsed time longer than the whole run is not believed', () => {
    expect(spans(100, node('a', 40, 90, { elapsed: ms(5000) }))).toEqual(['a 40 90'])
  })

  test('a run whose last event came late ended when its own elapsed time says', () => {
    const { timeline } = anatomyOf(sampleOf(0, { firstEvent: 10, finished: 150, elapsed: ms(100), nodes: [node('a', 10, 105)] }))!
    expect([timeline.began, timeline.ended]).toEqual([ms(10), ms(110)])
  })
})

describe('waits, own time, overhead', () => {
  test('an iteration’s own time is without the nodes in it, and a wait counts from the node before', () => {
    const nodes = [node('a', 10, 20), node('it', 25, 95, { rounds: 1 }), node('x', 30, 90, { parent: 'it', round: 0 })]
    const { executions, union, overhead } = anatomyOf(run(100, ...nodes))!
    expect(executions.map(({ wait, self }) => [wait / 1000, self / 1000])).toEqual([
      [0, 10],
      [5, 10],
      [5, 60],
    ])
    expect([union, overhead]).toEqual([ms(80), ms(10)])
  })
})

const anyNode = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'it', 'lp'),
    started: fc.integer({ min: 0, max: 200 }),
    length: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
    elapsed: fc.integer({ min: 0, max: 400 }),
    parent: fc.option(fc.constantFrom('a', 'it', 'lp', 'gone'), { nil: undefined }),
    round: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    status: fc.constantFrom('succeeded', 'failed', 'exception'),
  })
  .map(({ id, started, length, elapsed, parent, round, status }) =>
    node(id, started, length === undefined ? undefined : started + length, {
      ...(length !== undefined && { elapsed: ms(elapsed), status }),
      ...(parent !== undefined && { parent }),
      ...(round !== undefined && { round }),
    }),
  )

test('whatever nodes a server tells of, path and parts cover the run without hole or overlap, and union and overhead make it up', () => {
  fc.assert(
    fc.property(
      fc.array(anyNode, { maxLength: 12 }),
      fc.integer({ min: 11, max: 300 }),
      fc.integer({ min: 0, max: 400 }),
      (nodes, end, elapsed) => {
        const sample = sampleOf(0, {
          firstEvent: 10,
          finished: end,
          elapsed: ms(elapsed),
          nodes: nodes.toSorted((a, b) => a.started! - b.started!),
        })
        const anatomy = anatomyOf(sample)!
        const { began, ended, timed } = anatomy.timeline
        let at: number = began
        for (const { from, to } of anatomy.path) {
          expect(from).toBe(at)
          at = to
        }
        expect(at).toBe(ended)
        expect(anatomy.union + anatomy.overhead).toBe(micros(ended - began))
        for (const { start, finish } of timed) expect(began <= start && start <= finish && finish <= ended).toBe(true)
        for (const { wait, self } of anatomy.executions) expect(Math.min(wait, self)).toBeGreaterThanOrEqual(0)
        expect(divide(sample, anatomy)!.reduce((sum, { length }) => sum + length, 0)).toBe(ms(end))
      },
    ),
  )
})
