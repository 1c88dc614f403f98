import { describe, expect, test } from 'vitest'
import type { MixComparison, NodeSummary, NodesSummary, RunExample, TailBlame, TailPart } from '../../src/core/nodes-summary.ts'
import type { PhaseSummary } from '../../src/core/phase-summary.ts'
import { inside } from '../../src/report/nodes/section.ts'
import { blameSentence, mixSentences } from '../../src/report/nodes/sentences.ts'
import { nodeTable, pathTable } from '../../src/report/nodes/tables.ts'
import { nodeLines } from '../../src/report/nodes/text.ts'
import { nodeViews } from '../../src/report/nodes/view.ts'

const node = (nodeId: string, over: Partial<NodeSummary> = {}): NodeSummary => ({
  nodeId,
  title: `Node ${nodeId}`,
  type: 'code',
  runs: 200,
  executions: 200,
  elapsed: { count: 200, mean: 80_000, p50: 78_000, p95: 120_000, max: 400_000 },
  wait: { count: 200, mean: 2000, p50: 2000, p95: 3000, max: 9000 },
  share: 0.5,
  critical: { runs: 150, share: 0.4, waitShare: 0.05 },
  tokens: 0,
  promptTokens: 0,
  completionTokens: 0,
  failed: 0,
  handled: 0,
  cutOff: 0,
  retries: 0,
  errors: {},
  ...over,
})
const part = (kind: TailPart['kind'], share: number, nodeId?: string): TailPart => ({
  kind,
  share,
  medianUs: 1,
  tailUs: 2,
  ...(nodeId !== undefined && { nodeId, title: `Node ${nodeId}` }),
})
const blame = (parts: readonly TailPart[], over: Partial<TailBlame> = {}): TailBlame => ({
  runs: 10,
  fromUs: 400_000,
  medianUs: 150_000,
  tailUs: 530_000,
  parts,
  rest: 0,
  ...over,
})
const example = (over: Partial<RunExample> = {}): RunExample => ({
  seq: 7,
  responseUs: 160_000,
  beganUs: 12_000,
  endedUs: 158_000,
  spans: [
    { nodeId: 'a', title: 'Node a', type: 'code', status: 'succeeded', startUs: 14_000, finishUs: 90_000, critical: true },
    { nodeId: 'b', title: '', type: 'code', startUs: 20_000, finishUs: 40_000, critical: false, parent: 'a', round: 2 },
  ],
  left: 0,
  ...over,
})
const summary = (over: Partial<NodesSummary> = {}): NodesSummary => ({
  runs: 200,
  nodes: [node('a')],
  overheadShare: 0.08,
  endShare: 0.02,
  paths: [{ nodes: [{ nodeId: 'a' }], count: 200, share: 1, p50: 150_000, p95: 300_000, values: [] }],
  examples: {},
  ...over,
})
const phases = (...all: readonly (NodesSummary | 'blocking')[]) =>
  all.map((nodes, at) => {
    const phase = nodes === 'blocking' ? { mode: 'blocking' } : { mode: 'streaming', nodes }
    return [`phase ${at}`, phase as unknown as PhaseSummary] as const
  })
const ROOM = { room: { phases: 6, rows: 40 }, heldBack: new Set<string>() }

describe('a percentile of few runs', () => {
  const few = (count: number) =>
    summary({ nodes: [node('a', { elapsed: { count, mean: 80_000, p50: 78_000, p95: 120_000, max: 400_000 } })] })
  const cells = (count: number) => {
    const { head, rows } = nodeTable(few(count), 9)
    return ['elapsed p50', 'p95'].map((name) => rows[0]![head.indexOf(name)])
  }
  test.each([
    [3, ['~78.0 ms', '~120 ms']],
    [6, ['78.0 ms', '~120 ms']],
    [58, ['78.0 ms', '~120 ms']],
    [59, ['78.0 ms', '120 ms']],
  ])('of %i is marked where it has no interval', (count, marked) => expect(cells(count)).toEqual(marked))
  test('is explained below the table, on the page and in the text, and only where there is one', () => {
    const page = (count: number) => inside(nodeViews(phases(few(count)), ROOM)).markup
    const text = (count: number) =>
      nodeLines(nodeViews(phases(few(count)), ROOM), 100)
        .join(' ')
        .replace(/\s+/g, ' ')
    for (const told of [page(3), text(3)])
      expect(told).toContain('~ stands before a percentile of few values (a p50 of fewer than 6, a p95 of fewer than 59)')
    for (const told of [page(200), text(200)]) expect(told).not.toContain('~')
  })
})

