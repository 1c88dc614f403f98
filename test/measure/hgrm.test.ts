import { expect, test } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { percentileTables } from '../../src/measure/hgrm.ts'
import { summarise } from '../../src/measure/summary.ts'
import { logOf, openPhase, planOf, sampleOf, whole } from '../helpers/samples.ts'

const phase = openPhase({ name: 'steady/1' })

test('a percentile table gives times in milliseconds, and what is below zero apart', async () => {
  const samples = Array.from({ length: 50 }, (_, n) =>
    sampleOf(n, { phase: phase.name, at: micros(n * 100_000), finished: n + 1, elapsed: micros(25_000) }),
  )
  const tables = new Map(percentileTables(await summarise(planOf({ phases: [phase] }), whole(logOf(samples, phase)))))
  const rows = tables
    .get('steady%2F1-response_time.hgrm')!
    .split('\n')
    .filter((line) => /^ +\d/.test(line))
  const median = rows.find((row) => row.includes(' 0.500000000000 '))!
  const middle = samples.map(({ marks }) => marks.finished! - marks.intended).sort((a, b) => a - b)[24]! / 1000
  // Three significant digits are kept.
  expect(Number(median.trim().split(/ +/)[0]) / middle).toBeCloseTo(1, 3)
  expect([...tables.keys()].filter((name) => name.includes('outside_time'))).toEqual([
    'steady%2F1-outside_time.hgrm',
    'steady%2F1-outside_time-negative.hgrm',
  ])
})
