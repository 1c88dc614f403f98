import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunSummary } from '../../src/core/summary.ts'
import { createWorkbench, type Ended, readRun, WHOLE } from '../helpers/cli.ts'
import { ms, openPhase, planOf } from '../helpers/samples.ts'
import { drawnRun, writeShard } from '../helpers/shards.ts'
import { runOf } from '../helpers/virtual-transport.ts'

const bench = createWorkbench()

/** A busy machine may make a run invalid, which is not what these tests are about. */
const UNHURRIED = ['--set', 'caveats.generatorLate=1m']
const SHORT = ['load.warm-up.for=500ms', 'load.streaming.for=1500ms', 'load.blocking.for=1500ms'].flatMap((field) => ['--set', field])
const QUICK = [
  'scenarios/quickstart.yaml',
  '--seed',
  '7',
  ...SHORT,
  ...UNHURRIED,
  '--set',
  'objectives=[failures < 50%, response_time p50 < 20s]',
]
const ONE_RUN = ['--simulator', 'steady', '--concurrency', '1', '--runs', '1', '--quiet', ...UNHURRIED]

const SHARED = ['--simulator', 'steady', '--concurrency', '2', '--runs', '2', '--seed', '7', '--quiet', ...UNHURRIED]

const hashes = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  )

describe('flowbench run scenarios/quickstart.yaml', () => {
  let ended: Ended & { readonly run: string | undefined }
  let folder: string
  beforeAll(async () => {
    ended = await bench.run(QUICK)
    folder = ended.run ?? ''
  })

  it('ends in 0 and prints both modes and where the report is', () => {
    expect(ended.stderr).not.toContain('bug in flowbench')
    expect(ended.code, ended.stderr + ended.stdout).toBe(0)
    expect(ended.stdout).toContain('streaming')
    expect(ended.stdout).toContain('blocking')
    expect(ended.stdout).toContain('report.html')
  })

  it('says in run.json what each mode did', () => {
    const { status, exitCode, phases } = readRun(folder)
    expect({ status, exitCode }).toEqual({ status: 'whole', exitCode: 0 })
    expect(Object.values(phases).map(({ mode }) => mode)).toEqual(['streaming', 'streaming', 'blocking'])
    for (const name of ['streaming', 'blocking']) {
      const phase = phases[name]!
      expect(phase.intended).toBeGreaterThan(3)
      expect(phase.outcomes.succeeded).toBe(phase.intended)
      expect(phase.metrics['response_time']!.count).toBe(phase.intended)
    }
    expect(phases['streaming']!.metrics['first_text']!.count).toBe(phases['streaming']!.intended)
    expect(phases['blocking']!.metrics['first_text']).toBeUndefined()
  })

  it('leaves the whole run folder, and nobody else may read it', () => {
    expect(readdirSync(folder).sort()).toEqual(WHOLE)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of WHOLE) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
    expect(folder).toMatch(/quickstart\/\d{8}T\d{6}Z-[0-9a-f]{4}$/)
  })

  it('makes a report that stands by itself', () => {
    const html = readFileSync(join(folder, 'report.html'), 'utf8')
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html.trimEnd()).toMatch(/<\/html>$/)
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it('is rendered again by `report`, byte for byte, with the exit code of the run', async () => {
    const before = hashes(folder)
    const again = await bench.flowbench(['report', folder])
    expect(again.code).toBe(0)
    expect(hashes(folder)).toEqual(before)
    const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '')
    expect(lines(again.stdout)).toEqual(lines(ended.stdout))
    const asJson = await bench.flowbench(['report', join(folder, 'samples.csv'), '--json'])
    expect(JSON.parse(asJson.stdout)).toEqual(readRun(folder))
    expect(hashes(folder)).toEqual(before)
  })
})

