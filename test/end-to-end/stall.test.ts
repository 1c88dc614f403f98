import { expect, it } from 'vitest'
import { createWorkbench, quantile, readRun, readSamples } from '../helpers/cli.ts'

const bench = createWorkbench()

/** A run takes 105 ms; one second after the first the server stands still for a second, once. */
const profile = bench.write('stands-still.yaml', {
  description: 'stands still for 1 s once',
  inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
  times: { admission: '5ms', start: '10ms', between: '2ms' },
  nodes: [
    { id: 'start', type: 'start', takes: '1ms' },
    { id: 'llm', type: 'llm', text: { first: '37ms', chunks: 10, gap: '5ms' } },
    { id: 'end', type: 'end', takes: '1ms' },
  ],
  outputs: { text: 'llm.text' },
  freeze: { first: '1s', every: '60s', for: '1s' },
})
const RATE = 50
const SECONDS = 3
const scenario = (limits: object) =>
  bench.write('stall.yaml', {
    target: { simulator: profile },
    load: [{ name: 'load', rate: `${RATE}/s`, for: `${SECONDS}s` }],
    inputs: [{ values: { text: 'hi' } }],
    limits,
    // How late the generator was is held against its own limit below.
    caveats: { generatorLate: '1m' },
  })

it('shows a second in which the server stood still in the response times, and sends on schedule all the same', async () => {
  const { code, run, stdout, stderr } = await bench.run([scenario({}), '--allow-outside'])
  expect(code, stderr).toBe(0)
  const phase = readRun(run!).phases['load']!
  const { response_time: response, service_time: service } = phase.metrics
  expect(response!.p99).toBeGreaterThanOrEqual(900_000)
  expect(response!.p50).toBeLessThan(400_000)
  expect(stdout).toMatch(/service.time/i)
  expect(service!.p99).toBeGreaterThanOrEqual(800_000)

  // Nothing dropped, nothing added: one number for each send, and every send at its multiple of 20 ms.
  expect([phase.planned, phase.intended, phase.sent, response!.count, service!.count]).toEqual(Array(5).fill(RATE * SECONDS))
  const samples = (await readSamples(run!)).toSorted((a, b) => a.n - b.n)
  const first = samples[0]!.marks.intended
  expect(samples.map(({ marks }) => Math.round(marks.intended - first))).toEqual(samples.map((_, n) => (n * 1e6) / RATE))
  // A generator that waits for the server would send half of what comes in the stall half a second late or more.
  const lag = samples.map(({ marks }) => marks.released! - marks.intended)
  expect(quantile(lag, 0.5)).toBeLessThan(10_000)
  expect(quantile(lag, 0.9)).toBeLessThan(100_000)
})

it('drops and counts what a limit of 20 in flight leaves no room for, and ends in 10', async () => {
  const { code, run, stdout } = await bench.run([scenario({ inFlight: 20 }), '--allow-outside', '--quiet'])
  expect(code, stdout).toBe(10)
  const { phases, exitReason, caveats, objectives } = readRun(run!)
  const phase = phases['load']!
  expect(phase.dropped).toBeGreaterThan(10)
  expect(phase.dropped).toBeLessThan(RATE)
  expect(phase.outcomes).toEqual({ succeeded: RATE * SECONDS - phase.dropped, dropped: phase.dropped })
  expect(phase).toMatchObject({ intended: RATE * SECONDS, failures: phase.dropped, released: RATE * SECONDS - phase.dropped })
  expect(phase.inFlight.max).toBe(20)
  expect(exitReason).toContain('failures < 1%')
  expect(objectives.map(({ verdict }) => verdict)).toEqual(['missed'])
  expect(caveats.map(({ kind }) => kind)).toContain('sends-dropped')
  const dropped = (await readSamples(run!)).filter(({ outcome }) => outcome.kind === 'dropped')
  expect(dropped.map(({ marks }) => Object.keys(marks))).toEqual(dropped.map(() => ['intended']))
})
