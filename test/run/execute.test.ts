import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QUANTILES, type QuantileName } from '../../src/core/metric-summary.ts'
import type { LogLine } from '../../src/core/record.ts'
import type { Sample } from '../../src/core/sample.ts'
import { micros, perSecond } from '../../src/core/units.ts'
import { createTracer } from '../../src/dify/trace.ts'
import { quantile } from '../../src/stats/order.ts'
import { closedPhase, ms, openPhase, planOf, s } from '../helpers/samples.ts'
import { virtualRun } from '../helpers/virtual-run.ts'
import { bytes, end, event, failed, head, JSON_TYPE, runOf, type Server, STREAM, sent, streamingRun } from '../helpers/virtual-transport.ts'

/** The first send comes so long after the start. */
const LEAD = ms(20)
const taking =
  (length: number): Server =>
  (request) =>
    runOf(request, length)
const { limits } = planOf()
const kinds = (samples: readonly Sample[]) => samples.map(({ outcome }) => outcome.kind)
const counts = (samples: readonly Sample[]) =>
  Object.fromEntries(Object.entries(Object.groupBy(samples, ({ outcome }) => outcome.kind)).map(([kind, of]) => [kind, of!.length]))
const notes = (lines: readonly LogLine[]) => lines.flatMap((line) => ('note' in line ? [line.note] : []))
const spans = (lines: readonly LogLine[]) =>
  lines.flatMap((line) => ('phaseBegan' in line ? [[line.phaseBegan, line.at]] : 'phaseEnded' in line ? [[line.phaseEnded, line.at]] : []))
/** A run that starts and never ends. */
const HANGS: Server = () => [sent(0), head(0, 200, STREAM), bytes(1000, event('workflow_started'))]
const two = (over: Parameters<typeof openPhase>[0] = {}) => openPhase({ from: perSecond(10), to: perSecond(10), length: ms(500), ...over })

