import { expect, it } from 'vitest'
import { createWorkbench, type readRun } from '../helpers/cli.ts'

const bench = createWorkbench()

const STALL_MS = 600

/** Loaded into the generator alone: stops its main thread once, a second after the run folder was made. */
const preload = bench.write(
  'stall.mjs',
  `import { existsSync } from 'node:fs'
   import { isMainThread } from 'node:worker_threads'
   if (isMainThread) {
     const watch = setInterval(() => {
       if (!existsSync(process.env.STALL_WHEN_THERE)) return
       clearInterval(watch)
       setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${STALL_MS}), 1000).unref()
     }, 20)
     watch.unref()
   }`,
)

it('calls a run invalid in which our own event loop stood still, and shows the stall as response time', async () => {
  const out = bench.newOut()
  const args = ['run', '--simulator', 'steady', '--rate', '50/s', '--for', '3s', '--quiet', '--out', out, '--json']
  const { code, stdout, stderr } = await bench.flowbench(args, { nodeFlags: ['--import', preload], env: { STALL_WHEN_THERE: out } })
  const summary = JSON.parse(stdout) as ReturnType<typeof readRun>
  expect({ code, valid: summary.valid, status: summary.status }, stderr).toEqual({ code: 4, valid: false, status: 'whole' })
  const kinds = summary.caveats.map(({ kind }) => kind)
  expect(kinds).toContain('generator-late')
  expect(kinds).toContain('loop-stalled')
  expect(summary.exitReason).toContain('generator-late')
  const phase = summary.phases['load']!
  // All that was due in the stall was sent after it, none left out; a fifth of all runs waited for us.
  expect([phase.intended, phase.sent, phase.outcomes.succeeded]).toEqual([150, 150, 150])
  const { response_time: response, schedule_lag: lag, elapsed_time: elapsed } = phase.metrics
  expect(lag!.p99).toBeGreaterThan((STALL_MS - 100) * 1e3)
  expect(response!.p99).toBeGreaterThan(STALL_MS * 1e3)
  // The server knows nothing of it.
  expect(elapsed!.p99).toBeLessThan(200_000)
})
