import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { LookUp } from '../../src/core/fate.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { createWorkbench, readRun, readSamples, runFolderIn } from '../helpers/cli.ts'
import { profileOf } from '../simulator/profiles.ts'
import { listen, reply } from './fake-dify.ts'

const bench = createWorkbench()
const servers: { close(): Promise<void> }[] = []
afterAll(() => Promise.all(servers.map((server) => server.close())))

const env = { DIFY_API_KEY: 'app-lost-0001' }
/** A busy machine may make a run invalid, which is not what these tests are about. */
const UNHURRIED = ['--set', 'caveats.generatorLate=1m']
const flags = (url: string, ...more: string[]) => ['--url', url, '--inputs', '{"text":"hi {{nonce}}"}', '--quiet', ...UNHURRIED, ...more]

/** Runs of 0.1 s to 3 s, a piece of text every 20 ms. */
const LONG = `
description: runs of very different length
times: { admission: 1ms, start: 4ms, between: 1ms, stop: 30ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - { id: llm, title: LLM, type: llm, text: { first: 40ms, chunks: 5..150, gap: 20ms } }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { text: llm.text }
`

async function simulate(yaml: string): Promise<Simulator> {
  const simulator = await startSimulator({ profile: profileOf(yaml) })
  servers.push(simulator)
  return simulator
}

const reportOf = async (run: string) => JSON.parse((await bench.flowbench(['report', run, '--json'])).stdout) as RunSummary
const kinds = ({ caveats }: RunSummary) => caveats.map(({ kind }) => kind)

