import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createWorkbench } from '../helpers/cli.ts'
import { comparisonIn, readComparison } from '../helpers/comparing.ts'

const bench = createWorkbench()

/** Two processes as in the profile of that name, but for runs of 155 ms: on an idle server 75 ms to be gained and 40 ms to be lost; the API's core carries 26 runs a second. */
const profile = bench.write('short-two-processes.yaml', {
  description: 'two processes, short runs',
  inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
  cpu: { worker: 40, api: 4 },
  times: { admission: '5ms', handover: '40ms', start: '5ms', between: '2ms' },
  close: { afterFinished: '50ms' },
  nodes: [
    { id: 'start', type: 'start', takes: '1ms' },
    { id: 'llm', type: 'llm', text: { first: '25ms', chunks: 12, gap: '10ms' } },
    { id: 'end', type: 'end', takes: '1ms' },
  ],
  outputs: { text: 'llm.text' },
})

const scenario = bench.write('modes.yaml', {
  name: 'modes',
  target: { simulator: profile },
  inputs: [{ values: { text: '{{nonce}}' } }],
  load: [
    { name: 'warm-up', concurrency: 2, runs: 2, measured: false, settle: true },
    { name: 'light', rate: '10/s', for: '700ms', settle: true },
    { name: 'middle', rate: '16/s', for: '500ms', settle: true },
    { name: 'heavy', rate: '60/s', for: '500ms', settle: true },
  ],
  limits: { linger: '100ms', timeout: '20s' },
  // Our own lateness on a busy machine is no matter here.
  caveats: { generatorLate: '1m' },
  judge: { primary: 'first_output p50' },
  seed: 3,
  arms: { blocking: { target: { mode: 'blocking' } }, streaming: { target: { mode: 'streaming' } } },
})

/** Under a minute on a quiet machine. */
const PATIENCE = 300_000

it('tells what streaming gives and costs at each rate, and which mode gives way first', { timeout: PATIENCE }, async () => {
  const out = bench.newOut()
  const { code, stdout } = await bench.flowbench(['compare', scenario, '--out', out])
  expect(code, stdout).toBe(0)
  const folder = comparisonIn(out)!
  const { modes, verdict, metrics, notes } = readComparison(folder)
  expect(verdict).toBe('improved')
  expect(modes!.arms).toEqual({ streaming: 'streaming', blocking: 'blocking' })
  expect(modes!.phases.map(({ phase }) => phase)).toEqual(['light', 'middle', 'heavy'])
  const shift = (phase: number, figure: string) => modes!.phases[phase]!.figures[figure]!
  for (const phase of [0, 1]) {
    const [output, end] = [shift(phase, 'first_output p50'), shift(phase, 'response_time p50')]
    expect(output.difference!.estimate, stdout).toBeGreaterThan(-115_000)
    expect(output.difference!.high, stdout).toBeLessThan(-35_000)
    expect(output.proven).toBe(true)
    expect(end.difference!.estimate, stdout).toBeGreaterThan(0)
    expect(end.difference!.estimate, stdout).toBeLessThan(80_000)
  }
  expect(shift(2, 'response_time p50').difference!.high, stdout).toBeLessThan(0)
  expect(shift(0, 'connections_open max').streaming!.estimate).toBeGreaterThan(0)
  expect(shift(0, 'bytes mean').difference!.low).toBeGreaterThan(0)
  expect(modes!.first.mode, stdout).toBe('blocking')
  expect(modes!.phases[2]!.gaveWay.blocking.kind).toBe('api-cpu')
  expect(Object.keys(metrics)).toEqual([
    'first_output p50',
    ...['light', 'middle', 'heavy'].flatMap((name) => [`first_output p50 in ${name}`, `response_time p50 in ${name}`]),
  ])
  // What is said of the modes needs no note beside it.
  expect(notes.join(' ')).not.toContain('differ in mode')
  expect(stdout).toMatch(/^Streaming against blocking$/m)
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/At 10\/s, in the median, with streaming the first output comes \d+(\.\d)? ms earlier/)
  expect(stdout.replace(/\s+/g, ' ')).toContain('In Dify the two modes run in different processes')
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('What each mode makes people wait for')
})
