import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TargetError, UsageError } from '../../src/core/errors.ts'
import type { TruthLine } from '../../src/core/truth.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/server.ts'
import { profileOf, SIMPLE } from './profiles.ts'
import { eventsOf, get, rawCall, runRequest } from './raw-call.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowbench-simulator-'))
const simulators: Simulator[] = []
afterAll(async () => {
  await Promise.all(simulators.map((simulator) => simulator.close()))
  rmSync(folder, { recursive: true })
})

async function start(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options)
  simulators.push(simulator)
  return simulator
}

const monotonic = () => Number(process.hrtime.bigint() / 1000n)

describe('pieces', () => {
  const UNICODE = `${SIMPLE.replace('chunks: 3', 'chunks: 12').replace('70ms', '5ms').replace('gap: 10ms', 'gap: 1ms')}characters: unicode\n`
  const withoutTime = (body: string) => body.replace(/"(created_at|finished_at)":\d+/g, '"$1":0')

  it('cut through events and characters, and give the same bytes as whole ones', async () => {
    const whole = await start({ profile: profileOf(UNICODE), seed: 5 })
    const cut = await start({ profile: profileOf(`${UNICODE}cut: 16\n`), seed: 5 })
    const [one, other] = await Promise.all([rawCall(whole.url, runRequest('streaming')), rawCall(cut.url, runRequest('streaming'))])
    expect(withoutTime(other.body)).toBe(withoutTime(one.body))
    expect(one.chunks.length).toBe(eventsOf(one.body).length)
    expect(Math.max(...other.chunks.map((chunk) => chunk.length))).toBe(16)
    const isTorn = (chunk: Buffer) => !Buffer.from(chunk.toString()).equals(chunk)
    expect(other.chunks.some(isTorn)).toBe(true)
    expect(one.chunks.some(isTorn)).toBe(false)
    expect(Buffer.byteLength(one.body)).toBeGreaterThan(one.body.length)
  })

  it('keeps text beyond ASCII raw in streams and escaped in blocking replies, of the same run', async () => {
    const profile = profileOf(UNICODE)
    const [a, b] = [await start({ profile, seed: 5 }), await start({ profile, seed: 5 })]
    const streamed = eventsOf((await rawCall(a.url, runRequest('streaming'))).body).at(-1)!
    const { body } = await rawCall(b.url, runRequest('blocking'))
    expect(Buffer.byteLength(body)).toBe(body.length)
    expect(JSON.parse(body).data.outputs).toEqual(streamed.data.outputs)
    expect(JSON.parse(body).data).toMatchObject({
      id: streamed.data.id,
      elapsed_time: streamed.data.elapsed_time,
      total_tokens: streamed.data.total_tokens,
    })
  })

  it('makes an output of exactly the size asked for, in bytes', async () => {
    const yaml = `
description: big
nodes: [{ id: get, title: Get, type: http-request, takes: 1ms, outputSize: 20kB }]
outputs: { body: get.output }
characters: unicode
`
    const { url } = await start({ profile: profileOf(yaml) })
    const { body } = await rawCall(url, runRequest('streaming'))
    expect(Buffer.byteLength(eventsOf(body).at(-1)!.data.outputs.body)).toBe(20_000)
  })
})

describe('published versions', () => {
  const OLDER = '7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10'
  const versioned = (id: string) => ({ ...runRequest('blocking'), path: `/v1/workflows/${id}/run` })

  it('that the profile lists are run under their own id, and so is the current one', async () => {
    const { url } = await start({ profile: profileOf(`${SIMPLE}\nversions: [${OLDER}]\n`) })
    const current = JSON.parse((await rawCall(url, runRequest('blocking'))).body).data.workflow_id
    for (const id of [OLDER, current]) {
      const reply = await rawCall(url, versioned(id))
      expect([reply.status, JSON.parse(reply.body).data.workflow_id]).toEqual([200, id])
    }
  })

  it('that nobody lists are not found, and what is no UUID is a bad request', async () => {
    const { url } = await start({ profile: profileOf(SIMPLE) })
    const codes = await Promise.all(
      [OLDER, 'abc'].map(async (id) => {
        const { status, body } = await rawCall(url, versioned(id))
        return [status, JSON.parse(body).code]
      }),
    )
    expect(codes).toEqual([
      [404, 'not_found'],
      [400, 'bad_request'],
    ])
  })

  it('are held to be UUIDs when the profile is read', () => {
    expect(() => profileOf(`${SIMPLE}\nversions: [abc]\n`)).toThrow(/versions\.0: an id of a version is a UUID/)
  })
})

