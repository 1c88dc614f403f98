import { describe, expect, test } from 'vitest'
import type { LogLine } from '../../src/core/record.ts'
import { micros } from '../../src/core/units.ts'
import { lookUp } from '../../src/run/look-up.ts'
import { createLostRuns } from '../../src/run/lost-runs.ts'
import { ms, s, sampleOf } from '../helpers/samples.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'
import { bytes, end, failed, type Happening, head, JSON_TYPE, type Server, sent, virtualTransport } from '../helpers/virtual-transport.ts'

/** The run's zero in wall-clock time. */
const ZERO = Date.parse('2026-11-26T03:00:00Z')
const RUN = { elapsed_time: 1.5, total_tokens: 0, total_steps: 2, created_at: ZERO / 1e3 + 1 }

const answer = (body: unknown, { status = 200, after = ms(5) } = {}): readonly Happening[] => [
  sent(0),
  head(after, status, JSON_TYPE),
  bytes(after, typeof body === 'string' ? body : JSON.stringify(body)),
  end(after),
]
const row = (id: string, status = 'succeeded', over: object = {}) => ({ workflow_run: { id, status, ...RUN, ...over } })

interface Books {
  readonly detail?: (id: string, n: number) => readonly Happening[]
  readonly logs?: (user: string, page: number) => readonly Happening[]
}

/** A server that answers both questions, and no other. */
function serving({
  detail = () => answer({ status: 'stopped', ...RUN }),
  logs = () => answer({ data: [], has_more: false }),
}: Books): Server {
  return ({ method, path }, n) => {
    const url = new URL(path, 'http://any')
    if (method !== 'GET' || !url.pathname.startsWith('/v1/workflows/')) throw new Error(`not asked for: ${method} ${path}`)
    if (url.pathname !== '/v1/workflows/logs') return detail(url.pathname.split('/').at(-1)!, n)
    return logs(url.searchParams.get('created_by_end_user_session_id') ?? '', Number(url.searchParams.get('page')))
  }
}

interface Loss {
  readonly named?: number
  /** Users of those without an id. */
  readonly nameless?: readonly string[]
}

async function lookingUp(server: Server, { named = 0, nameless = [] }: Loss, { skipAt }: { readonly skipAt?: number } = {}) {
  const clock = new VirtualClock()
  const transport = virtualTransport(clock, server)
  const lost = createLostRuns()
  for (let seq = 0; seq < named; seq++) lost.take(sampleOf(seq, { outcome: 'timed-out', workflowRunId: `run-${seq}` }), 'u')
  for (const [at, user] of nameless.entries()) lost.take(sampleOf(named + at, { outcome: 'timed-out', mode: 'blocking' }), user)
  lost.take(sampleOf(9999), 'somebody else')
  const lines: LogLine[] = []
  const skip = new AbortController()
  if (skipAt === 0) skip.abort()
  else if (skipAt !== undefined) clock.at(micros(skipAt), () => skip.abort())
  const ports = { transport, clock, base: '/v1', headers: {}, journal: (line: LogLine) => void lines.push(line), zeroWall: ZERO }
  await clock.run(lookUp(lost, ports, skip.signal))
  const asked = transport.requests.map(({ request }) => request.path)
  const came = lines.flatMap((line) => ('lookedUp' in line ? [line.lookedUp] : []))
  const fates = lines.flatMap((line) => ('fate' in line ? [line] : []))
  const logged = lines.flatMap((line) => ('logged' in line ? [line.logged] : []))
  return { lines, asked, came, fates, logged, over: clock.now(), requests: transport.requests }
}