describe('what a run tells', () => {
  test('a run is known by the head of the reply where its stream has not named it yet, and by the stream where both do', async () => {
    const named = head(0, 200, STREAM, { 'x-workflow-run-id': 'run-of-the-head' })
    const quiet = await virtualRun(planOf({ phases: [two({ length: ms(100) })], limits: { ...limits, firstEvent: ms(500) } }), () => [
      sent(0),
      named,
    ])
    expect(quiet.samples[0]).toMatchObject({ outcome: { kind: 'timed-out' }, workflowRunId: 'run-of-the-head' })
    const told = await virtualRun(planOf({ phases: [two({ length: ms(100) })] }), () => [
      sent(0),
      named,
      bytes(1000, event('workflow_started')),
      end(2000),
    ])
    expect(told.samples[0]!.workflowRunId).toBe('run')
  })

  test('an exchange is opened, ends and closes, with every mark at its moment', async () => {
    const run = await virtualRun(planOf({ phases: [two({ length: ms(100) })] }), () =>
      streamingRun({ first: ms(30), texts: [ms(40), ms(45)], last: ms(60), held: ms(1000) }),
    )
    expect(run.lines.map((line) => Object.keys(line)[0])).toEqual(['phaseBegan', 'open', 'sample', 'phaseEnded', 'closed', 'end'])
    const [sample] = run.samples
    expect(sample).toMatchObject({
      seq: 0,
      n: 0,
      phase: 'steady',
      mode: 'streaming',
      outcome: { kind: 'succeeded' },
      ended: LEAD + ms(60),
      events: 4,
      pings: 1,
      textChunks: 2,
      textGaps: [ms(5)],
      longestGap: ms(15),
      tokens: 10,
      taskId: 'task',
      workflowRunId: 'run',
      marks: {
        intended: LEAD,
        released: LEAD,
        sent: LEAD,
        headers: LEAD,
        firstByte: LEAD,
        firstEvent: LEAD + ms(30),
        firstText: LEAD + ms(40),
        lastText: LEAD + ms(45),
        finished: LEAD + ms(60),
      },
    })
    expect(run.lines.find((line) => 'closed' in line)).toEqual({ closed: 0, at: LEAD + ms(1060) })
    expect(run.end).toEqual({ status: 'whole' })
    expect(run.lines.at(-1)).toEqual({ end: 'whole', at: LEAD + ms(1060) })
  })

  test('each request carries key, inputs, mode and user', async () => {
    const run = await virtualRun(planOf({ phases: [two({ mode: 'blocking', length: ms(200) })] }), taking(1000))
    const [, second] = run.requests
    expect(second!.request).toMatchObject({ method: 'POST', path: '/v1/workflows/run', headers: { authorization: 'Bearer app-key' } })
    expect(JSON.parse(second!.request.body!)).toEqual({ inputs: { phase: 'steady', n: 1 }, response_mode: 'blocking', user: 'user-1' })
  })

  test('each request carries a trace id of its own, which the sample keeps beside another that the server names', async () => {
    const tracer = createTracer('unsampled', { seed: 1, run: 'r' })!
    const run = await virtualRun(
      planOf({ phases: [two({ mode: 'blocking' })] }),
      (request, n) =>
        runOf(request, 1000).map((one) =>
          one.is === 'head' ? { ...one, headers: { ...one.headers, 'x-trace-id': n === 0 ? tracer(0).id : 'its own' } } : one,
        ),
      { tracer },
    )
    expect(run.requests.map(({ request }) => [request.headers['x-trace-id'], request.headers['traceparent']])).toEqual(
      [0, 1, 2, 3, 4].map((seq) => [tracer(seq).id, tracer(seq).headers.traceparent]),
    )
    expect(run.samples.map(({ traceId }) => traceId)).toEqual([0, 1, 2, 3, 4].map((seq) => tracer(seq).id))
    expect(run.samples.map(({ serverTraceId }) => serverTraceId)).toEqual([undefined, 'its own', 'its own', 'its own', 'its own'])
  })

  test('where we send none, the trace id that the server names is kept', async () => {
    const run = await virtualRun(planOf({ phases: [two({ mode: 'blocking', length: ms(100) })] }), (request) =>
      runOf(request, 1000).map((one) => (one.is === 'head' ? { ...one, headers: { ...one.headers, 'x-trace-id': 'its own' } } : one)),
    )
    expect(Object.keys(run.requests[0]!.request.headers)).not.toContain('traceparent')
    expect(run.samples).toMatchObject([{ traceId: 'its own' }])
    expect(run.samples[0]).not.toHaveProperty('serverTraceId')
  })

  test('a published version has a path of its own, and a server without it ends the run at the first answer', async () => {
    const workflowId = '7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10'
    const { target } = planOf()
    const refusal = '{"code": "not_found", "message": "Workflow not found with id: 7", "status": 404}'
    const run = await virtualRun(planOf({ target: { ...target, workflowId }, phases: [two({ mode: 'blocking' })] }), () => [
      sent(0),
      head(1000, 404, JSON_TYPE),
      bytes(1000, refusal),
      end(1000),
    ])
    expect(run.requests.map(({ request }) => request.path)).toEqual([`/v1/workflows/${workflowId}/run`])
    expect(run.end).toMatchObject({ status: 'interrupted', earlyEnd: { because: 'unreachable' } })
    expect(run.lines).toContainEqual(expect.objectContaining({ note: 'stopped', text: expect.stringContaining(workflowId) }))
  })

  test('a stream held after the end of its run neither keeps its slot nor lengthens its response', async () => {
    const phases = [closedPhase({ mode: 'streaming', from: 1, to: 1, length: ms(500) })]
    const run = await virtualRun(planOf({ phases }), () => streamingRun({ first: 1000, last: ms(100), held: s(1) }))
    expect(run.requests.map(({ at }) => (at - LEAD) / 1000)).toEqual([0, 100, 200, 300, 400])
    expect(run.measured.phases['users']!.metrics['response_time']).toMatchObject({ min: ms(100), max: ms(100) })
    expect(run.measured.phases['users']!.inFlight.max).toBe(1)
  })

  test('a stream that lingers is cut after its time, and the run waits for that', async () => {
    const run = await virtualRun(planOf({ phases: [two({ length: ms(100) })] }), () =>
      streamingRun({ first: 10, last: ms(50), held: s(300) }),
    )
    expect(run.lines.find((line) => 'closed' in line)).toEqual({ closed: 0, at: LEAD + ms(50) + limits.linger, cut: true })
    expect(run.over).toBe(LEAD + ms(50) + limits.linger)
  })
})