describe('the blame of the tail in words', () => {
  test('names the node with its share, then what else is worth a name', () => {
    const tail = blame([part('node', 0.83, 'slow'), part('queue', 0.1), part('wait', 0.06, 'b'), part('end', 0.01)])
    expect(blameSentence(summary({ tail }))).toBe(
      'The slowest 5 % (10 runs, from 400 ms on) took 530 ms on average, 380 ms more than the median run. 83 % of that lies in node “Node slow”, 10 % lies in the wait until the server began the run, 6 % lies in the wait before node “Node b”.',
    )
  })

  test('names nobody where nothing stands out, where there is no tail, and where runs are too few', () => {
    expect(blameSentence(summary({ tail: blame(Array.from({ length: 30 }, (_, i) => part('node', 0.03, `n${i}`))) }))).toMatch(
      /It lies in no single place\.$/,
    )
    expect(blameSentence(summary({ tail: blame([part('node', 1, 'a')], { tailUs: 152_000 }) }))).toMatch(/hardly more than the median run/)
    expect(blameSentence(summary({ runs: 42 }))).toBe(
      'Too few runs to say where the slowest 5 % lost their time: 42 of the 100 that it takes.',
    )
  })

  test('says where a part holds more than all, since others were shorter', () => {
    expect(blameSentence(summary({ tail: blame([part('node', 1.03, 'a'), part('queue', -0.03)]) }))).toMatch(
      /More than all of that \(103 %\) lies in node “Node a”\.$/,
    )
  })

  test.each([
    ['before-sent', /before the request was sent/],
    ['end', /after the last node/],
    ['delivery', /way back to the client/],
  ] as const)('%s has words', (kind, words) => {
    expect(blameSentence(summary({ tail: blame([part(kind, 1)]) }))).toMatch(words)
  })
})

describe('the mix of paths in words', () => {
  const mixSentence = (half: MixComparison, z = 8) =>
    mixSentences({ halves: [half], shift: { name: 'with A', first: 0.1, second: 0.3, z } })[0]

  test('where the shares of paths differ no more than by chance, nothing is put down to them', () => {
    expect(mixSentence(mix(100_000, 300_000, [250_000, 252_000]), -2)).toBeUndefined()
    expect(mixSentences({ halves: [mix(100_000, 300_000)] })).toEqual([])
  })

  const mix = (first: number, second: number, adjusted?: readonly [number, number], covered = 1): MixComparison => ({
    of: 'p95',
    first,
    second,
    covered,
    ...(adjusted && { adjusted: { first: adjusted[0], second: adjusted[1] } }),
  })

  test('a change of mix is not read as a change of speed', () => {
    expect(mixSentence(mix(100_000, 300_000, [250_000, 252_000]))).toBe(
      'From the first to the second half p95 went from 100 ms to 300 ms (+200 %); with each path weighed alike in both from 250 ms to 252 ms (+0.800 %). Runs took other paths, and each path was as fast as before.',
    )
  })

  test.each([
    [mix(100_000, 150_000, [100_000, 148_000]), /speed of the paths themselves/],
    [mix(100_000, 200_000, [100_000, 120_000]), /Most of the change is the mix/],
    [mix(100_000, 101_000, [100_000, 140_000]), /the mix of paths hid it/],
    [mix(100_000, 200_000, [100_000, 101_000], 0.6), /60 % of runs whose path was taken in both/],
    [mix(100_000, 200_000, undefined, 0), /cannot be told from mix/],
  ])('%#', (comparison, words) => expect(mixSentence(comparison)).toMatch(words))

  test('where neither changed there is nothing to tell', () => {
    expect(mixSentence(mix(100_000, 102_000, [100_000, 101_000]))).toBeUndefined()
  })
})

