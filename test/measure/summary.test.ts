import { expect, test } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { summarise } from '../../src/measure/summary.ts'
import { logOf, ms, planOf, s, sampleOf, whole } from '../helpers/samples.ts'

const hundred = Array.from({ length: 100 }, (_, n) =>
  sampleOf(n, { at: micros(n * 100_000), sent: 1, firstByte: 5, firstEvent: 50, finished: n + 1, tokens: 10, steps: 3 }),
)

test('a hundred runs of 1 to 100 ms give the percentiles that the definition gives', async () => {
  const { phases, status, breaches } = await summarise(planOf(), whole(logOf(hundred)))
  const { metrics, ...steady } = phases['steady']!
  expect(status).toBe('whole')
  expect(breaches).toEqual([])
  expect(steady).toMatchObject({
    intended: 100,
    released: 100,
    sent: 100,
    failures: 0,
    failureShare: 0,
    completedInside: 100,
    throughput: 10,
  })
  const response = metrics['response_time']!
  expect(response).toMatchObject({ count: 100, unanswered: 0, mean: 50_500, min: 1000, max: 100_000 })
  expect(response.p50).toBeCloseTo(50_000, -2)
  expect(response.p95 / 95_000).toBeCloseTo(1, 3)
})

test('what was under way when the run was killed is interrupted, and in no statistic', async () => {
  const lines = logOf(hundred).slice(0, -2)
  const { phases, status, breaches } = await summarise(planOf(), lines)
  expect(status).toBe('incomplete')
  expect(breaches).toEqual([])
  expect(phases['steady']!.outcomes).toEqual({ succeeded: 99, interrupted: 1 })
  expect(phases['steady']!.failureShare).toBe(0)
})

test('a stream that closes later gives its close lag', async () => {
  const lines = whole([...logOf([hundred[0]!]), { closed: 0, at: ms(1001) }], s(11))
  const { phases } = await summarise(planOf(), lines)
  expect(phases['steady']!.metrics['close_lag']).toMatchObject({ count: 1, max: 1_000_000 })
})