describe('phases', () => {
  test('follow without a gap, and an exchange belongs to the one it was intended in', async () => {
    const phases = [
      two({ name: 'a', measured: false }),
      closedPhase({ name: 'b', from: 2, to: 2, length: ms(300) }),
      two({ name: 'c', mode: 'blocking' }),
    ]
    const run = await virtualRun(planOf({ phases }), taking(ms(150)))
    const at = (time: number) => LEAD + ms(time)
    expect(spans(run.lines)).toEqual([
      ['a', at(0)],
      ['a', at(500)],
      ['b', at(500)],
      ['b', at(800)],
      ['c', at(800)],
      ['c', at(1300)],
    ])
    expect(run.samples.filter(({ phase }) => phase === 'a').map(({ ended }) => ended)).toEqual([150, 250, 350, 450, 550].map(at))
    expect(run.samples.filter(({ phase }) => phase === 'b')).toHaveLength(4)
    expect(run.samples.every(({ marks }) => marks.released === marks.intended)).toBe(true)
    expect(run.measured.phases['a']).toMatchObject({ measured: false, intended: 5 })
    expect(run.measured.breaches).toEqual([])
  })

  test('a phase that settles drains before the next begins', async () => {
    const phases = [two({ name: 'a', settle: true }), two({ name: 'b' })]
    const run = await virtualRun(planOf({ phases }), taking(s(2)))
    expect(spans(run.lines)[2]).toEqual(['b', LEAD + ms(400) + s(2) + LEAD])
  })

  test('what a settling phase cannot drain in time is unfinished, and stopped on the server, before the next begins', async () => {
    const phases = [two({ name: 'a', settle: true }), two({ name: 'b' })]
    const plan = planOf({ phases, limits: { ...limits, drain: ms(300) } })
    const run = await virtualRun(plan, (request, n, at) => (n < 5 ? HANGS(request, n, at) : runOf(request, ms(10))))
    expect(counts(run.samples)).toEqual({ unfinished: 5, succeeded: 5 })
    expect(spans(run.lines)[2]).toEqual(['b', LEAD + ms(800) + LEAD])
    expect(run.stops).toHaveLength(5)
  })
})

