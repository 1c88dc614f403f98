import { expect, test } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { readIntervalLog } from '../../src/measure/histogram.ts'
import { histogramLog } from '../../src/measure/hlog.ts'
import { summarise } from '../../src/measure/summary.ts'
import { logOf, openPhase, planOf, sampleOf, whole } from '../helpers/samples.ts'

const phase = openPhase({ name: 'steady, as planned' })
const START = '2026-11-24T21:00:00.000Z'
const samples = Array.from({ length: 50 }, (_, n) =>
  sampleOf(n, { phase: phase.name, at: micros(n * 100_000), finished: n + 1, elapsed: micros(25_000), tokens: 7 }),
)
const write = async () => histogramLog(await summarise(planOf({ phases: [phase] }), whole(logOf(samples, phase))), START)

test('the library’s own reader finds every distribution again, one tag for each phase and metric', async () => {
  const found = readIntervalLog(await write())
  const tags = found.map(({ tag }) => tag)
  expect(new Set(tags).size).toBe(tags.length)
  expect(tags.every((tag) => !/[\s,]/.test(tag))).toBe(true)
  const prefix = 'steady%2C%20as%20planned'
  expect(tags[0]).toBe(`${prefix}/response_time`)
  const response = found[0]!.histogram
  expect(response.totalCount).toBe(50)
  expect(response.getValueAtPercentile(50)).toBeCloseTo(25_000, -2)
  expect(response.startTimeStampMsec).toBe(Date.parse(START))
  expect(response.endTimeStampMsec).toBe(Date.parse(START) + 10_000)
  const outside = (part: string) => found.find(({ tag }) => tag === `${prefix}/outside_time${part}`)!.histogram
  expect(outside('').totalCount + outside('/negative').totalCount).toBe(50)
  expect(Math.abs(outside('/negative').maxValue / 24_000 - 1)).toBeLessThan(0.001)
})

test('it is the same text whenever written, in universal time', async () => {
  const [first, second] = [await write(), await write()]
  expect(first).toBe(second)
  expect(first.split('\n').slice(0, 3)).toEqual([
    '#[Histogram log format version 1.3]',
    '#[StartTime: 1795554000.000 (seconds since epoch), 2026-11-24T21:00:00.000Z]',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ])
})
