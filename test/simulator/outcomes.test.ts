import { connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { planRun } from '../../src/simulator/plan-run.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import type { Play } from '../../src/simulator/profile-schema.ts'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { profileOf, SIMPLE } from './profiles.ts'
import { eventsOf, type RawReply, rawCall, runRequest } from './raw-call.ts'

const FAST = SIMPLE.replace('70ms', '10ms').replace('gap: 10ms', 'gap: 1ms')
const simulators: Simulator[] = []
afterAll(() => Promise.all(simulators.map((simulator) => simulator.close())))

async function start(play: Play): Promise<Simulator> {
  const simulator = await startSimulator({ profile: { ...profileOf(FAST), outcomes: { [play]: 1 } } })
  simulators.push(simulator)
  return simulator
}

/** What an outsider can tell of a reply. */
function told({ status, end, body, headers }: RawReply): string {
  const type = headers.find(([name]) => name === 'Content-Type')?.[1] ?? 'no reply'
  if (type.startsWith('text/event-stream')) {
    const kinds = body.split('\n\n').filter(Boolean)
    const last = kinds.at(-1) ?? ''
    const isJson = last.startsWith('data: ') && /^\{.*\}$/.test(last.slice(6))
    const event = isJson ? (JSON.parse(last.slice(6)) as { event: string; data?: { status?: string } }) : undefined
    const started = body.includes('workflow_started') && isJson ? 'started ' : ''
    return `${status} ${started}${event ? [event.event, event.data?.status].filter(Boolean).join(' ') : last === 'event: ping' ? 'ping' : 'garbage'}, ${end}`
  }
  if (status === 0) return `no reply, ${end}`
  try {
    const reply = JSON.parse(body) as { code?: string; data?: { status: string } }
    return `${status} ${reply.code ?? reply.data?.status}, ${end}`
  } catch {
    return `${status} garbage, ${end}`
  }
}

/** Each outcome in the forms it may take. Those that a cut run may or may not reach are given as patterns. */
const STREAMING: readonly (readonly [Play, RegExp])[] = [
  ['succeeded', /^200 started workflow_finished succeeded, complete$/],
  ['partial', /^200 started workflow_finished partial-succeeded, complete$/],
  ['workflow-failed', /^200 started workflow_finished failed, complete$/],
  ['stopped', /^200 started workflow_finished (failed|stopped), complete$/],
  ['paused', /^200 started workflow_paused paused, complete$/],
  ['rejected', /^200 error, complete$/],
  ['throttled', /^(400 invalid_param|429 rate_limit_error), complete$/],
  ['stream-broken', /^200 started (error, complete|\w+( succeeded)?, (fin|reset))$/],
  ['no-result', /^200 (ping|started (workflow_started|node_\w+( succeeded)?|text_chunk)), complete$/],
  ['bad-reply', /^200 garbage, complete$/],
  ['disconnected', /^no reply, (fin|reset)$/],
]
const BLOCKING: readonly (readonly [Play, RegExp])[] = [
  ['succeeded', /^200 succeeded, complete$/],
  ['partial', /^200 partial-succeeded, complete$/],
  ['workflow-failed', /^200 failed, complete$/],
  ['stopped', /^200 (failed|stopped), complete$/],
  ['paused', /^200 paused, complete$/],
  ['rejected', /^400 invalid_param, complete$/],
  ['throttled', /^(400 invalid_param|429 rate_limit_error), complete$/],
  ['stream-broken', /^no reply, (fin|reset)$/],
  ['no-result', /^200 succeeded, complete$/],
  ['bad-reply', /^200 garbage, complete$/],
  ['disconnected', /^no reply, (fin|reset)$/],
]

describe('each outcome looks to a client as it should', () => {
  it.each(STREAMING)('%s, streaming', async (play, pattern) => {
    const { url } = await start(play)
    const replies = await Promise.all(Array.from({ length: 8 }, () => rawCall(url, runRequest('streaming'))))
    for (const reply of replies) expect(told(reply)).toMatch(pattern)
  })

  it.each(BLOCKING)('%s, blocking', async (play, pattern) => {
    const { url } = await start(play)
    const replies = await Promise.all(Array.from({ length: 8 }, () => rawCall(url, runRequest('blocking'))))
    for (const reply of replies) expect(told(reply)).toMatch(pattern)
  })

  it('takes every form that an outcome has', async () => {
    const { url } = await start('stream-broken')
    const replies = await Promise.all(Array.from({ length: 24 }, () => rawCall(url, runRequest('streaming'))))
    expect(new Set(replies.map(({ end }) => end))).toEqual(new Set(['complete', 'fin', 'reset']))
  })

  it('never ends a hanging run by itself, and counts it as outliving a client that gave up', async () => {
    const simulator = await start('hang')
    const reply = await rawCall(simulator.url, runRequest('streaming'), { until: (body) => body.includes('node_started') })
    expect(reply.end).toBe('left')
    const silent = rawCall(simulator.url, runRequest('blocking'), { until: () => true })
    while (simulator.stats().started < 2) await new Promise(setImmediate)
    expect(simulator.stats()).toMatchObject({ active: 2, outliving: 1, outcomes: {} })
    await simulator.close()
    expect((await silent).end).not.toBe('complete')
  })

  it('lets a reused connection see a byte before it is cut, so that it is no keep-alive race', async () => {
    const { url } = await start('disconnected')
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port) })
    await rawCall(url, { path: '/v1/info', headers: { Authorization: 'Bearer k' } }, { socket })
    const reply = await rawCall(url, runRequest('streaming'), { socket })
    expect([reply.status, eventsOf(reply.body), reply.end]).toEqual([200, [{ event: 'ping' }], 'fin'])
  })
})

describe('shares', () => {
  it('are kept by the draws, each outcome within what chance allows', () => {
    const profile = loadProfile('flaky')
    const count = 20_000
    const seen = new Map<string, number>()
    for (let n = 0; n < count; n++) {
      const { play } = planRun(profile, { seed: 3, n, mode: 'streaming' })
      seen.set(play, (seen.get(play) ?? 0) + 1)
    }
    for (const [play, share] of Object.entries(profile.outcomes)) {
      const sigma = Math.sqrt(share! * (1 - share!) * count)
      expect(Math.abs(seen.get(play)! - share! * count), play).toBeLessThan(4 * sigma)
    }
  })

  it('give run n the same outcome whatever else is asked', () => {
    const profile = loadProfile('flaky')
    const plans = (order: readonly number[]) => new Map(order.map((n) => [n, planRun(profile, { seed: 1, n, mode: 'blocking' })]))
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    expect(plans(numbers.toReversed()).get(42)).toEqual(plans(numbers).get(42))
  })
})