describe('a slow server', () => {
  test('a stall of 1 s at 50/s shows in the response times of all that were due in it, and in the times of no sends', async () => {
    const stall = [LEAD + s(2), LEAD + s(3)] as const
    const server: Server = (request, _, at) => runOf(request, (at >= stall[0] && at < stall[1] ? stall[1] - at : 0) + ms(5))
    const phases = [openPhase({ from: perSecond(50), to: perSecond(50), length: s(5) })]
    const run = await virtualRun(planOf({ phases }), server)
    expect(run.requests.map(({ at }) => at)).toEqual(Array.from({ length: 250 }, (_, n) => LEAD + n * ms(20)))
    const { metrics } = run.measured.phases['steady']!
    expect(metrics['response_time']).toMatchObject({ count: 250, min: ms(5), max: ms(1005) })
    expect(metrics['response_time']!.p99).toBeGreaterThanOrEqual(ms(900))
    expect(metrics['schedule_lag']).toMatchObject({ max: 0 })
  })

  test('response time counts from the intended moment also where the connection comes late', async () => {
    const server: Server = () => [
      sent(ms(70)),
      head(ms(80), 200, JSON_TYPE),
      bytes(ms(100), '{"data":{"status":"succeeded"}}'),
      end(ms(100)),
    ]
    const run = await virtualRun(planOf({ phases: [two({ mode: 'blocking' })] }), server)
    const { metrics } = run.measured.phases['steady']!
    expect(metrics['response_time']!.max).toBe(ms(100))
    expect(metrics['service_time']!.max).toBe(ms(30))
    expect(metrics['connection_wait']!.max).toBe(ms(70))
  })

  test('past the in-flight limit sends are dropped, counted and failures', async () => {
    const plan = planOf({
      phases: [openPhase({ from: perSecond(50), to: perSecond(50), length: s(2) })],
      limits: { ...limits, inFlight: 20 },
    })
    const run = await virtualRun(plan, taking(s(1)))
    const { phases, breaches } = run.measured
    expect(phases['steady']).toMatchObject({ planned: 100, released: 40, dropped: 60, failures: 60, inFlight: { max: 20 } })
    expect(run.samples.find(({ outcome }) => outcome.kind === 'dropped')).toMatchObject({
      n: 20,
      marks: { intended: LEAD + ms(400) },
      outcome: { detail: 'limit of 20 in flight' },
    })
    expect(breaches).toEqual([])
  })

  test('a closed phase knows no limit in flight but its slots', async () => {
    const plan = planOf({ phases: [closedPhase({ from: 6, to: 6, length: ms(100) })], limits: { ...limits, inFlight: 2 } })
    expect(kinds((await virtualRun(plan, taking(ms(300)))).samples)).toEqual(Array(6).fill('succeeded'))
  })
})

describe('the end of a run', () => {
  test('after the last phase it waits for what is under way', async () => {
    const run = await virtualRun(planOf({ phases: [two()] }), taking(s(30)))
    expect(kinds(run.samples)).toEqual(Array(5).fill('succeeded'))
    expect(run.over).toBe(LEAD + ms(400) + s(30))
  })

  test('what outlasts the drain is unfinished, and stopped on the server as the user it ran as', async () => {
    const run = await virtualRun(planOf({ phases: [two()], limits: { ...limits, drain: s(2) } }), HANGS)
    expect(counts(run.samples)).toEqual({ unfinished: 5 })
    expect(run.samples.every(({ ended, marks, cut }) => ended === LEAD + ms(2500) && marks.finished === undefined && cut === true)).toBe(
      true,
    )
    expect(run.stops.map(({ request }) => [request.path, request.body])).toEqual(
      [0, 1, 2, 3, 4].map((n) => ['/v1/workflows/tasks/task/stop', `{"user":"user-${n}"}`]),
    )
    expect(run.lines.filter((line) => 'stop' in line)).toHaveLength(5)
    expect(run.measured.givenUp).toMatchObject({ stopped: 5 })
    expect(run.end.status).toBe('whole')
  })

  test('blocking runs that are given up cannot be stopped, and are told of', async () => {
    const plan = planOf({ phases: [two({ mode: 'blocking' })], limits: { ...limits, drain: s(2) } })
    const run = await virtualRun(plan, () => [sent(0)])
    expect(run.stops).toEqual([])
    expect(run.measured.givenUp.blocking).toBe(5)
  })

  test('the first signal stops sending and drains', async () => {
    const run = await virtualRun(planOf({ phases: [openPhase(), two({ name: 'next' })] }), taking(ms(700)), { stopAt: LEAD + ms(250) })
    expect(counts(run.samples)).toEqual({ succeeded: 3 })
    expect(run.over).toBe(LEAD + ms(900))
    expect(run.lines.at(-1)).toEqual({ end: 'interrupted', at: LEAD + ms(900), signal: 'SIGINT' })
    expect(run.lines.filter((line) => 'phaseEnded' in line)).toEqual([
      { phaseEnded: 'steady', at: LEAD + ms(250), planned: 100, notReached: 97 },
      { phaseEnded: 'next', at: LEAD + ms(250), planned: 5, notReached: 5 },
    ])
    expect(Object.keys(run.measured.phases)).toEqual(['steady'])
  })

  test('the second gives up what is under way, which is in no statistic, and stops it on the server', async () => {
    const run = await virtualRun(planOf({ phases: [openPhase()] }), HANGS, { stopAt: LEAD + ms(250), abortAt: LEAD + ms(400) })
    expect(counts(run.samples)).toEqual({ interrupted: 3 })
    expect(run.measured.phases['steady']).toMatchObject({ failures: 0, metrics: {} })
    expect(run.stops.map(({ at }) => at)).toEqual(Array(3).fill(LEAD + ms(400)))
    expect(run.over).toBe(LEAD + ms(401))
  })

  test('it cuts streams that linger too', async () => {
    const run = await virtualRun(planOf({ phases: [two({ length: ms(100) })] }), () => streamingRun({ first: 1, last: 2, held: s(300) }), {
      abortAt: LEAD + ms(700),
    })
    expect(run.lines.find((line) => 'closed' in line)).toEqual({ closed: 0, at: LEAD + ms(700), cut: true })
    expect(run.over).toBe(LEAD + ms(700))
  })

  test('stopped before its first send it sends nothing, and says what it did not reach', async () => {
    const run = await virtualRun(planOf({ phases: [two(), closedPhase()] }), taking(1), { stopAt: micros(0) })
    expect(run.requests).toEqual([])
    expect(run.lines.map((line) => Object.keys(line)[0])).toEqual(['phaseBegan', 'note', 'phaseEnded', 'phaseEnded', 'end'])
    expect(run.measured.breaches).toEqual([])
  })
})