describe('runs given up by a timeout in mid-stream', () => {
  it.each([
    ['aborted', 'stopped'],
    // It never writes the end down.
    ['stopped', 'stop-unconfirmed'],
  ] as const)('leave nothing running on the server, and each is accounted for (answer to a stop: %s)', async (way, fate) => {
    const simulator = await simulate(`${LONG}stop: ${way}\n`)
    const load = ['--concurrency', '40', '--set', 'load.0.runs=160', '--set', 'limits.timeout=600ms']
    const { run, stderr, code } = await bench.run(flags(simulator.url, ...load, '--for', '60s'), { env })
    expect(code, stderr).toBe(10)
    const summary = readRun(run!)
    const { reconciled, givenUp } = summary
    const lost = summary.phases['load']!.outcomes['timed-out']!
    expect(lost).toBeGreaterThanOrEqual(100)
    expect(simulator.stats()).toMatchObject({ active: 0, stops: lost })
    expect(givenUp).toEqual({ stopped: lost, stopFailed: 0, noTaskId: 0, blocking: 0 })
    expect(reconciled).toMatchObject({
      lost,
      lookUp: 'whole',
      mayStillRun: { running: 0, untold: 0, waiting: 0, ids: [] },
    })
    // A run can end by itself in the moment before its stop arrives.
    const { [fate]: stopped = 0, succeeded = 0, ...others } = reconciled.fates
    expect([stopped + succeeded, others]).toEqual([lost, {}])
    expect(stopped).toBeGreaterThan(0.7 * lost)
    expect(kinds(summary)).not.toContain('may-still-run')

    // The simulator's model had been paid for seven tokens of prompt, and one for each piece of text.
    const samples = (await readSamples(run!)).filter(({ outcome }) => outcome.kind === 'timed-out')
    const truth = samples.reduce((sum, { textChunks }) => sum + 7 + textChunks, 0)
    const { reported, estimated, estimatedRuns, unpricedRuns } = reconciled.tokens
    expect([estimatedRuns, unpricedRuns]).toEqual([stopped, 0])
    expect((reported + estimated) / truth).toBeGreaterThan(0.8)
    expect((reported + estimated) / truth).toBeLessThan(1.5)

    expect((await reportOf(run!)).reconciled).toEqual(reconciled)
    expect(readFileSync(join(run!, 'report.html'), 'utf8')).toContain('Lost runs')
  })

  it('cannot be stopped in blocking mode: they are counted and listed by the logs of their own user', async () => {
    const simulator = await simulate(LONG.replace('40ms', '20s'))
    // Others are there too, and are none of ours.
    for (let n = 0; n < 3; n++) void fetch(`${simulator.url}/workflows/run`, otherRun).catch(() => {})
    const load = ['--mode', 'blocking', '--concurrency', '25', '--set', 'load.0.runs=100', '--set', 'limits.timeout=300ms']
    const { run, stdout } = await bench.run(flags(simulator.url, ...load, '--for', '60s'), { env })
    const summary = readRun(run!)
    expect(simulator.stats()).toMatchObject({ active: 103, stops: 0 })
    expect(summary.reconciled).toMatchObject({
      lost: 100,
      lookUp: 'whole',
      fates: { running: 100 },
      inLogs: { user: 'own', nameless: 100, runs: 100 },
      mayStillRun: { running: 100, blocking: 100 },
      tokens: { reported: 0, estimated: 0, unpricedRuns: 100 },
    })
    expect(new Set(summary.reconciled.mayStillRun.ids).size).toBe(100)
    expect(kinds(summary)).toContain('may-still-run')
    expect(stdout).toMatch(/100 runs? whose end was not heard may still be running/)
    const [id] = summary.reconciled.mayStillRun.ids
    const stored = await fetch(`${simulator.url}/workflows/run/${id}`, { headers: { authorization: 'Bearer app-any-key' } })
    expect(await stored.json()).toMatchObject({ id, status: 'running' })
  })

  it('of a user that others run as too are not told from theirs', async () => {
    const simulator = await simulate(LONG.replace('40ms', '20s'))
    const scenario = bench.write('shared.yaml', {
      target: { url: simulator.url, apiKey: `\${DIFY_API_KEY}`, mode: 'blocking' },
      user: 'everybody',
      inputs: [{ name: 'one', values: { text: 'hi {{nonce}}' } }],
      load: [{ concurrency: 4, runs: 4 }],
      limits: { timeout: '1s' },
    })
    const running = bench.start(['run', scenario, '--out', bench.newOut(), '--json', ...UNHURRIED], { env })
    await running.says(/drain|seed/)
    await expect.poll(() => simulator.stats().active, { interval: 20, timeout: 20_000 }).toBeGreaterThan(0)
    void fetch(`${simulator.url}/workflows/run`, otherRun).catch(() => {})
    const summary = JSON.parse((await running.ended).stdout) as RunSummary
    expect(summary.reconciled).toMatchObject({
      lost: 4,
      fates: { unknown: 4 },
      inLogs: { user: 'shared', nameless: 4, runs: 5, fates: { running: 5 } },
      mayStillRun: { untold: 4, ids: [] },
    })
  })

  it('that still waited in the queue left no trace, and may yet begin', async () => {
    const simulator = await simulate(`${LONG.replace('40ms', '5s')}slots: { workers: 2 }\n`)
    const load = ['--concurrency', '6', '--set', 'load.0.runs=6', '--set', 'limits.firstEvent=500ms', '--set', 'limits.timeout=1s']
    const { run } = await bench.run(flags(simulator.url, ...load, '--for', '60s'), { env })
    const { reconciled, givenUp } = readRun(run!)
    expect(givenUp).toMatchObject({ stopped: 2, noTaskId: 4 })
    // The two slots were freed by the stops, so two of those that waited have begun by now, and run for nobody.
    expect(reconciled.lost).toBe(6)
    expect(reconciled.fates).toEqual({ stopped: 2, running: 2, 'no-trace': 2 })
    expect(reconciled.mayStillRun).toMatchObject({ running: 2, waiting: 2 })
  })
})

const otherRun = {
  method: 'POST',
  headers: { authorization: 'Bearer app-any-key', 'content-type': 'application/json' },
  body: JSON.stringify({ inputs: {}, response_mode: 'blocking', user: 'everybody' }),
}

