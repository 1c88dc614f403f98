import { expect, test } from 'vitest'
import type { SplitMeans } from '../../src/core/phase-summary.ts'
import { micros } from '../../src/core/units.ts'
import { summarise } from '../../src/measure/summary.ts'
import { logOf, openPhase, planOf, type Shape, sampleOf, whole } from '../helpers/samples.ts'

async function splitOf(count: number, shape: (n: number) => Shape, mode: 'streaming' | 'blocking' = 'streaming') {
  const phase = openPhase({ mode })
  const plan = planOf({ phases: [phase] })
  const samples = Array.from({ length: count }, (_, n) => sampleOf(n, { mode, at: micros(n * 50_000), ...shape(n) }))
  return (await summarise(plan, whole(logOf(samples, phase)))).phases['steady']?.split
}
const sumOf = ({ parts }: SplitMeans) => Object.values(parts).reduce((sum, part) => sum + part, 0)

const STREAM: Shape = { released: 1, sent: 2, firstByte: 10, firstEvent: 50, finished: 260, closed: 1260, elapsed: micros(220_000) }

test('a stream is cut into what the measurement page names, delivery being what is left', async () => {
  const split = await splitOf(1, () => STREAM)
  expect(split).toEqual({
    all: {
      runs: 1,
      response: 260_000,
      parts: { beforeSent: 2000, firstByte: 8000, admission: 40_000, engine: 220_000, delivery: -10_000 },
      closeLag: 1_000_000,
    },
  })
})

test('a blocking run is cut into what was outside of it and what was not', async () => {
  const split = await splitOf(1, () => ({ sent: 2, firstByte: 259, finished: 260, elapsed: micros(220_000) }), 'blocking')
  expect(split?.all.parts).toEqual({ beforeSent: 2000, outside: 38_000, engine: 220_000 })
})

test('parts add up to the response time in every group, and a typical run is one of the middle', async () => {
  const split = await splitOf(100, (n) => ({ ...STREAM, firstEvent: 50 + n * 10, finished: 260 + n * 10, closed: 1260 + n * 10 }))
  for (const means of [split!.all, split!.typical!, split!.slowest!]) expect(sumOf(means)).toBeCloseTo(means.response, 6)
  expect([split!.all.runs, split!.typical!.runs, split!.slowest!.runs]).toEqual([100, 20, 5])
  // Ranks 41 to 60 of 260, 270, …, and the last five.
  expect(split!.typical!.response).toBe(755_000)
  expect(split!.slowest!.response).toBe(1_230_000)
  expect(split!.slowest!.parts.admission).toBe(1_010_000)
})

test('runs that failed, or that lack a part, are in none', async () => {
  const split = await splitOf(3, (n) =>
    n === 0 ? STREAM : n === 1 ? { ...STREAM, outcome: 'workflow-failed' } : { firstByte: 10, firstEvent: 50, finished: 260 },
  )
  expect(split?.all.runs).toBe(1)
  expect(await splitOf(1, () => ({ outcome: 'timed-out' }))).toBeUndefined()
})
