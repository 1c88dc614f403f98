import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkbench, readRun, readSamples } from '../helpers/cli.ts'
import { type FakeBehaviour, reply, startFakeDify, succeed } from './fake-dify.ts'

const bench = createWorkbench()
const servers: { close(): Promise<void> }[] = []
afterAll(() => Promise.all(servers.map((server) => server.close())))

async function fake(run: FakeBehaviour['run'] = succeed) {
  const server = await startFakeDify({ run })
  servers.push(server)
  return server
}

const env = { DIFY_API_KEY: 'app-limits-0001' }
/** A busy machine may make a run invalid, which is not what these tests are about. */
const UNHURRIED = ['--set', 'caveats.generatorLate=1m']
const load = (url: string, ...flags: string[]) =>
  bench.run(['--url', url, '--inputs', '{"text":"hi"}', '--mode', 'blocking', '--quiet', ...UNHURRIED, ...flags], { env })

describe.concurrent('a budget ends the run in 0, with a caveat', () => {
  it('limits.runs: not one run more', async () => {
    const server = await fake()
    const { code, run, stderr } = await load(server.url, '--concurrency', '3', '--for', '20s', '--set', 'limits.runs=17')
    expect(code, stderr).toBe(0)
    expect(server.runs).toHaveLength(17)
    const { caveats, phases, status } = readRun(run!)
    expect(caveats.map(({ kind }) => kind)).toContain('budget')
    expect({ status, intended: phases['load']!.intended }).toEqual({ status: 'whole', intended: 17 })
  })

  it('limits.tokens: what runs cost never goes over it, and at most 5 are under way while that is not known', async () => {
    let [now, most] = [0, 0]
    const server = await fake((request, response) => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        succeed(request, response, { total_tokens: 10 })
      }, 30)
    })
    const { code, run } = await load(server.url, '--concurrency', '12', '--for', '20s', '--set', 'limits.tokens=150')
    expect(code).toBe(0)
    const { caveats, phases } = readRun(run!)
    expect(caveats.map(({ kind }) => kind)).toContain('budget')
    expect(server.runs).toHaveLength(15)
    expect(phases['load']!.outcomes).toEqual({ succeeded: 15 })
    expect(most).toBeLessThanOrEqual(5)
  })

  it('whenExhausted: stop: every row once, in order', async () => {
    const server = await fake()
    bench.write('rows.csv', `text\n${Array.from({ length: 9 }, (_, n) => `row ${n}`).join('\n')}\n`)
    const scenario = bench.write('rows.yaml', {
      target: { url: server.url, apiKey: `\${DIFY_API_KEY}`, mode: 'blocking' },
      inputs: [{ name: 'rows', from: 'rows.csv', whenExhausted: 'stop' }],
      load: [{ rate: '40/s', for: '20s' }],
    })
    const { code, run, stderr } = await bench.run([scenario, '--quiet', ...UNHURRIED], { env })
    expect(code, stderr).toBe(0)
    expect(server.runs.map(({ body }) => JSON.parse(body).inputs.text)).toEqual(Array.from({ length: 9 }, (_, n) => `row ${n}`))
    const { caveats, phases } = readRun(run!)
    expect(caveats.map(({ text }) => text).join(' ')).toMatch(/exhausted/)
    const phase = Object.values(phases)[0]!
    expect([phase.intended, phase.planned, phase.notReached]).toEqual([9, 800, 791])
  })
})