describe('the truth log', () => {
  it('says when a request came, when each event left and how the run ended, on the clock of process.hrtime', async () => {
    const truthFile = join(folder, 'truth.jsonl')
    const simulator = await start({ profile: profileOf(SIMPLE), truthFile })
    const before = monotonic()
    const reply = await rawCall(simulator.url, runRequest('streaming'))
    const blocking = await rawCall(simulator.url, runRequest('blocking'))
    const after = monotonic()
    await simulator.close()
    const lines = readFileSync(truthFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TruthLine)
    expect(lines.map(({ n, mode, outcome }) => ({ n, mode, outcome }))).toEqual([
      { n: 0, mode: 'streaming', outcome: 'succeeded' },
      { n: 1, mode: 'blocking', outcome: 'succeeded' },
    ])
    const [line, other] = lines as [TruthLine, TruthLine]
    expect(line.events.map(({ kind }) => kind)).toEqual([...eventsOf(reply.body).map(({ event }) => event), 'end'])
    expect(line.task_id).toBe(eventsOf(reply.body)[1]!.task_id)
    expect(other.workflow_run_id).toBe(JSON.parse(blocking.body).workflow_run_id)
    expect(other.events.map(({ kind }) => kind)).toEqual(['reply'])
    const times = [before, line.arrived, ...line.events.map(({ at }) => at), after]
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    // Never early: the profile says 1 ms to the ping, 5 to the start, 101 to the end.
    const since = (kind: string) => line.events.find((event) => event.kind === kind)!.at - line.arrived
    expect(since('ping')).toBeGreaterThanOrEqual(1_000)
    expect(since('workflow_started')).toBeGreaterThanOrEqual(5_000)
    expect(since('workflow_finished')).toBeGreaterThanOrEqual(101_000)
  })

  it('holds runs that were open when the simulator ended, marked so, and says when a client left', async () => {
    const truthFile = join(folder, 'open.jsonl')
    const simulator = await start({ profile: profileOf(SIMPLE.replace('70ms', '60s')), truthFile })
    await rawCall(simulator.url, runRequest('streaming'), { until: (body) => body.includes('workflow_started') })
    while (simulator.stats().outliving === 0) await new Promise(setImmediate)
    await simulator.close()
    const line = JSON.parse(readFileSync(truthFile, 'utf8')) as TruthLine
    expect(line.open).toBe(true)
    expect(line.left).toBeGreaterThan(line.arrived)
  })

  it('that cannot be written is an error of usage that names the file', async () => {
    const truthFile = join(folder, 'nowhere', 'truth.jsonl')
    await expect(startSimulator({ profile: profileOf(SIMPLE), truthFile })).rejects.toThrow(UsageError)
  })
})

describe('connections', () => {
  const counts = async ({ url }: Simulator) => JSON.parse((await rawCall(url, { path: '/simulator/stats' })).body)

  it('are kept alive without a word, and carry one exchange after another', async () => {
    const simulator = await start({ profile: profileOf(SIMPLE.replace('70ms', '1ms')) })
    const { hostname, port } = new URL(simulator.url)
    const socket = connect({ host: hostname, port: Number(port) })
    const first = await rawCall(simulator.url, runRequest('streaming'), { socket })
    const second = await rawCall(simulator.url, get('/v1/info'), { socket })
    expect([first.end, second.end, second.status]).toEqual(['complete', 'complete', 200])
    expect([...first.headers, ...second.headers].map(([name]) => name.toLowerCase())).not.toContain('connection')
    expect(await counts(simulator)).toMatchObject({ requests: 2, runRequests: 1, connections: 2, started: 1, outcomes: { succeeded: 1 } })
    socket.destroy()
  })

  it('are closed by the server where the client asked for that', async () => {
    const { url } = await start({ profile: profileOf(SIMPLE) })
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port) })
    const closed = new Promise((resolve) => socket.once('end', resolve))
    await rawCall(url, { path: '/v1/info', headers: { Authorization: 'Bearer k', Connection: 'close' } }, { socket })
    await closed
  })

  it('beyond the slots are answered only once one closes', async () => {
    const { url } = await start({ profile: { ...profileOf(SIMPLE), slots: { connections: 1, workers: 9, api: 9 } } })
    const { hostname, port } = new URL(url)
    const idle = connect({ host: hostname, port: Number(port) })
    await rawCall(url, get('/v1/info'), { socket: idle })
    let answered = false
    const waiting = rawCall(url, get('/v1/info')).then((reply) => {
      answered = true
      return reply
    })
    // The count does not wait for a slot, so that a full server can be looked into.
    while (JSON.parse((await rawCall(url, { path: '/simulator/stats' })).body).waiting.connections === 0);
    expect(answered).toBe(false)
    idle.destroy()
    expect((await waiting).status).toBe(200)
  })
})

it('stands still as a whole when its profile says so, and then serves what has come', async () => {
  const profile = { ...profileOf(SIMPLE), freeze: { first: 30_000, every: 60_000_000, for: 500_000 } as never }
  const { url } = await start({ profile })
  const began = monotonic()
  const waits = async (call: Promise<unknown>) => {
    await call
    return monotonic() - began
  }
  const caught = waits(rawCall(url, runRequest('blocking')))
  while (monotonic() - began < 60_000) await new Promise(setImmediate)
  const byte = waits(rawCall(url, runRequest('streaming'), { until: () => true }))
  const page = waits(rawCall(url, get('/v1/info')))
  for (const time of await Promise.all([caught, byte, page])) expect(time).toBeGreaterThanOrEqual(530_000)
})

it('says in a sentence that a port is taken', async () => {
  const { url } = await start({ profile: loadProfile('steady') })
  await expect(startSimulator({ profile: loadProfile('steady'), port: Number(new URL(url).port) })).rejects.toThrow(TargetError)
})