describe('the table of nodes', () => {
  test('leaves out columns that say nothing of any node', () => {
    expect(nodeTable(summary(), 10).head).toEqual([
      'Node',
      'type',
      'ran in',
      'elapsed p50',
      'p95',
      'wait p50',
      'p95',
      'share',
      'on the critical path',
    ])
    const busy = node('m', {
      executions: 600,
      tokens: 5,
      promptTokens: 3,
      completionTokens: 2,
      modelTime: { count: 1, mean: 1, p50: 1, p95: 1, max: 1 },
      firstToken: { count: 1, mean: 1, p50: 1, p95: 1, max: 1 },
      failed: 1,
      handled: 2,
      retries: 3,
      cutOff: 4,
      errors: { timeout: 2, connection: 4 },
    })
    const { head, rows } = nodeTable(summary({ nodes: [busy] }), 10)
    expect(head).toHaveLength(20)
    expect(rows[0]!.slice(-5)).toEqual(['1', '2', '3', '4', 'connection 4, timeout 2'])
    expect(rows[0]![3]).toBe('3.00')
  })

  test('names a node with its container, and by its id where it has no title', () => {
    const nodes = [node('it', { title: 'Each' }), node('in', { parent: 'it' }), node('plain', { title: '' })]
    expect(nodeTable(summary({ nodes }), 10).rows.map(([name]) => name)).toEqual(['Each', 'Each › Node in', 'plain'])
  })
})

test('paths are named by what not all of them have', () => {
  const path = (...nodes: readonly { nodeId: string; rounds?: number }[]) => ({
    nodes,
    count: 50,
    share: 0.25,
    p50: 100_000,
    p95: 200_000,
    values: [],
  })
  const paths = [path({ nodeId: 'a' }, { nodeId: 'b' }), path({ nodeId: 'a' }), path({ nodeId: 'a' }, { nodeId: 'it', rounds: 3 }), path()]
  const names = pathTable(summary({ nodes: [node('a'), node('b'), node('it', { title: 'Each' })], paths })).rows.map(([name]) => name)
  expect(names).toEqual(['with Node b', 'only what every run executed', 'with Each × 3', 'rarer paths together'])
})

