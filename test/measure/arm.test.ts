import { expect, test } from 'vitest'
import type { LogLine } from '../../src/core/record.ts'
import { micros } from '../../src/core/units.ts'
import { histogramLog } from '../../src/measure/hlog.ts'
import { mergedSamples } from '../../src/measure/merged.ts'
import { summarise } from '../../src/measure/summary.ts'
import { logOf, openPhase, planOf, sampleOf, whole } from '../helpers/samples.ts'

test('a run of an arm names it with every exchange, phase and distribution', async () => {
  const phase = openPhase({ name: 'steady' })
  const plan = planOf({ phases: [phase], arm: 'candidate' })
  const log = [...whole(logOf([sampleOf(0, { phase: 'steady', at: micros(0), finished: 1 })], phase))]
  const killed: LogLine = { open: 1, phase: 'steady', n: 1, inputSet: 'a', at: micros(5), intended: micros(5) }
  const lines = async function* () {
    yield* log.filter((line) => !('end' in line))
    yield killed
  }
  const samples = await Array.fromAsync(mergedSamples(plan, lines))
  expect(samples.map(({ arm }) => arm)).toEqual(['candidate', 'candidate'])
  const measured = await summarise(plan, log)
  expect(measured.phases['steady']!.arm).toBe('candidate')
  expect(histogramLog(measured, '2026-11-24T21:00:00.000Z')).toContain('Tag=candidate/steady/response_time,')
})