describe('runs whose end was not heard', () => {
  test('are looked up by id, eight questions at a time at most, and told of in one line before', async () => {
    const { lines, came, fates, requests } = await lookingUp(
      serving({ detail: () => answer({ status: 'stopped', ...RUN }, { after: ms(100) }) }),
      {
        named: 20,
      },
    )
    expect(lines[0]).toMatchObject({ note: 'looking-up', text: expect.stringMatching(/^Looking up what became of 20 runs .*30 s at most/) })
    expect(fates).toHaveLength(20)
    expect(fates[0]).toEqual({ fate: 0, at: ms(100), stored: { status: 'stopped', elapsed: s(1.5), tokens: 0, steps: 2 } })
    expect(came).toEqual(['whole'])
    for (const { at } of requests) expect(requests.filter((one) => one.at <= at && at < one.over!).length).toBeLessThanOrEqual(8)
  })

  test('are asked for twice more where they were running: a stop takes a moment, on a busy server several', async () => {
    const asked = new Map<string, number>()
    /** How often each is running; what a stop in mid-text leaves is so for good. */
    const running: Record<string, number> = { 'run-0': 9, 'run-1': 1, 'run-2': 2, 'run-3': 0 }
    const {
      fates,
      over,
      asked: questions,
    } = await lookingUp(
      serving({
        detail(id) {
          asked.set(id, (asked.get(id) ?? 0) + 1)
          return asked.get(id)! <= running[id]! ? answer({ status: 'running', elapsed_time: 0 }) : answer({ status: 'stopped', ...RUN })
        },
      }),
      { named: 4 },
    )
    expect(fates.map(({ fate, stored }) => [fate, stored?.status]).toSorted()).toEqual([
      [0, 'running'],
      [1, 'stopped'],
      [2, 'stopped'],
      [3, 'stopped'],
    ])
    expect(questions).toHaveLength(3 + 2 + 3 + 1)
    expect(over).toBeGreaterThan(s(4))
    expect(over).toBeLessThan(s(4.1))
  })

  test('stay running where the server says nothing when it is asked again', async () => {
    let n = 0
    const { fates } = await lookingUp(
      serving({ detail: () => (n++ === 0 ? answer({ status: 'running' }) : answer({}, { status: 500 })) }),
      {
        named: 1,
      },
    )
    expect(fates).toEqual([{ fate: 0, at: ms(5), stored: { status: 'running' } }])
  })

  test('without an id are looked for in the logs of their users, back to the beginning of the run and no further', async () => {
    const { asked, logged, came } = await lookingUp(
      serving({
        logs: (user, page) =>
          page === 1
            ? answer({ has_more: true, data: [row(`${user}-1`), row(`${user}-2`)] })
            : answer({ has_more: true, data: [row(`${user}-3`), row('of before', 'succeeded', { created_at: ZERO / 1e3 - 60 })] }),
      }),
      { nameless: ['anna', 'ben', 'anna'] },
    )
    expect(asked).toHaveLength(4)
    expect(logged).toEqual(['anna-1', 'anna-2', 'anna-3', 'ben-1', 'ben-2', 'ben-3'])
    expect(came).toEqual(['whole'])
  })

  test('begin by the server’s clock, also where it is an hour ahead', async () => {
    const ahead = { ...head(1000, 200, JSON_TYPE), headers: { 'content-type': JSON_TYPE, date: new Date(ZERO + 3_600_000).toUTCString() } }
    const data = [
      row('of ours', 'succeeded', { created_at: ZERO / 1e3 + 3600 }),
      row('of before', 'succeeded', { created_at: ZERO / 1e3 + 3500 }),
    ]
    const body = JSON.stringify({ data, has_more: false })
    const { logged } = await lookingUp(serving({ logs: () => [sent(0), ahead as Happening, bytes(1000, body), end(1000)] }), {
      nameless: ['u'],
    })
    expect(logged).toEqual(['of ours'])
  })

  test('are not taken for those of others, where a server does not know how to list one user’s alone', async () => {
    const of = (id: string, session_id: string) => ({ ...row(id), created_by_end_user: { session_id } })
    const { logged } = await lookingUp(
      serving({ logs: () => answer({ has_more: false, data: [of('ours', 'anna'), of('of others', 'ben'), row('of nobody named')] }) }),
      { nameless: ['anna'] },
    )
    expect(logged).toEqual(['ours', 'of nobody named'])
  })

  test('are not looked up where there are none: nothing is asked or written', async () => {
    const { lines, asked, over } = await lookingUp(serving({}), {})
    expect([lines, asked, over]).toEqual([[], [], 0])
  })

  test('a thousand at most are asked for one by one, the latest; the others are looked for in the logs', async () => {
    const { asked, fates, came } = await lookingUp(serving({}), { named: 1200 })
    expect(fates.map(({ fate }) => fate)).toEqual(Array.from({ length: 1000 }, (_, n) => n + 200))
    expect(asked.filter((path) => path.includes('/logs'))).toHaveLength(1)
    expect(came).toEqual(['whole'])
  })

  test('of too many users, or in logs without an end, only some are found, and it says so', async () => {
    const users = Array.from({ length: 30 }, (_, n) => `user ${n}`)
    const many = await lookingUp(serving({}), { nameless: users })
    expect([many.asked.length, many.came]).toEqual([20, ['too-many']])
    const endless = await lookingUp(serving({ logs: (_, page) => answer({ has_more: true, data: [row(`run ${page}`)] }) }), {
      nameless: ['u'],
    })
    expect([endless.asked.length, endless.logged.length, endless.came]).toEqual([50, 50, ['too-many']])
  })
})

