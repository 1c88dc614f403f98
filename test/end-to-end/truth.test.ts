import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Mode } from '../../src/core/sample.ts'
import type { TruthLine } from '../../src/core/truth.ts'
import { readMachine } from '../../src/store/read-lines.ts'
import { createWorkbench, quantile, readRunPlan, readSamples, readTruth } from '../helpers/cli.ts'

const bench = createWorkbench()

const WANTED = { p50: 2, p95: 5 }
const ATTEMPTS = 3
/** A run does not count as an attempt where others took more of the machine than this: it is then their time that is measured. */
const DISTURBED = 0.2
const MOST_RUNS = 5
let files = 0
const MARKS = { streaming: ['firstEvent', 'firstText', 'finished'], blocking: ['finished'] } as const

/** When the simulator says that what a mark stands for left it, in µs of the machine's monotonic clock. */
function leftAt(truth: TruthLine, mark: (typeof MARKS)[Mode][number]): number | undefined {
  const at = (...kinds: string[]) => truth.events.find(({ kind }) => kinds.includes(kind))?.at
  if (mark === 'firstEvent') return at('workflow_started')
  return mark === 'firstText' ? at('text_chunk') : at('workflow_finished', 'reply')
}

interface Measured {
  readonly exchanges: number
  /** Share of the machine's CPU that programs other than flowbench and its simulator took. */
  readonly others: number
  /** By mark, in ms. */
  readonly errors: Readonly<Record<string, { readonly p50: number; readonly p95: number }>>
}

/** One short run, its marks held against the simulator's own log, exchange by exchange. */
async function measure(mode: Mode, load: object): Promise<Measured> {
  const file = join(bench.folder, `truth-${files++}.jsonl`)
  const scenario = bench.write('truth.yaml', {
    target: { simulator: 'steady', mode },
    load: [
      { name: 'warm-up', ...load, for: '500ms', measured: false },
      { name: 'load', ...load, for: '2s' },
    ],
  })
  const { run, stderr } = await bench.run([scenario, '--truth', file, '--quiet'])
  expect(run, stderr).toBeDefined()
  const { zeroMonotonic } = readRunPlan(run!)
  const truth = new Map(readTruth(file).map((line) => [line.workflow_run_id, line]))
  const all = await readSamples(run!)
  expect(all).toHaveLength(truth.size)
  const samples = all.filter(({ phase }) => phase === 'load')
  expect(samples.filter(({ workflowRunId }) => workflowRunId === undefined)).toEqual([])
  const errors = Object.fromEntries(
    MARKS[mode].map((mark) => {
      const off = samples.map(({ marks, workflowRunId }) => {
        const left = leftAt(truth.get(workflowRunId!)!, mark)
        return Math.abs(marks[mark]! + zeroMonotonic - left!) / 1e3
      })
      return [mark, { p50: quantile(off, 0.5), p95: quantile(off, 0.95) }]
    }),
  )
  if (mode === 'streaming') expect(new Set(samples.map(({ events }) => events))).toEqual(new Set([20]))
  return { exchanges: samples.length, others: await takenByOthers(run!), errors }
}

async function takenByOthers(run: string): Promise<number> {
  const seconds = await readMachine(run)
  const shares = seconds.map(({ machineIdle = 1, cpu }) => 1 - machineIdle - cpu / availableParallelism())
  return Math.round((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 100) / 100
}

/** Every figure in the best of the runs seen: what else this machine does comes and goes, what we do wrong stays. */
function best(seen: readonly Measured[]): Measured['errors'] {
  const least = (mark: string, figure: 'p50' | 'p95') => Math.min(...seen.map(({ errors }) => errors[mark]![figure]))
  return Object.fromEntries(Object.keys(seen[0]!.errors).map((mark) => [mark, { p50: least(mark, 'p50'), p95: least(mark, 'p95') }]))
}
const areTrue = (errors: Measured['errors']): boolean =>
  Object.values(errors).every(({ p50, p95 }) => p50 <= WANTED.p50 && p95 <= WANTED.p95)

describe('the client’s marks against the simulator’s own log, on one clock', () => {
  const loads = [
    { words: '20/s', load: { rate: '20/s' }, atLeast: 40 },
    { words: '100/s', load: { rate: '100/s' }, atLeast: 200 },
    // 16 slots, each 85 ms a run or a little more.
    { words: 'concurrency 16', load: { concurrency: 16 }, atLeast: 100 },
  ]
  const cases = loads.flatMap((one) => (['streaming', 'blocking'] as const).map((mode) => ({ ...one, mode })))

  it.for(cases)('are within 2 ms (p50) and 5 ms (p95) at $words, $mode', async ({ mode, load, atLeast }, { skip }) => {
    const seen: Measured[] = []
    const counted = () => seen.filter(({ others }) => others <= DISTURBED).length
    do seen.push(await measure(mode, load))
    while (counted() < ATTEMPTS && seen.length < MOST_RUNS && !areTrue(best(seen)))
    for (const { exchanges } of seen) expect(exchanges).toBeGreaterThanOrEqual(atLeast)
    const isTrue = areTrue(best(seen))
    skip(!isTrue && counted() < ATTEMPTS, `this machine is too busy to tell: ${JSON.stringify(seen)}`)
    expect(isTrue, JSON.stringify(seen)).toBe(true)
  })
})
