import autocannon from 'autocannon'
import { expect, it } from 'vitest'
import { createWorkbench, readRun } from '../helpers/cli.ts'

const bench = createWorkbench()

/** A blocking run takes exactly 100 ms: 1 ms to be admitted, 1 ms to start, 98 ms of work. */
const profile = bench.write('hundred.yaml', {
  description: 'every run takes 100 ms',
  inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
  times: { admission: '1ms', start: '1ms', between: '0ms' },
  nodes: [{ id: 'work', type: 'code', takes: '98ms', outputSize: '100B' }],
  outputs: { text: 'work.output' },
})
const CONCURRENCY = 32
const SECONDS = 3
const ATTEMPTS = 3

interface Seen {
  /** In ms. */
  readonly latency: number
  readonly throughput: number
}

async function autocannonSays(url: string): Promise<Seen> {
  const body = JSON.stringify({ inputs: { text: 'hi' }, response_mode: 'blocking', user: 'witness' })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer app-witness-0001' }
  const result = await autocannon({
    url: `${url}/workflows/run`,
    method: 'POST',
    connections: CONCURRENCY,
    duration: SECONDS,
    headers,
    body,
  })
  expect([result.non2xx, result.errors]).toEqual([0, 0])
  return { latency: result.latency.average, throughput: result['2xx'] / result.duration }
}

async function flowbenchSays(url: string): Promise<Seen> {
  const load = ['--concurrency', `${CONCURRENCY}`, '--for', `${SECONDS}s`, '--mode', 'blocking', '--set', 'target.connections=reuse']
  const env = { DIFY_API_KEY: 'app-witness-0001' }
  const { run, stderr } = await bench.run(['--url', url, '--inputs', '{"text":"hi"}', ...load, '--quiet'], { env })
  expect(run, stderr).toBeDefined()
  const { outcomes, metrics, throughput } = readRun(run!).phases['load']!
  expect(Object.keys(outcomes)).toEqual(['succeeded'])
  return { latency: metrics['response_time']!.mean / 1e3, throughput }
}

const apart = (a: number, b: number) => Math.abs(a - b) / b

it('agrees with autocannon within 5 % on mean latency and throughput', async () => {
  const simulator = bench.start(['simulate', profile])
  const url = (await simulator.says(/listening on (\S+)/))[1]!
  const seen: { readonly flowbench: Seen; readonly autocannon: Seen }[] = []
  const agreed = () =>
    seen.some(
      ({ flowbench, autocannon: witness }) =>
        apart(flowbench.latency, witness.latency) < 0.05 && apart(flowbench.throughput, witness.throughput) < 0.05,
    )
  while (seen.length < ATTEMPTS && !agreed()) seen.push({ flowbench: await flowbenchSays(url), autocannon: await autocannonSays(url) })
  expect(agreed(), JSON.stringify(seen)).toBe(true)
  // Both saw what the server does: nobody is faster than 100 ms, and 32 at once are at most 320 a second.
  for (const { flowbench } of seen) {
    expect(flowbench.latency).toBeGreaterThanOrEqual(100)
    expect(flowbench.throughput).toBeLessThanOrEqual(CONCURRENCY / 0.1)
  }
})