/** A server whose runs begin and never end, and that does with questions afterwards whatever a test wants. */
async function endless(asked: (path: string, response: ServerResponse) => void) {
  const paths: string[] = []
  let runs = 0
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    request.resume()
    if (path.startsWith('/v1/parameters')) return reply(response, 200, { user_input_form: [] })
    if (path.endsWith('/stop')) return reply(response, 200, { result: 'success' })
    if (request.method === 'GET') {
      paths.push(path)
      return asked(path, response)
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const ids = { workflow_run_id: `run-${runs}`, task_id: `task-${runs++}` }
    response.write(`data: ${JSON.stringify({ event: 'workflow_started', ...ids, data: {} })}\n\n`)
  })
  const listening = { ...(await listen(server)), paths }
  servers.push(listening)
  return listening
}

const lose = (url: string, ...more: string[]) =>
  flags(url, '--concurrency', '20', '--set', 'load.0.runs=40', '--set', 'limits.timeout=300ms', '--for', '60s', ...more)

const ANSWERS: readonly (readonly [name: string, answer: (response: ServerResponse) => void, lookUp: LookUp])[] = [
  ['500', (response) => reply(response, 500, { code: 'unknown' }), 'unanswered'],
  ['404', (response) => reply(response, 404, { code: 'not_found' }), 'whole'],
  ['401', (response) => reply(response, 401, { code: 'unauthorized' }), 'refused'],
  ['garbage', (response) => void response.end('{"status": "runn'), 'unanswered'],
  ['a status of tomorrow', (response) => reply(response, 200, { status: 'dreaming', total_tokens: -1 }), 'unanswered'],
  ['a reply without an end', (response) => void response.write('{"status":'), 'unanswered'],
  ['a redirect', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'unanswered'],
  ['nothing, ever', () => {}, 'unanswered'],
  ['a closed connection', (response) => void response.socket?.resetAndDestroy(), 'unanswered'],
]

describe('whatever a server answers when asked what became of runs', () => {
  it.each(ANSWERS)('%s: the run ends as it would have, and soon', async (_, answer, lookUp) => {
    const server = await endless((_path, response) => answer(response))
    const began = performance.now()
    const { code, run, stderr } = await bench.run(lose(server.url), { env })
    expect(code, stderr).toBe(10)
    // The load takes a second; eight questions that nobody answers take five more.
    expect(performance.now() - began).toBeLessThan(20_000)
    const { status, reconciled, durationUs } = readRun(run!)
    expect(status).toBe('whole')
    expect(reconciled).toMatchObject({ lost: 40, lookUp, fates: { unknown: 40 } })
    expect(durationUs).toBeLessThan(3_000_000)
    expect(server.paths.length).toBeLessThanOrEqual(lookUp === 'whole' ? 40 : 16)
  })

  it('Ctrl-C skips the rest of the questions; the run was over and stays whole', async () => {
    const server = await endless(() => {})
    const out = bench.newOut()
    const running = bench.start(['run', ...lose(server.url).filter((flag) => flag !== '--quiet'), '--out', out], { env })
    await running.says(/Looking up what became of 40 runs/)
    const began = performance.now()
    running.child.kill('SIGINT')
    const { code } = await running.ended
    expect(performance.now() - began).toBeLessThan(4000)
    expect(code).toBe(130)
    const summary = readRun(runFolderIn(out)!)
    expect(summary).toMatchObject({ status: 'whole', exitCode: 10, reconciled: { lost: 40, lookUp: 'skipped', fates: { unknown: 40 } } })
    expect(kinds(summary)).not.toContain('interrupted')
  })

  it('a kill in the midst of them loses nothing of the run', async () => {
    const server = await endless(() => {})
    const out = bench.newOut()
    const running = bench.start(['run', ...lose(server.url).filter((flag) => flag !== '--quiet'), '--out', out], { env })
    await running.says(/Looking up what became of 40 runs/)
    running.child.kill('SIGKILL')
    await running.ended
    const run = runFolderIn(out)!
    const { code } = await bench.flowbench(['report', run])
    expect(code).toBe(10)
    expect(readRun(run)).toMatchObject({ status: 'whole', reconciled: { lost: 40, lookUp: 'never', fates: { unknown: 40 } } })
  })
})
