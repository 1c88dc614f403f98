import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorkbench, PINNED_NODE, ROOT, readRun, readSamples } from '../helpers/cli.ts'
import { createShelf, reply, startFakeDify, succeed } from './fake-dify.ts'

const bench = createWorkbench()
const kept = createShelf()
const fake = async (behaviour: Parameters<typeof startFakeDify>[0]) => kept(await startFakeDify(behaviour))

const KEY = { DIFY_API_KEY: 'app-of-this-test-1' }
/** A busy machine may make a run invalid, which is not what these tests are about. */
const UNHURRIED = ['--set', 'caveats.generatorLate=1m', '--runs', '4', '--concurrency', '2']
const VERSION = '7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10'

const columnOf = (run: string, name: string): string[] => {
  const [header = '', ...lines] = readFileSync(join(run, 'samples.csv'), 'utf8').trim().split('\n')
  return lines.map((line) => line.split(',')[header.split(',').indexOf(name)]!)
}

describe('a published version', () => {
  const profile = bench.write('versions.yaml', `${readFileSync('scenarios/simulator/steady.yaml', 'utf8')}\nversions: [${VERSION}]\n`)

  it('is the one that runs', async () => {
    const { code, stderr, run } = await bench.run([
      '--simulator',
      profile,
      '--set',
      `target.workflowId=${VERSION.toUpperCase()}`,
      ...UNHURRIED,
    ])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`published version ${VERSION}`)
    expect(readRun(run!).phases['load']!.outcomes).toEqual({ succeeded: 4 })
  })

  it('that the app does not have ends the run in 3 with its first exchange, in words', async () => {
    const unknown = VERSION.replace('7', '8')
    const { code, stderr, run } = await bench.run(['--simulator', profile, '--set', `target.workflowId=${unknown}`, ...UNHURRIED])
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`no published version ${unknown} .*check target\\.workflowId`))
    expect(readRun(run!)).toMatchObject({ status: 'interrupted', exitCode: 3 })
    expect((await readSamples(run!)).length).toBeLessThan(4)
  })
})

describe('trace ids', () => {
  it('go out with each run, are in the CSV, and are others in the next run of the same seed', async () => {
    const server = await fake({ run: succeed })
    const once = () => bench.run(['--url', server.url, '--seed', '7', ...UNHURRIED], { env: KEY })
    const runs = [await once(), await once()]
    const sent = server.runs.map(({ headers }) => String(headers['x-trace-id']))
    expect(runs.flatMap(({ run }) => columnOf(run!, 'trace_id')).toSorted()).toEqual(sent.toSorted())
    expect(new Set(sent).size).toBe(8)
    for (const { headers } of server.runs)
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${headers['x-trace-id']}-[0-9a-f]{16}-00$`))
  })

  it('are left out where a header of the user’s own stands, which every run carries', async () => {
    const server = await fake({ run: succeed })
    const { code, stderr, run } = await bench.run(['--url', server.url, '--set', 'target.headers={ X-Trace-Id: mine-1 }', ...UNHURRIED], {
      env: KEY,
    })
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('no trace ids of ours, headers X-Trace-Id')
    expect(server.runs.map(({ headers }) => [headers['x-trace-id'], headers['traceparent']])).toEqual(
      Array.from({ length: 4 }, () => ['mine-1', undefined]),
    )
    expect(columnOf(run!, 'trace_id')).toEqual(['', '', '', ''])
  })
})

it('who throttles may ask to wait: it is kept, said in the report, and not obeyed', async () => {
  const server = await fake({
    run: ({ n, ...request }, response) => {
      if (n % 2 === 0) return succeed({ n, ...request }, response)
      response.setHeader('Retry-After', '90')
      reply(response, 429, { code: 'rate_limit_error', message: 'Slow down', status: 429 })
    },
  })
  const { run, stdout } = await bench.run(['--url', server.url, ...UNHURRIED], { env: KEY })
  expect((await readSamples(run!)).map(({ outcome, retryAfter }) => [outcome.kind, retryAfter]).toSorted()).toEqual([
    ['succeeded', undefined],
    ['succeeded', undefined],
    ['throttled', 90_000_000],
    ['throttled', 90_000_000],
  ])
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/asked to wait up to 1 m(in)? 30 s \(Retry-After\)|asked to wait up to 90 s/)
})

describe('the limit of open files', () => {
  /** Runs flowbench where that many files may be open. */
  const limited = (files: number, args: readonly string[]) =>
    bench.run(args, { command: ['/bin/sh', '-c', `ulimit -n ${files}; exec "$0" "$@"`, PINNED_NODE, join(ROOT, 'src', 'main.ts')] })

  it('refuses slots that cannot fit, before anything is started', async () => {
    const { code, stderr, run } = await limited(100, ['--simulator', 'steady', '--concurrency', '60', '--runs', '60', '--quiet'])
    expect([code, run]).toEqual([3, undefined])
    expect(stderr).toMatch(/needs? .*124 open files .*only 100 are allowed\. Exchanges would fail here/)
    expect(stderr).toContain('ulimit -n 128')
  })

  it('warns where only a full in-flight limit would not fit, and the run goes on', async () => {
    const args = ['--simulator', 'steady', '--rate', '5/s', '--for', '1s', '--quiet', '--set', 'caveats.generatorLate=1m']
    const { code, stderr, run } = await limited(200, args)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/^Warning: This machine lacks open files: .*limits\.inFlight at 136 or below\.\n$/)
    expect(readRun(run!).phases['load']!.outcomes).toEqual({ succeeded: 5 })
  })
})