describe('budgets', () => {
  test('no more than so many runs are sent, a warning comes first, and the run is whole', async () => {
    const run = await virtualRun(planOf({ phases: [two({ length: s(5) })], limits: { ...limits, runs: 10 } }), taking(ms(10)))
    expect(run.requests).toHaveLength(10)
    expect(notes(run.lines)).toEqual(['budget-warning', 'budget-reached'])
    expect(run.end.status).toBe('whole')
    expect(run.measured.phases['steady']).toMatchObject({ planned: 50, released: 10, notReached: 40 })
  })

  test('while the cost of a run is not known, at most five are under way: slots wait, a schedule drops', async () => {
    const tokens = { ...limits, tokens: 100_000 }
    const closed = await virtualRun(planOf({ phases: [closedPhase({ from: 12, to: 12, length: s(1) })], limits: tokens }), taking(ms(100)))
    expect(counts(closed.samples)).toEqual({ succeeded: closed.samples.length })
    const first = closed.requests.filter(({ at }) => at === LEAD)
    expect(first).toHaveLength(5)
    expect(closed.requests.filter(({ at }) => at === LEAD + ms(300))).toHaveLength(5)
    // Twenty have ended after 400 ms: from then on all slots send.
    expect(closed.requests.filter(({ at }) => at === LEAD + ms(400))).toHaveLength(12)
    expect(closed.samples.every(({ marks }) => marks.released === marks.intended)).toBe(true)
    const open = await virtualRun(
      planOf({ phases: [openPhase({ from: perSecond(100), to: perSecond(100), length: ms(100) })], limits: tokens }),
      taking(s(1)),
    )
    expect(counts(open.samples)).toEqual({ succeeded: 5, dropped: 5 })
  })

  test('the tokens spent go past the budget by no more than the guesses made before anything was known', async () => {
    const run = await virtualRun(planOf({ phases: [two({ length: s(20) })], limits: { ...limits, tokens: 505 } }), taking(ms(10)))
    expect(run.samples).toHaveLength(50)
    expect(run.samples.reduce((sum, { tokens = 0 }) => sum + tokens, 0)).toBeLessThanOrEqual(505)
    expect(notes(run.lines)).toEqual(['budget-warning', 'budget-reached'])
  })

  test('exhausted inputs end sending, and the run is whole', async () => {
    const run = await virtualRun(planOf({ phases: [two(), two({ name: 'next' })] }), taking(ms(10)), { draws: 2 })
    expect(run.requests).toHaveLength(3)
    expect(notes(run.lines)).toEqual(['inputs-exhausted'])
    expect(run.end).toEqual({ status: 'whole' })
    expect(run.measured.breaches).toEqual([])
  })
})