describe('the end of a run is never held up', () => {
  const silent = (): readonly Happening[] => [sent(0)]
  test.each([
    ['500', () => answer({ code: 'unknown' }, { status: 500 }), 'unanswered', 8],
    ['502 in HTML', () => answer('<h1>Bad gateway</h1>', { status: 502 }), 'unanswered', 8],
    ['garbage', () => answer('{"status": '), 'unanswered', 8],
    ['nothing, ever', silent, 'unanswered', 8],
    ['a lost connection', () => [failed(ms(1), 'ECONNREFUSED')], 'unanswered', 8],
    ['401', () => answer({ code: 'unauthorized' }, { status: 401 }), 'refused', 1],
    ['403', () => answer({ code: 'forbidden' }, { status: 403 }), 'refused', 1],
  ] as const)('by a server that answers %s: it is soon asked no more', async (_, detail, why, least) => {
    const { came, asked, over, fates } = await lookingUp(serving({ detail }), { named: 100 })
    expect(came).toEqual([why])
    expect(asked.length).toBeGreaterThanOrEqual(least)
    expect(asked.length).toBeLessThanOrEqual(16)
    expect(over).toBeLessThanOrEqual(s(10))
    expect(fates.every(({ stored, unanswered }) => !stored && unanswered)).toBe(true)
  })

  test('by a server that knows none of them (404): that is an answer, and the next is asked for', async () => {
    const { came, fates } = await lookingUp(serving({ detail: () => answer({ code: 'not_found' }, { status: 404 }) }), { named: 100 })
    expect(came).toEqual(['whole'])
    expect(fates[99]).toMatchObject({ unanswered: '404 not_found' })
  })

  test.each([
    ['nothing, ever', silent],
    ['500', () => answer({}, { status: 500 })],
    ['404', () => answer({}, { status: 404 })],
    ['nonsense', () => answer('null')],
  ] as const)('by logs that answer %s: runs are asked for by id all the same', async (_, logs) => {
    const { came, fates, asked, over } = await lookingUp(serving({ logs }), { named: 30, nameless: ['a', 'b'] })
    expect(fates).toHaveLength(30)
    expect(came).toEqual(['unanswered'])
    expect(asked.filter((path) => path.includes('/logs'))).toHaveLength(1)
    expect(over).toBeLessThanOrEqual(s(6))
  })

  test('by a slow one: after 30 s it is over, and what was asked first stands', async () => {
    const { came, fates, over } = await lookingUp(serving({ detail: () => answer({ status: 'stopped', ...RUN }, { after: s(4) }) }), {
      named: 1000,
    })
    expect([came, over, fates.length]).toEqual([['deadline'], s(30), 49])
  })

  test('by a signal: nothing is asked any more, open questions are given up, runs seen running stay so', async () => {
    const before = await lookingUp(serving({}), { named: 10 }, { skipAt: 0 })
    expect([before.came, before.asked]).toEqual([['skipped'], []])
    const during = await lookingUp(
      serving({ detail: (id) => (id === 'run-0' ? answer({ status: 'running' }) : silent()) }),
      { named: 10 },
      { skipAt: ms(500) },
    )
    expect([during.came, during.over]).toEqual([['skipped'], ms(500)])
    expect(during.fates).toEqual([{ fate: 0, at: ms(5), stored: { status: 'running' } }])
    for (const { over, cut } of during.requests) expect(over ?? cut).toBeDefined()
  })
})
