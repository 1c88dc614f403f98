import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createWorkbench, ROOT, type Running, readRun, readSamples, runFolderIn, WHOLE } from '../helpers/cli.ts'

const bench = createWorkbench()

const UNHURRIED = ['--set', 'caveats.generatorLate=1m']

/** A run of 30 s, so that only somebody else can end it. */
const profile = bench.write('slow.yaml', {
  description: 'runs that take half a minute',
  inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
  nodes: [
    { id: 'start', type: 'start', takes: '1ms' },
    { id: 'llm', type: 'llm', text: { first: '20ms', chunks: 300, gap: '100ms' } },
    { id: 'end', type: 'end', takes: '1ms' },
  ],
  outputs: { text: 'llm.text' },
})

const lines = (run: string, key: string) =>
  readFileSync(join(run, 'samples.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith(`{"${key}"`))

/** Waits until the run's log holds `count` lines of a kind, and gives the run folder. */
async function logged({ child }: Running, out: string, key: 'open' | 'sample', count: number): Promise<string> {
  for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
    const run = runFolderIn(out)
    if (run !== undefined && existsSync(join(run, 'samples.jsonl')) && lines(run, key).length >= count) return run
    await sleep(50)
  }
  throw new Error(`no ${count} lines "${key}", with the process ${child.exitCode === null ? 'still running after 30 s' : 'gone'}`)
}

async function simulate(
  name: string,
): Promise<{ readonly url: string; readonly active: () => Promise<number>; readonly running: Running }> {
  const running = bench.start(['simulate', name])
  const url = (await running.says(/listening on (\S+)/))[1]!
  const active = async () => ((await (await fetch(new URL('/simulator/stats', url))).json()) as { active: number }).active
  return { url, active, running }
}

const KEY = { DIFY_API_KEY: 'app-signals-0001' }
const load = (url: string, ...flags: string[]) => ['run', '--url', url, '--inputs', '{"text":"hi"}', '--for', '60s', ...UNHURRIED, ...flags]

describe.concurrent('a run that is stopped', () => {
  it('keeps every exchange that finished when it is killed, and its simulator goes with it', async () => {
    const out = bench.newOut()
    const truth = join(bench.folder, 'truth-killed.jsonl')
    const args = ['run', '--simulator', 'steady', '--rate', '40/s', '--for', '60s', '--out', out, '--truth', truth, ...UNHURRIED]
    const running = bench.start(args)
    await logged(running, out, 'sample', 60)
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    const run = runFolderIn(out)!
    const finished = lines(run, 'sample').length
    const underWay = lines(run, 'open').length - finished
    expect(existsSync(join(run, 'run.json'))).toBe(false)

    const report = await bench.flowbench(['report', run])
    expect(report.code, report.stderr).toBe(0)
    expect(report.stdout).toMatch(/incomplete|killed/i)
    const samples = await readSamples(run)
    expect(samples.filter(({ outcome }) => outcome.kind === 'succeeded')).toHaveLength(finished)
    expect(samples.filter(({ outcome }) => outcome.kind === 'interrupted' && outcome.detail === 'killed')).toHaveLength(underWay)
    expect(readFileSync(join(run, 'samples.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(1 + finished + underWay)
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(/incomplete/i)
    const asJson = JSON.parse((await bench.flowbench(['report', run, '--json'])).stdout) as ReturnType<typeof readRun>
    expect(asJson.status).toBe('incomplete')
    expect(asJson.phases['load']!.metrics['response_time']!.count).toBe(finished)
    expect(asJson.caveats.map(({ kind }) => kind)).toContain('incomplete')
    // `run.json` says that a run is whole, and this one is not.
    expect(existsSync(join(run, 'run.json'))).toBe(false)

    const simulators = () =>
      readdirSync('/proc').filter((pid) => {
        try {
          return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(truth)
        } catch {
          return false
        }
      })
    for (let tries = 0; tries < 100 && simulators().length > 0; tries++) await sleep(50)
    expect(simulators()).toEqual([])
  })

  it('drains after one Ctrl-C: what is under way ends by itself, and the exit code is 130', async () => {
    const simulator = await simulate('llm')
    const out = bench.newOut()
    const running = bench.start(load(simulator.url, '--concurrency', '6', '--out', out), { env: KEY })
    const run = await logged(running, out, 'open', 8)
    running.child.kill('SIGINT')
    const { code, stderr, stdout } = await running.ended
    expect(code, stderr).toBe(130)
    expect(stderr).toContain('nothing more is sent')
    expect(stdout).toMatch(/interrupted|stopped/i)
    expect(readdirSync(run).sort()).toEqual(WHOLE)
    expect(readRun(run)).toMatchObject({ status: 'interrupted', exitCode: 130 })
    const samples = await readSamples(run)
    expect(samples.map(({ outcome }) => outcome.kind)).toEqual(samples.map(() => 'succeeded'))
    expect(lines(run, 'open')).toHaveLength(samples.length)
    expect(await simulator.active()).toBe(0)
  })

  it('gives up after a second Ctrl-C and stops the runs on the server', async () => {
    const simulator = await simulate(profile)
    const out = bench.newOut()
    const running = bench.start(load(simulator.url, '--concurrency', '5', '--out', out), { env: KEY })
    const run = await logged(running, out, 'open', 5)
    // Until the streams have begun a run has no task_id to stop it by.
    await sleep(700)
    expect(await simulator.active()).toBe(5)
    running.child.kill('SIGINT')
    await sleep(600)
    expect(await simulator.active()).toBe(5)
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect(code, stderr).toBe(130)
    expect(stderr).toContain('Giving up')
    expect(readdirSync(run).sort()).toEqual(WHOLE)
    const { status, givenUp, phases } = readRun(run)
    expect({ status, stopped: givenUp.stopped, outcomes: phases['load']!.outcomes }).toEqual({
      status: 'interrupted',
      stopped: 5,
      outcomes: { interrupted: 5 },
    })
    expect(await simulator.active()).toBe(0)
  })

  it('says of blocking runs given up that they cannot be stopped', async () => {
    const simulator = await simulate(profile)
    const out = bench.newOut()
    const running = bench.start(load(simulator.url, '--concurrency', '3', '--mode', 'blocking', '--out', out), { env: KEY })
    const run = await logged(running, out, 'open', 3)
    await sleep(300)
    running.child.kill('SIGINT')
    await sleep(600)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    const { givenUp, caveats } = readRun(run)
    expect(givenUp).toMatchObject({ blocking: 3, stopped: 0 })
    expect(caveats.map(({ kind }) => kind)).toContain('may-still-run')
    expect(stdout).toMatch(/3 .*may still/)
    expect(await simulator.active()).toBe(3)
  })

  it('ends in 143 after SIGTERM', async () => {
    const simulator = await simulate('llm')
    const out = bench.newOut()
    const running = bench.start(load(simulator.url, '--concurrency', '2', '--mode', 'blocking', '--out', out), { env: KEY })
    const run = await logged(running, out, 'open', 2)
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(143)
    expect(readRun(run)).toMatchObject({ status: 'interrupted', exitCode: 143 })
    expect(await simulator.active()).toBe(0)
  })

  it('hears a Ctrl-C that only the wrapper gets, under whatever Node the machine has', async () => {
    const PATH = (process.env['PATH'] ?? '')
      .split(':')
      .filter((folder) => !folder.includes('node_modules'))
      .join(':')
    const out = bench.newOut()
    const running = bench.start(['run', '--simulator', 'llm', '--concurrency', '2', '--for', '60s', ...UNHURRIED, '--out', out], {
      command: ['node', join(ROOT, 'bin', 'flowbench')],
      env: { PATH },
    })
    const run = await logged(running, out, 'open', 3)
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect(code, stderr).toBe(130)
    expect(readRun(run).status).toBe('interrupted')
    expect(readdirSync(run).sort()).toEqual(WHOLE)
  })

  it('sends nothing and makes no folder where it is stopped before the load', async () => {
    const out = bench.newOut()
    const running = bench.start(['run', '--simulator', 'steady', '--concurrency', '1', '--for', '60s', '--out', out])
    // The plan is printed before anything is asked.
    await running.says(/objectives/)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    expect(stdout).toBe('')
    expect(existsSync(out)).toBe(false)
  })
})