describe('a target that answers nobody', () => {
  const refused =
    (status: number): Server =>
    () => [sent(0), head(1000, status, JSON_TYPE), bytes(1000, '{"code":"unauthorized","message":"Access token is invalid"}'), end(1000)]

  test('a key that stops working ends sending at once; what is under way drains', async () => {
    const server: Server = (request, n, at) => (n === 3 ? refused(401)(request, n, at) : runOf(request, ms(250)))
    const run = await virtualRun(planOf(), server)
    expect(counts(run.samples)).toEqual({ succeeded: 3, rejected: 1 })
    expect(run.end).toMatchObject({ status: 'interrupted', earlyEnd: { because: 'key' } })
    expect(run.lines.at(-1)).toMatchObject({ end: 'interrupted', stoppedBecause: 'key' })
    expect(notes(run.lines)).toEqual(['stopped'])
  })

  test('so do twenty refusals from the first on', async () => {
    const run = await virtualRun(planOf(), (request, n, at) => (n % 2 ? [failed(0, 'ECONNREFUSED')] : refused(500)(request, n, at)))
    expect(run.samples).toHaveLength(20)
    expect(run.end).toMatchObject({ status: 'interrupted', earlyEnd: { because: 'unreachable' } })
  })

  test('one success among them, and the run goes on', async () => {
    const run = await virtualRun(planOf(), (request, n, at) => (n === 7 ? runOf(request, 1000) : refused(500)(request, n, at)))
    expect(run.samples).toHaveLength(100)
    expect(run.end).toEqual({ status: 'whole' })
  })
})

describe('the numbers', () => {
  test('under virtual time every quantile is exact to 0.1 %', async () => {
    const latencies = fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1, maxLength: 120 })
    await fc.assert(
      fc.asyncProperty(latencies, fc.constantFrom('blocking', 'streaming'), async (times, mode) => {
        const phases = [openPhase({ mode, from: perSecond(times.length), to: perSecond(times.length), length: s(1) })]
        const run = await virtualRun(planOf({ phases }), (request, n) => runOf(request, times[n]!))
        const ascending = Float64Array.from(times).sort()
        const { metrics } = run.measured.phases['steady']!
        for (const [name, p] of Object.entries(QUANTILES) as [QuantileName, number][])
          expect(Math.abs(metrics['response_time']![name] / quantile(ascending, p)! - 1)).toBeLessThanOrEqual(0.001)
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  test('the same seed gives the same moments and bodies, whatever the server does; another seed others', async () => {
    const phases = [openPhase({ arrivals: 'poisson' }), openPhase({ name: 'second', arrivals: 'poisson', length: s(3) })]
    const requests = async (seed: number, server: Server) =>
      (await virtualRun(planOf({ phases, seed }), server)).requests.map(({ at, request }) => [at, request.body])
    const quick = await requests(7, taking(1000))
    expect(await requests(7, taking(s(9)))).toEqual(quick)
    expect(await requests(8, taking(1000))).not.toEqual(quick)
  })

  test('the arrivals of a phase do not depend on the phases before it', async () => {
    const last = openPhase({ name: 'last', arrivals: 'poisson', length: s(3) })
    const offsets = async (phases: Parameters<typeof planOf>[0]) => {
      const { samples } = await virtualRun(planOf(phases), taking(1))
      const own = samples.filter(({ phase }) => phase === 'last').map(({ marks }) => marks.intended)
      return own.map((at) => at - own[0]!)
    }
    expect(await offsets({ phases: [two({ arrivals: 'poisson' }), last] })).toEqual(await offsets({ phases: [last] }))
  })
})
