import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { OutcomeKind } from '../../src/core/sample.ts'
import { createWorkbench, readRun, readSamples, readTruth } from '../helpers/cli.ts'

const bench = createWorkbench()

const RUNS = 200
const count = (kinds: readonly OutcomeKind[]) =>
  Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]))

it.concurrent.each(['streaming', 'blocking'] as const)('counts every outcome as the server’s own log does, %s', async (mode) => {
  const truthFile = join(bench.folder, `truth-${mode}.jsonl`)
  const load = ['--simulator', 'flaky', '--mode', mode, '--concurrency', '20', '--runs', `${RUNS}`, '--seed', '3', '--truth', truthFile]
  // Runs that hang are the only ones that meet a limit of ours.
  const { code, run, stderr } = await bench.run([...load, '--set', 'limits.timeout=5s', '--quiet'])
  expect(code, stderr).toBe(10)
  const truth = readTruth(truthFile)
  const wanted = count(truth.map(({ outcome }) => outcome))
  expect(truth).toHaveLength(RUNS)
  expect(Object.keys(wanted).length, JSON.stringify(wanted)).toBeGreaterThanOrEqual(mode === 'streaming' ? 10 : 8)
  const { phases, givenUp } = readRun(run!)
  expect(Object.fromEntries(Object.entries(phases['load']!.outcomes).filter(([, n]) => n > 0))).toEqual(wanted)

  // And one by one, where the run told its id.
  const byId = new Map(truth.map((line) => [line.workflow_run_id, line.outcome]))
  const told = (await readSamples(run!)).filter(({ workflowRunId }) => workflowRunId !== undefined)
  expect(told.length).toBeGreaterThan(RUNS / 2)
  for (const { workflowRunId, outcome } of told) expect(outcome.kind).toBe(byId.get(workflowRunId!))
  const given = givenUp.stopped + givenUp.stopFailed + givenUp.noTaskId + givenUp.blocking
  expect(given).toBe(wanted['timed-out'] ?? 0)
  expect(givenUp.blocking).toBe(mode === 'blocking' ? given : 0)
})
