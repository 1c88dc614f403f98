import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { TruthLine } from '../../src/core/truth.ts'
import { seconds } from '../../src/core/units.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { startSimulator } from '../../src/simulator/server.ts'
import { oneExchange, plainClock, testTransport } from '../helpers/one-exchange.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowbench-flaky-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.each(['fresh', 'reuse'] as const)('flaky: our client books every run as the truth log says (connections: %s)', async (connections) => {
  const truthFile = join(folder, `${connections}.jsonl`)
  const simulator = await startSimulator({ profile: loadProfile('flaky'), truthFile })
  const clock = plainClock()
  const transport = testTransport(simulator.url, connections, clock)
  const limits = { timeout: { blocking: seconds(1.5), streaming: seconds(1.5) }, linger: seconds(0.3) }
  const sent = Array.from({ length: 160 }, (_, n) =>
    oneExchange(simulator.url, { mode: n % 2 === 0 ? 'blocking' : 'streaming', limits, connections, transport, clock }),
  )
  const samples = await Promise.all(sent)
  transport.close()
  await simulator.close()
  const lines = readFileSync(truthFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TruthLine)
  const count = (kinds: readonly string[]) =>
    Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]))
  expect(count(samples.map(({ outcome }) => outcome.kind))).toEqual(count(lines.map(({ outcome }) => outcome)))
  const truth = new Map(lines.map((line) => [line.workflow_run_id, line.outcome]))
  for (const { workflowRunId, outcome } of samples)
    if (workflowRunId !== undefined) expect(outcome.kind, outcome.detail).toBe(truth.get(workflowRunId))
})