describe.concurrent('what is printed where', () => {
  it('writes formats for other programs where they are asked for, and those alone', async () => {
    const { code, stdout, run } = await bench.run([...ONE_RUN, '--format', 'markdown,junit,bmf,benchmark,openmetrics,hgrm'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^## /)
    expect(readdirSync(run!).sort()).toEqual([
      'benchmark.json',
      'bmf.json',
      'hgrm',
      'junit.xml',
      'machine.jsonl',
      'metrics.txt',
      'plan.json',
      'run.json',
      'samples.jsonl',
    ])
    const table = readFileSync(
      join(run!, 'hgrm', readdirSync(join(run!, 'hgrm')).find((name) => name.endsWith('-response_time.hgrm'))!),
      'utf8',
    )
    expect(table).toMatch(/^ +Value +Percentile TotalCount 1\/\(1-Percentile\)\n/)
  })

  it('lays runs over each other in one page and one table, with the gravest of their codes and no verdict', async () => {
    const [one, other] = await Promise.all([bench.run(ONE_RUN), bench.run([...ONE_RUN, '--set', 'objectives=[response_time mean < 1ms]'])])
    const before = [one.run!, other.run!].map(hashes)
    const out = join(bench.newOut(), 'both')
    const { code, stdout } = await bench.flowbench(['report', one.run!, join(other.run!, 'run.json'), '--out', out])
    expect(code).toBe(Math.max(one.code!, other.code!))
    expect(stdout).toContain('No verdict')
    for (const { run } of [one, other]) expect(stdout).toContain(run!.slice(-4))
    expect(readdirSync(out).sort()).toEqual(['overlay.csv', 'overlay.html'])
    expect(statSync(out).mode & 0o777).toBe(0o700)
    expect([one.run!, other.run!].map(hashes)).toEqual(before)
    const twice = await bench.flowbench(['report', one.run!, one.run!, '--out', out])
    expect(twice.code).toBe(2)
    expect(twice.stderr).toContain('which is named already')
  })

  it('gives nothing but run.json on stdout with --json', async () => {
    const { code, stdout, run } = await bench.run([...ONE_RUN, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout) as RunSummary).toEqual(readRun(run!))
  })

  it('says nothing on stderr with --quiet, and the plan without', async () => {
    expect((await bench.run(ONE_RUN)).stderr).toBe('')
    const loud = await bench.run(ONE_RUN.filter((one) => one !== '--quiet'))
    expect(loud.stderr).toContain('concurrency')
    expect(loud.stdout).not.toContain('\u001b[')
  })

  it('keeps its exit code where the reader of stdout has gone', async () => {
    const out = bench.newOut()
    const running = bench.start(['run', ...ONE_RUN, '--set', 'objectives=[response_time p50 < 1ms]', '--out', out])
    running.child.stdout!.destroy()
    const { code, stderr } = await running.ended
    // Undecided or missed, by the floor of one sample; never 0, and never a crash.
    expect(stderr).toBe('')
    expect([10, 12]).toContain(code)
  })

  it('survives `| head -1` in a shell, and leaves the whole folder', async () => {
    const out = bench.newOut()
    const args = ['run', ...ONE_RUN, '--out', out].join(' ')
    const { stdout, code } = await bench.flowbench([`set -o pipefail; ./bin/flowbench ${args} | head -1`], { command: ['bash', '-c'] })
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
  })
})

describe.concurrent('a load that several machines share', () => {
  it('leaves a folder for each share, which merge does not take alone', async () => {
    const { code, stdout, run } = await bench.run([...SHARED, '--shard', '2/2'])
    expect(code).toBe(0)
    expect(stdout).toContain('This is shard 2 of 2')
    expect(readRun(run!)).toMatchObject({ shard: { index: 2, of: 2 }, objectives: [], phases: { load: { intended: 1 } } })
    const { code: refused, stderr } = await bench.flowbench(['merge', run!])
    expect(refused).toBe(2)
    expect(stderr).toContain('Shard 1 of 2 is missing.')
  })

  it('is put together into one run by merge', async () => {
    const parent = bench.newOut()
    const plan = planOf({ name: 'together', phases: [openPhase({ name: 'steady' })], user: 'tester' })
    const shards = await Promise.all(
      [1, 2].map(async (index) => {
        const shard = { ...plan, shard: { index, of: 2 } }
        const { lines } = await drawnRun(shard, (request) => runOf(request, ms(80)))
        return writeShard({ parent, plan: shard, lines })
      }),
    )
    const out = bench.newOut()
    const { code, stdout, stderr } = await bench.flowbench(['merge', ...shards, '--out', out])
    expect(code, stderr + stdout).toBe(0)
    expect(stdout).toContain('merged from 2 shards')
    const [run = ''] = readdirSync(join(out, 'together'))
    expect(readdirSync(join(out, 'together', run)).sort()).toEqual(WHOLE)
    expect(readRun(join(out, 'together', run))).toMatchObject({ status: 'whole', phases: { steady: { intended: 100 } } })
    expect(statSync(join(out, 'together', run)).mode & 0o777).toBe(0o700)
  })
})

describe.concurrent('what cannot be done', () => {
  it.each([
    [['frobnicate'], /frobnicate/],
    [['rnu', 'scenarios/quickstart.yaml'], /run/],
    [[], /Say what to do/],
    [['run', 'scenarios/quickstart.yaml', '--sett', 'a=b'], /sett/],
    [['run'], /nothing to run/],
    [['run', 'no-such-file.yaml'], /no-such-file\.yaml/],
    [['run', 'scenarios/quickstart.yaml', '--rate', '5/s'], /--rate goes without a scenario file/],
    [['run', ...ONE_RUN, '--format', 'xml'], /--format xml/],
    [['run', 'scenarios/quickstart.yaml', '--set', 'load.0.fro=1'], /fro/],
    [['report', 'test'], /no run folder/],
    [['report', 'no-such-folder'], /no run folder/],
  ])('%j ends in 2 with a sentence', async (args, told) => {
    const out = bench.newOut()
    const { code, stderr, stdout } = await bench.flowbench(args[0] === 'run' ? [...args, '--out', out] : args)
    expect(code).toBe(2)
    expect(stderr).toMatch(told)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/[.`)]$/)
    expect(stdout).toBe('')
  })
})

describe.concurrent('flowbench check', () => {
  it('prints the plan and asks nobody with --offline', async () => {
    const { code, stdout, stderr } = await bench.flowbench(['check', 'scenarios/quickstart.yaml', '--offline'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('8/s poisson')
  })

  it('asks the target otherwise', async () => {
    const { code, stderr } = await bench.flowbench(['check', 'scenarios/quickstart.yaml'])
    expect(code).toBe(0)
    expect(stderr).toContain('The target answers and takes the key')
  })

  it('reads every ready scenario', async () => {
    const env = { DIFY_URL: 'http://127.0.0.1:9/v1', DIFY_API_KEY: 'app-for-a-test' }
    const ready = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'))
    for (const name of ready) {
      const { code, stderr } = await bench.flowbench(['check', `scenarios/${name}`, '--offline', '--inputs', '{"text":"hi"}'], { env })
      expect(code, `${name}: ${stderr}`).toBe(0)
    }
  })
})

describe('real-dify.yaml with only DIFY_URL and DIFY_API_KEY set', () => {
  it('works against a simulator that was started by hand', async () => {
    const simulator = bench.start(['simulate', 'llm', '--port', '0'])
    const url = (await simulator.says(/listening on (\S+)/))[1]!
    const env = { DIFY_URL: url, DIFY_API_KEY: 'app-by-hand-0001' }
    // Without objectives of its own, since a few runs decide none.
    const short = ['load.streaming.for=1s', 'load.blocking.for=1s', 'load.warm-up.runs=1', 'objectives='].flatMap((one) => ['--set', one])
    const { code, run, stderr } = await bench.run(
      ['scenarios/real-dify.yaml', '--inputs', '{"text":"Hello, {{nonce}}"}', ...short, ...UNHURRIED],
      { env },
    )
    expect(code, stderr).toBe(0)
    expect(Object.keys(readRun(run!).phases)).toEqual(['warm-up', 'streaming', 'blocking'])
    simulator.child.kill('SIGTERM')
    expect((await simulator.ended).code).toBe(0)
  })
})
