import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QUANTILES, type QuantileName } from '../../src/core/metric-summary.ts'
import type { LogLine } from '../../src/core/record.ts'
import { OUTCOMES, type Sample } from '../../src/core/sample.ts'
import { micros } from '../../src/core/units.ts'
import { endOf, summarise } from '../../src/measure/summary.ts'
import { quantile } from '../../src/stats/order.ts'
import { closedPhase, inputSet, logOf, ms, openPhase, planOf, type Shape, s, sampleOf, whole } from '../helpers/samples.ts'

const hundred = Array.from({ length: 100 }, (_, n) =>
  sampleOf(n, {
    at: micros(n * 100_000),
    sent: 1,
    firstByte: 5,
    firstEvent: 50,
    finished: n + 1,
    tokens: 10,
    steps: 3,
    bytes: 7,
    events: 2,
  }),
)
const steadyOf = async (lines: Iterable<LogLine>, plan = planOf()) => (await summarise(plan, lines)).phases['steady']!
const many = (count: number, shape: (n: number) => Shape) =>
  Array.from({ length: count }, (_, n) => sampleOf(n, { at: micros(n * 10_000), ...shape(n) }))

describe('a phase in numbers', () => {
  test('a hundred runs of 1 to 100 ms give the percentiles that the definition gives', async () => {
    const { metrics, ...steady } = await steadyOf(whole(logOf(hundred)))
    expect(steady).toMatchObject({
      mode: 'streaming',
      measured: true,
      kind: 'open',
      load: '10/s constant',
      beganUs: 0,
      endedUs: 10_000_000,
      planned: 100,
      notReached: 0,
      intended: 100,
      released: 100,
      sent: 100,
      dropped: 0,
      unfinished: 0,
      failures: 0,
      failureShare: 0,
      outcomes: { succeeded: 100 },
      offered: 10,
      completedInside: 100,
      throughput: 10,
      tokensPerSecond: 100,
      totals: { tokens: 1000, steps: 300, bytes: 700, events: 200 },
      longestObservedUs: 100_000,
    })
    expect(metrics['response_time']).toMatchObject({ count: 100, unanswered: 0, mean: 50_500, min: 1000, max: 100_000 })
    expect(metrics['first_text']).toBeUndefined()
  })

  test('every quantile is exact to 0.1 % of the sample quantile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3_000_000_000 }), { minLength: 1, maxLength: 200 }), async (times) => {
        const samples = times.map((time, n) => sampleOf(n, { at: micros(n * 1000), finished: time / 1000 }))
        const { metrics } = await steadyOf(logOf(samples))
        const ascending = Float64Array.from(times).sort()
        for (const [name, p] of Object.entries(QUANTILES) as [QuantileName, number][]) {
          const exact = quantile(ascending, p)!
          expect(Math.abs(metrics['response_time']![name] / exact - 1)).toBeLessThanOrEqual(0.001)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('the order in which exchanges end changes nothing', async () => {
    const samples = many(80, (n) => ({ finished: ((n * 37) % 80) + 1, outcome: n % 9 === 0 ? 'rejected' : 'succeeded' }))
    const lines = logOf(samples)
    const opens = lines.filter((line) => 'open' in line)
    const ends = lines.filter((line) => 'sample' in line).reverse()
    const [before, after] = [
      await summarise(planOf(), whole(lines)),
      await summarise(planOf(), whole([lines[0]!, ...opens, ...ends, lines.at(-1)!])),
    ]
    expect(after.phases).toEqual(before.phases)
    expect(after.slowest).toEqual(before.slowest)
  })

  test('lines may come from a stream', async () => {
    async function* stream() {
      yield* whole(logOf(hundred))
    }
    expect((await summarise(planOf(), stream())).phases['steady']!.intended).toBe(100)
  })

  test('each kind of outcome is counted once, and is a failure as the measurement page says', async () => {
    const samples = OUTCOMES.map((outcome, n) => sampleOf(n, { at: ms(n), outcome, finished: 5 }))
    const steady = await steadyOf(whole(logOf(samples)), planOf({ accept: ['partial'] }))
    expect(steady.outcomes).toEqual(Object.fromEntries(OUTCOMES.map((kind) => [kind, 1])))
    // All but succeeded and partial, which are accepted, and generator-fault and interrupted, which are in no statistic.
    expect(steady).toMatchObject({ intended: 17, failures: 13, failureShare: 13 / 15, dropped: 1, unfinished: 1, released: 16 })
    expect(steady.metrics['response_time']).toMatchObject({ count: 2, unanswered: 13 })
  })

  test('a warm-up is summarised, marked, and names no slow or failed run', async () => {
    const warmUp = openPhase({ measured: false })
    const { phases, slowest, failures } = await summarise(
      planOf({ phases: [warmUp] }),
      whole(logOf([sampleOf(0, { outcome: 'rejected', finished: 9 })])),
    )
    expect(phases['steady']).toMatchObject({ measured: false, failures: 1 })
    expect([slowest, failures]).toEqual([[], []])
  })

  test('a phase that never began is not in the summary', async () => {
    const { phases } = await summarise(planOf({ phases: [openPhase(), closedPhase()] }), whole(logOf(hundred)))
    expect(Object.keys(phases)).toEqual(['steady'])
  })

  test('a phase that the plan does not have is a bug', async () => {
    await expect(summarise(planOf(), logOf([sampleOf(0, { phase: 'other' })]))).rejects.toThrow('other')
  })

  test('the planned and the not reached are as the load model says', async () => {
    const lines: LogLine[] = logOf(hundred).slice(0, -1)
    const steady = await steadyOf(whole([...lines, { phaseEnded: 'steady', at: s(10), planned: 120, notReached: 20 }]))
    expect(steady).toMatchObject({ planned: 120, notReached: 20 })
    expect(await steadyOf(whole([...lines, { phaseEnded: 'steady', at: s(10), notReached: 3 }]))).toMatchObject({ planned: 103 })
  })
})

describe('throughput counts what ends inside, latency what was intended inside', () => {
  const [first, second] = [openPhase({ name: 'first' }), openPhase({ name: 'second' })]
  const samples = Array.from({ length: 10 }, (_, n) => sampleOf(n, { phase: 'first', at: s(n), finished: 2500 }))
  const lines = whole([...logOf(samples, first), ...logOf([], second, { began: s(10), ended: s(20) })], s(20))

  test('an exchange that ends in the next phase is a completion of that one', async () => {
    const { phases } = await summarise(planOf({ phases: [first, second] }), lines)
    // Intended at 0 … 9 s, 2.5 s each: those of 8 and 9 s end after 10 s.
    expect(phases['first']).toMatchObject({ intended: 10, completedInside: 8, throughput: 0.8 })
    expect(phases['first']!.metrics['response_time']!.count).toBe(10)
    expect(phases['second']).toMatchObject({ intended: 0, completedInside: 2, throughput: 0.2 })
  })

  test('in flight is by area within the phase, whoever began it', async () => {
    const { phases } = await summarise(planOf({ phases: [first, second] }), lines)
    expect(phases['first']!.inFlight).toEqual({ mean: (8 * 2.5 + 2 + 1) / 10, max: 3 })
    expect(phases['second']!.inFlight).toEqual({ mean: (0.5 + 1.5) / 10, max: 2 })
    expect(phases['second']!.series.seconds[0]).toMatchObject({ second: 10, intended: 0, completed: 1, inFlight: 1.5 })
  })

  test('a failed exchange is no completion, but it ended; one that was never sent did not', async () => {
    const steady = await steadyOf(
      whole(
        logOf(
          many(90, (n) => ({ finished: 5, outcome: n < 3 ? 'workflow-failed' : n < 5 ? 'timed-out' : n < 9 ? 'dropped' : 'succeeded' })),
        ),
      ),
    )
    expect(steady).toMatchObject({ completedInside: 81, endedInside: 86 })
  })
})

test('connections are counted while open, clipped to the phase', async () => {
  const lines: LogLine[] = [
    { connected: 0, at: ms(1000) },
    { connected: 1, at: ms(5000) },
    { disconnected: 0, at: ms(9000) },
  ]
  const steady = await steadyOf(
    whole([...logOf(hundred).slice(0, -1), ...lines, { phaseEnded: 'steady', at: s(10), planned: 100, notReached: 0 }], s(40)),
  )
  expect(steady.connectionsOpen).toEqual({ mean: (8 + 5) / 10, max: 2 })
})

describe('answered-within', () => {
  test('survivors cannot flatter it: those without an answer count as endless', async () => {
    const samples = many(100, (n) => (n < 93 ? { finished: n + 1 } : { outcome: 'timed-out', ended: micros(n * 10_000 + 30_000_000) }))
    const { metrics, longestObservedUs } = await steadyOf(whole(logOf(samples), s(40)))
    const { p90, p95, ofAll } = metrics['response_time']!
    expect(Math.round(p95 / 1000)).toBe(89)
    expect(Math.round(p90 / 1000)).toBe(84)
    expect(Math.round(ofAll!.p90.value / 1000)).toBe(90)
    expect(ofAll!.p90.atLeast).toBe(false)
    expect(ofAll!.p95).toMatchObject({ value: 30_000_000, atLeast: true })
    expect(longestObservedUs).toBe(30_000_000)
    expect(metrics['service_time']!.ofAll!.p99).toMatchObject({ value: 30_000_000, atLeast: true })
  })

  test('service time, which begins at sent, was observed from there', async () => {
    const late = many(100, (n) =>
      n < 90 ? { sent: 1, finished: 5 } : { sent: 400, outcome: 'timed-out', ended: micros(n * 10_000 + 1_000_000) },
    )
    const { metrics } = await steadyOf(whole(logOf(late)))
    expect(metrics['response_time']!.ofAll!.p95).toMatchObject({ value: 1_000_000, atLeast: true })
    expect(metrics['service_time']!.ofAll!.p95).toMatchObject({ value: 600_000, atLeast: true })
  })

  test('an interval end among them is absent', async () => {
    const samples = many(200, (n) => (n % 20 ? { finished: ((n * 37) % 200) + 1 } : { outcome: 'rejected' }))
    const { ofAll } = (await steadyOf(whole(logOf(samples)))).metrics['response_time']!
    expect(ofAll!.p50.interval).toMatchObject({ low: expect.any(Number), high: expect.any(Number) })
    expect(ofAll!.p95.interval?.low).toBeGreaterThan(100_000)
    expect(ofAll!.p95.interval?.high).toBeUndefined()
    expect(ofAll!.p99.interval).toBeUndefined()
  })

  test('a metric that is no time until an answer has none', async () => {
    expect((await steadyOf(whole(logOf(hundred)))).metrics['tokens']!.ofAll).toBeUndefined()
  })
})

describe('intervals within the run', () => {
  test('stand where the definition has them, and enclose the point', async () => {
    const { intervals, p50, p95, effectiveCount } = (await steadyOf(whole(logOf(many(100, (n) => ({ finished: ((n * 37) % 100) + 1 }))))))
      .metrics['response_time']!
    expect(effectiveCount).toBe(100)
    expect(intervals.p50!.low).toBeLessThan(p50)
    expect(intervals.p50!.high).toBeGreaterThan(p50)
    expect(intervals.p95!.high).toBeGreaterThanOrEqual(p95)
    expect(intervals.p99).toBeUndefined()
  })

  test('are wider where neighbours are alike: the order of intention decides, not that of the endings', async () => {
    const samples = many(400, (n) => ({ finished: 100 + Math.floor(n / 20) }))
    const ended = samples.map((_, i) => samples[(i * 37) % 400]!)
    const alike = await steadyOf(whole(logOf(ended)))
    const { effectiveCount, intervals } = alike.metrics['response_time']!
    expect(effectiveCount).toBeLessThan(20)
    expect(intervals.p95).toBeUndefined()
  })

  test('pooled gaps have none', async () => {
    const samples = many(50, () => ({ finished: 50, textGaps: [ms(1), ms(2), ms(3)] }))
    const gaps = (await steadyOf(whole(logOf(samples)))).metrics['text_gap']!
    expect(gaps).toMatchObject({ count: 150, intervals: {}, max: 3000, mean: 2000 })
  })
})

test('the percentile curve ascends from the smallest number to where so many numbers end', async () => {
  const { curve, count, min } = (await steadyOf(whole(logOf(hundred)))).metrics['response_time']!
  expect(curve[0]).toEqual([1, min])
  expect(curve.at(-1)![0]).toBeCloseTo(count, 9)
  for (let i = 1; i < curve.length; i++) {
    expect(curve[i]![0]).toBeGreaterThan(curve[i - 1]![0])
    expect(curve[i]![1]).toBeGreaterThanOrEqual(curve[i - 1]![1])
  }
})

test('each input set is summarised on its own, exactly as if it had been alone', async () => {
  const shape = (n: number): Shape => ({
    inputSet: n % 3 ? 'short' : 'long',
    finished: n + 1,
    firstText: n / 2,
    textGaps: [ms(n % 7)],
    outcome: n % 10 ? 'succeeded' : 'rejected',
  })
  const samples = many(120, shape)
  const plan = planOf({ inputs: [inputSet('short'), inputSet('long')] })
  const { short, long } = (await steadyOf(whole(logOf(samples)), plan)).inputSets
  const alone = await steadyOf(whole(logOf(samples.filter(({ inputSet }) => inputSet === 'long'))))
  expect(long!.metrics).toEqual(alone.metrics)
  expect(long).toMatchObject({ intended: 40, failures: alone.failures, failureShare: alone.failureShare!, outcomes: alone.outcomes })
  expect(short!.intended).toBe(80)
  expect(alone.inputSets).toEqual({})
})

describe('seconds of a phase', () => {
  test('add up to the phase', async () => {
    const { series, intended, completedInside } = await steadyOf(whole(logOf(hundred)))
    expect(series.seconds).toHaveLength(10)
    expect(series.seconds.reduce((sum, one) => sum + one.intended, 0)).toBe(intended)
    expect(series.seconds.reduce((sum, one) => sum + one.completed, 0)).toBe(completedInside)
    expect(series.seconds[3]).toMatchObject({ second: 3, intended: 10, p50: 35_000, p95: 40_000, max: 40_000, outcomes: { succeeded: 10 } })
  })
  test('a second that the phase only touches has its own part; one without runs has no times', async () => {
    const { series } = await steadyOf(whole(logOf([], openPhase(), { began: ms(1500), ended: ms(3200) })))
    expect(series.seconds.map(({ second }) => second)).toEqual([1, 2, 3])
    expect(series.seconds[0]).toEqual({ second: 1, intended: 0, completed: 0, inFlight: 0, connectionsOpen: 0, outcomes: {} })
  })
})

describe('what was under way', () => {
  test('when the run was killed is interrupted, in no statistic, and in flight until the end of the log', async () => {
    const { status, breaches, phases } = await summarise(planOf(), logOf(hundred).slice(0, -2))
    expect(status).toBe('incomplete')
    expect(breaches).toEqual([])
    expect(phases['steady']).toMatchObject({ outcomes: { succeeded: 99, interrupted: 1 }, failureShare: 0, intended: 100, released: 100 })
  })
  test('when a run ended by itself is a lost sample', async () => {
    const lines = logOf(hundred)
    lines.splice(2, 1)
    expect((await summarise(planOf(), whole(lines))).breaches.map(({ kind }) => kind)).toContain('outcomes')
  })
})

describe('the end of a stream', () => {
  test('that comes after the end of the run gives its close lag', async () => {
    const steady = await steadyOf(
      whole([...logOf([hundred[0]!]), { closed: 0, at: ms(1001), cut: true }, { closed: 77, at: ms(1002) }], s(11)),
    )
    expect(steady.metrics['close_lag']).toMatchObject({ count: 1, max: 1_000_000 })
    expect(steady.metrics['response_time']).toMatchObject({ max: 1000 })
  })
  test('that comes in the sample counts once', async () => {
    const steady = await steadyOf(whole([...logOf([sampleOf(0, { finished: 10, closed: 30 })]), { closed: 0, at: ms(31) }]))
    expect(steady.metrics['close_lag']).toMatchObject({ count: 1, max: 20_000 })
  })
})

test('an exchange without a word on its end ended at its last mark', () => {
  expect(endOf(sampleOf(0, { at: ms(5), sent: 2, headers: 9 }))).toBe(14_000)
  expect(endOf({ ...sampleOf(0, { finished: 9 }), ended: undefined as never })).toBe(9000)
  expect(endOf(sampleOf(0, { outcome: 'dropped', at: ms(5) }))).toBe(5000)
})

describe('exchanges worth naming', () => {
  test('the twenty slowest that finished, slowest first', async () => {
    const { slowest } = await summarise(planOf(), whole(logOf(hundred)))
    expect(slowest.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 99 - i))
    expect(slowest[0]).toMatchObject({ phase: 'steady', mode: 'streaming', inputSet: 'default', outcome: 'succeeded', responseUs: 100_000 })
  })

  test('failures in groups by outcome and detail, the largest first, with three examples', async () => {
    const samples = many(
      60,
      (n): Shape =>
        n % 3 === 0 ? { outcome: 'rejected', detail: 'invalid_param' } : n % 3 === 1 ? { outcome: 'timed-out', detail: `no ${n % 2}` } : {},
    )
    const { failures } = await summarise(planOf(), whole(logOf(samples)))
    expect(failures.map(({ outcome, detail, count }) => [outcome, detail, count])).toEqual([
      ['rejected', 'invalid_param', 20],
      ['timed-out', 'no 1', 10],
      ['timed-out', 'no 0', 10],
    ])
    expect(failures[0]!.examples.map(({ seq }) => seq)).toEqual([0, 3, 6])
  })

  test('a thousand different details do not make a thousand groups', async () => {
    const samples = many(1500, (n) => ({ outcome: 'rejected', detail: `run ${n}` }))
    const { failures } = await summarise(planOf(), whole(logOf(samples)))
    expect(failures).toHaveLength(50)
    expect(failures[0]).toMatchObject({ outcome: 'rejected', count: 500 })
    expect(failures[0]!.detail).toBeUndefined()
  })
})

test('runs given up are counted by what came of stopping them', async () => {
  const stops: LogLine[] = [
    { stop: 0, result: 'stopped', workflowRunId: 'a' },
    { stop: 1, result: 'stop-failed', workflowRunId: 'b' },
    { stop: 2, result: 'no-task-id' },
    { stop: 3, result: 'blocking' },
  ]
  const { givenUp } = await summarise(planOf(), whole([...logOf(hundred), ...stops]))
  expect(givenUp).toEqual({ stopped: 1, stopFailed: 1, noTaskId: 1, blocking: 1 })
})

test('the load is told in words', async () => {
  const phases = [
    openPhase({ name: 'a', arrivals: 'poisson' }),
    openPhase({ name: 'b', to: 40 as never }),
    closedPhase({ name: 'c', from: 1, to: 32, think: ms(500) }),
    closedPhase({ name: 'd', runs: 500 }),
  ]
  const lines = phases.flatMap((phase) => logOf([], phase))
  const { phases: told } = await summarise(planOf({ phases }), whole(lines))
  expect(Object.values(told).map(({ load }) => load)).toEqual([
    '10/s poisson',
    '10/s..40/s constant',
    'concurrency 1..32, think 500ms',
    'concurrency 4, 500 runs',
  ])
})

test('a hundred thousand exchanges are summarised in seconds', async () => {
  function* lines(): Generator<LogLine> {
    yield { phaseBegan: 'steady', at: micros(0) }
    for (let n = 0; n < 100_000; n++) {
      const sample: Sample = sampleOf(n, { at: micros(n * 100), finished: (n * 7919) % 1000, firstEvent: 1 })
      yield { open: n, phase: 'steady', n, inputSet: 'default', at: sample.marks.intended, intended: sample.marks.intended }
      yield { sample }
    }
    yield { phaseEnded: 'steady', at: s(10), planned: 100_000, notReached: 0 }
  }
  expect((await steadyOf(lines())).intended).toBe(100_000)
}, 15_000)