describe.concurrent('a target that refuses everybody ends the run in 3, with the folder whole', () => {
  const whole = (run: string) => ['run.json', 'report.html', 'samples.csv', 'summary.csv'].every((name) => existsSync(join(run, name)))

  it('where the key stops working in mid-run', async () => {
    const server = await fake((request, response) => {
      if (request.n < 30) succeed(request, response)
      else reply(response, 401, { code: 'unauthorized', message: 'Access token is invalid', status: 401 })
    })
    const { code, run, stdout } = await load(server.url, '--concurrency', '2', '--for', '20s', '--think', '10ms')
    expect(code, stdout).toBe(3)
    const { status, exitReason, phases } = readRun(run!)
    expect({ status, whole: whole(run!) }).toEqual({ status: 'interrupted', whole: true })
    expect(exitReason).toContain('key')
    expect(phases['load']!.outcomes.succeeded).toBe(30)
    // One more at most was under way when the first was refused.
    expect(server.runs.length).toBeLessThanOrEqual(32)
  })

  it('where the first 20 are all refused', async () => {
    const server = await fake((_, response) => reply(response, 400, { code: 'app_unavailable', message: 'App unavailable', status: 400 }))
    const { code, run, stdout } = await load(server.url, '--concurrency', '1', '--for', '20s')
    expect(code, stdout).toBe(3)
    expect(server.runs.length).toBeGreaterThanOrEqual(20)
    expect(server.runs.length).toBeLessThanOrEqual(22)
    expect({ status: readRun(run!).status, whole: whole(run!) }).toEqual({ status: 'interrupted', whole: true })
  })

  it('where it goes away: the first 20 find nobody', async () => {
    const server = await fake((_, response) => response.destroy())
    const { code, run } = await load(server.url, '--rate', '40/s', '--for', '20s')
    expect(code).toBe(3)
    expect(readRun(run!).phases['load']!.outcomes.disconnected).toBeGreaterThanOrEqual(20)
    expect(readdirSync(run!)).toContain('run.json')
  })
})

describe('the same seed', () => {
  it('gives the same moments in each open phase and the same body for each number, but for the nonce; another seed does not', async () => {
    const scenario = (url: string) => ({
      target: { url, apiKey: `\${DIFY_API_KEY}`, mode: 'blocking' },
      user: 'somebody',
      inputs: [
        { name: 'a', weight: 2, values: { n: '{{n}}', int: '{{int 1 100000}}', id: '{{uuid}}', text: 'a {{nonce}}' } },
        { name: 'b', values: { n: '{{n}}', pick: '{{pick red green blue}}', text: 'b {{nonce}}' } },
      ],
      load: [
        { name: 'one', rate: '60/s', arrivals: 'poisson', for: '1s' },
        { name: 'closed', concurrency: 2, runs: 6, think: '20ms' },
        { name: 'two', rate: '20/s..60/s', arrivals: 'poisson', for: '1s' },
      ],
    })
    const once = async (seed: string, file: string) => {
      const server = await fake()
      const { run, stderr } = await bench.run([bench.write(file, scenario(server.url)), '--seed', seed, '--quiet', ...UNHURRIED], { env })
      expect(run, stderr).toBeDefined()
      const { phases } = readRun(run!)
      const samples = await readSamples(run!)
      const offsets = Object.fromEntries(
        ['one', 'two'].map((name) => {
          const own = samples.filter(({ phase }) => phase === name).toSorted((a, b) => a.n - b.n)
          return [name, own.map(({ marks }) => Math.round(marks.intended - phases[name]!.beganUs))]
        }),
      )
      const bodies = server.runs.map(({ body }) => body)
      const nonces = bodies.map((body) => /[ab] (\S+?)"/.exec(body)![1]!)
      return { offsets, nonces, bodies: bodies.map((body, index) => body.replace(nonces[index]!, '')).sort() }
    }
    const [first, again, other] = await Promise.all([once('11', 'first.yaml'), once('11', 'again.yaml'), once('12', 'other.yaml')])
    expect(first.bodies.length).toBeGreaterThan(70)
    // To the microsecond, but for the rounding of a moment that is no whole number of them.
    for (const name of ['one', 'two']) {
      expect(again.offsets[name]).toHaveLength(first.offsets[name]!.length)
      for (const [n, offset] of first.offsets[name]!.entries()) expect(Math.abs(again.offsets[name]![n]! - offset)).toBeLessThanOrEqual(1)
    }
    expect(again.bodies).toEqual(first.bodies)
    expect(other.offsets['one']!.slice(0, 10)).not.toEqual(first.offsets['one']!.slice(0, 10))
    expect(other.bodies).not.toEqual(first.bodies)
    const all = [...first.nonces, ...again.nonces]
    expect(new Set(all).size).toBe(all.length)
    expect(new Set(all.map(({ length }) => length)).size).toBe(1)
  })
})