describe('the section', () => {
  const markup = (...all: readonly (NodesSummary | 'blocking')[]) => inside(nodeViews(phases(...all), ROOM)).markup

  test('draws a median and a slow run on one axis', () => {
    const page = markup(summary({ examples: { median: example(), tail: example({ responseUs: 900_000 }) } }))
    // Drawn alone, the median run would end at 200 ms.
    expect([...page.matchAll(/>(\d+ m?s)<\/text>/g)].map(([, tick]) => tick)).toEqual(['500 ms', '500 ms'])
    expect(page).toContain('Node a › b, round 3: 20.0 ms')
    expect(page.match(/class="part onPath"/g)).toHaveLength(4)
  })

  test('says of blocking phases that replies tell of no nodes', () => {
    expect(markup('blocking')).toContain('A blocking reply tells nothing of single nodes')
    expect(markup(summary())).not.toContain('blocking')
  })

  test('says where a proxy held events back that waits are not to be believed', () => {
    const page = inside(nodeViews(phases(summary(), summary()), { ...ROOM, heldBack: new Set(['phase 1']) })).markup
    expect(page.match(/Their events were held back on the way/g)).toHaveLength(1)
    expect(page.indexOf('Their events were held back')).toBeGreaterThan(page.indexOf('phase 1'))
  })

  test('names the node that failed where every run failed, and says nothing of times', () => {
    const nodes = [node('a', { failed: 10, retries: 20, errors: { connection: 30 } }), node('b')].map((one) => ({
      ...one,
      runs: 0,
      share: 0,
    }))
    const views = nodeViews(phases(summary({ runs: 0, nodes, paths: [] })), ROOM)
    const sentence = 'Of all runs, accepted or not: node “Node a” failed 10 times, was tried again 20 times (connection 30).'
    const page = inside(views).markup
    expect(page).toContain(sentence)
    expect(page).toContain('No run was accepted')
    expect(page).not.toMatch(/slowest 5 %|0 %/)
    const text = nodeLines(views, 80).join(' ').replace(/\s+/g, ' ')
    expect(text).toContain(sentence)
    expect(text).toContain('No run was accepted')
  })

  test('tells of failures beside accepted runs too, the most troubled node first', () => {
    const nodes = [node('a', { cutOff: 1 }), ...Array.from({ length: 6 }, (_, i) => node(`b${i}`, { handled: 2 }))]
    const text = nodeLines(nodeViews(phases(summary({ nodes })), ROOM), 80)
      .join(' ')
      .replace(/\s+/g, ' ')
    expect(text).toContain('node “Node b0” failed and was handled 2 times; ')
    expect(text).toContain('; and 2 more nodes.')
    expect(nodeLines(nodeViews(phases(summary()), ROOM), 80).join(' ')).not.toContain('accepted or not')
  })

  test('is not there where nothing was measured, and says how many phases it leaves out', () => {
    expect(inside(nodeViews([], ROOM)).markup).toBe('')
    expect(inside(nodeViews(phases(summary(), summary(), summary()), { ...ROOM, room: { phases: 1, rows: 5 } })).markup).toContain(
      'The nodes of 2 more phases are in run.json.',
    )
  })

  test('of a workflow with hundreds of long names stays small', () => {
    const long = 'x'.repeat(200)
    const nodes = Array.from({ length: 101 }, (_, i) =>
      node(`${long}${i}`, { title: long, type: long, parent: long, errors: { timeout: 1 }, tokens: 1 }),
    )
    const paths = Array.from({ length: 20 }, () => ({
      nodes: nodes.map(({ nodeId }) => ({ nodeId })),
      count: 1,
      share: 0.05,
      p50: 1,
      p95: 1,
      values: [],
    }))
    const spans = Array.from({ length: 60 }, () => ({ ...example().spans[0]!, title: long, type: long, status: long }))
    const large = summary({ nodes, paths, examples: { median: example({ spans }), tail: example({ spans }) } })
    expect(markup(...Array.from({ length: 40 }, () => large)).length).toBeLessThan(400_000)
  })
})

test('a terminal gets the largest nodes and the blame, within its width', () => {
  const nodes = Array.from({ length: 9 }, (_, i) => node(`${i}`, { title: `A node with a rather long title, number ${i}` }))
  const halves = [{ of: 'p95' as const, first: 1000, second: 2000, covered: 1, adjusted: { first: 1500, second: 1510 } }]
  const shift = { name: 'with A', first: 0.1, second: 0.3, z: 9 }
  const lines = nodeLines(nodeViews(phases(summary({ nodes, halves, shift, tail: blame([part('node', 0.9, '1')]) })), ROOM), 80)
  expect(lines.every((line) => line.length <= 80)).toBe(true)
  expect(lines[0]).toMatch(/phase 0 +p50 +p95 +wait p50 +share +critical$/)
  expect(lines[1]).toMatch(/ 78\.0 ms +120 ms +2\.00 ms +50 % +75 %$/)
  expect(lines).toContain('    and 3 more, in the report')
  expect(lines.join(' ')).toContain('90 % of that lies in node')
  expect(lines.join('\n').replace(/\s+/g, ' ')).toContain('Runs took other paths, and each path was as fast as before.')
})
