import { expect, it } from 'vitest'
import type { NodesSummary } from '../../src/core/nodes-summary.ts'
import { createWorkbench, readRun, readSamples } from '../helpers/cli.ts'

const bench = createWorkbench()

/** What a closed load of `runs` runs against that profile told of the nodes. */
async function nodesOf(
  profile: string,
  runs: number,
  ...more: readonly string[]
): Promise<{ readonly nodes: NodesSummary; readonly run: string }> {
  const load = ['--simulator', profile, '--concurrency', '8', '--runs', `${runs}`, '--seed', '5', '--quiet', ...more]
  const { run, stderr } = await bench.run(load)
  expect(run, stderr).toBeDefined()
  return { nodes: readRun(run!).phases['load']!.nodes!, run: run! }
}

it('blames the tail on the node that is slow in 5 % of the runs', async () => {
  const { nodes } = await nodesOf('slow-node', 400)
  const [part, next] = nodes.tail!.parts
  expect(part).toMatchObject({ kind: 'node', nodeId: 'fetch', title: 'Fetch' })
  expect(part!.share).toBeGreaterThan(0.8)
  expect(next!.share).toBeLessThan(0.2)
  expect(nodes.tail!.parts.reduce((sum, { share }) => sum + share, nodes.tail!.rest)).toBeCloseTo(1, 9)
  const fetch = nodes.nodes.find(({ nodeId }) => nodeId === 'fetch')!
  expect(Math.abs(fetch.elapsed!.p50 - 60_000)).toBeLessThan(1000)
  expect(Math.abs(fetch.elapsed!.max - 900_000)).toBeLessThan(10_000)
  // The quicker of two nodes side by side never decides when a run ends.
  const critical = (id: string) => nodes.nodes.find(({ nodeId }) => nodeId === id)!.critical.runs / nodes.runs
  expect(critical('rules')).toBeGreaterThan(0.9)
  expect(critical('score')).toBeLessThan(0.1)
})

it('shows no change of speed where only the mix of branches shifted, though the p95 as it is did', async () => {
  const { nodes } = await nodesOf('branches', 600)
  expect(nodes.paths.map(({ nodes }) => nodes.map(({ nodeId }) => nodeId))).toEqual([
    ['end', 'quick', 'route', 'start'],
    ['deep', 'end', 'route', 'start'],
  ])
  const { first, second, adjusted } = nodes.halves!.find(({ of }) => of === 'p95')!
  // 427 ms against 67 ms where nothing disturbs the times.
  expect(second / first).toBeGreaterThan(2)
  expect(Math.abs(adjusted!.second / adjusted!.first - 1)).toBeLessThan(0.2)
  expect(nodes.shift!.name).toMatch(/with (Deep|Quick) answer/)
  expect(Math.abs(nodes.shift!.second - nodes.shift!.first)).toBeGreaterThan(0.15)
})

it('counts the nodes of iterations and loops by round, and groups runs by rounds', async () => {
  const { nodes, run } = await nodesOf('iterations', 60)
  const by = (id: string) => nodes.nodes.find(({ nodeId }) => nodeId === id)!
  expect(by('load')).toMatchObject({ parent: 'pages', executions: 300, runs: 60 })
  expect(by('improve')).toMatchObject({ parent: 'until', executions: 180 })
  expect(nodes.paths.map(({ nodes }) => nodes.find(({ nodeId }) => nodeId === 'each')!.rounds).sort()).toEqual([3, 4, 5, 6])
  const asked = (await readSamples(run)).reduce((sum, { nodes }) => sum + nodes.filter(({ nodeId }) => nodeId === 'ask').length, 0)
  expect(by('ask')).toMatchObject({ executions: asked, tokens: asked * 22, promptTokens: asked * 17, completionTokens: asked * 5 })
  // Five rounds, two at a time: three of them lie on the path, and all of it is within the run.
  expect(by('load').critical.share / by('load').share).toBeGreaterThan(0.5)
  expect(by('load').critical.share / by('load').share).toBeLessThan(0.75)
  const path = nodes.nodes.reduce((sum, { critical }) => sum + critical.share + critical.waitShare, nodes.endShare)
  expect(path).toBeCloseTo(1, 6)
})

it('tells retries that worked, handled failures and failures of one node apart', async () => {
  const { nodes, run } = await nodesOf('retries', 300, '--set', 'accept=[partial]')
  const spans = (await readSamples(run)).flatMap(({ nodes }) => nodes)
  const by = (id: string) => nodes.nodes.find(({ nodeId }) => nodeId === id)!
  const of = (id: string, status: string) => spans.filter((span) => span.nodeId === id && span.status === status).length
  const failed = of('store', 'failed')
  expect(failed).toBeGreaterThan(3)
  expect(by('store')).toMatchObject({ failed, handled: 0, retries: 2 * failed, errors: { connection: 3 * failed } })
  expect(by('rank')).toMatchObject({ failed: 0, handled: of('rank', 'exception'), retries: 0 })
  expect(by('rank').handled).toBeGreaterThan(5)
  const tried = by('fetch').retries
  expect(tried).toBeGreaterThan(10)
  expect(by('fetch')).toMatchObject({ failed: 0, handled: 0, errors: { connection: tried } })
})
